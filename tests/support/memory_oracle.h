// A memory beside a core in double precision, out of tests/oracles/.
#ifndef CREDO_TESTS_SUPPORT_MEMORY_ORACLE_H_
#define CREDO_TESTS_SUPPORT_MEMORY_ORACLE_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "tests/oracles/addressed.h"
#include "tests/oracles/delta.h"
#include "tests/oracles/kanerva.h"
#include "tests/oracles/slots.h"
#include "tests/support/oracle_layers.h"
#include "tests/support/oracle_options.h"

namespace credo {

class MemoryOracle {
 public:
  // `layers` must live as long.
  MemoryOracle(const OracleMemory& options, const OracleLayers& layers)
      : options_(options), layers_(layers) {
    Reset();
  }

  void Reset() {
    const auto rows = static_cast<size_t>(options_.rows);
    const auto width = static_cast<size_t>(options_.width);
    contents_ = oracle::Matrix(rows, width);
    slots_ = oracle::Slots(rows, width);
    keys_ = oracle::Slots(rows, static_cast<size_t>(options_.key));
    if (options_.kind != "kanerva") return;
    covariance_ = oracle::Identity(rows);
    contents_ = Prior();
  }

  void Write(const Doubles& encoded, const Doubles& hidden) {
    if (options_.kind == "none") return;
    const Doubles value = Value(encoded, hidden);
    if (options_.kind == "addressed") {
      oracle::AddressedStep(contents_, Softmax(Own("address", hidden)), value);
    } else if (options_.kind == "slots") {
      oracle::SlotWrite(slots_, value);
      oracle::SlotWrite(keys_, Part(value, 0, keys_.rows.cols));
    } else if (options_.kind == "delta") {
      const Doubles gates = Own("gates", hidden);
      oracle::DeltaStep(contents_, Own("key", hidden), value,
                        LogisticOf(gates[0] + options_.keep),
                        LogisticOf(gates[1]));
    } else {
      const Doubles z = Normed(value);
      const Doubles w = options_.least_squares
                            ? Fitted(z)
                            : Softmax(Own("address", hidden));
      oracle::AddProcessNoise(covariance_, options_.forgetting, 1);
      oracle::KanervaWrite(contents_, covariance_, w, z, options_.noise);
    }
  }

  // Numbers of a query and of what is read.
  size_t query() const {
    if (options_.kind == "none") return 0;
    if (options_.kind == "slots") return static_cast<size_t>(options_.key) + 1;
    return static_cast<size_t>(
        options_.kind == "kanerva" && options_.least_squares ? options_.width
                                                             : options_.rows);
  }
  Doubles Read(const Doubles& query) const {
    if (options_.kind == "slots") {
      const Doubles weights =
          oracle::SlotRead(keys_, Part(query, 0, query.size() - 1),
                           query.back() + options_.strength)
              .weights;
      return oracle::Product(weights, slots_.rows);
    }
    if (options_.kind == "delta") return oracle::DeltaRead(contents_, query);
    if (options_.kind == "kanerva" && options_.least_squares) {
      return oracle::KanervaRead(contents_, Fitted(Normed(query)));
    }
    return oracle::AddressedRead(contents_, Softmax(query));
  }
  // `queries` side by side; what is read, side by side as well.
  Doubles ReadAll(const Doubles& queries) const {
    Doubles read;
    for (size_t at = 0; query() > 0 && at < queries.size(); at += query()) {
      Append(Read(Part(queries, at, query())), read);
    }
    return read;
  }

  // What a belief shows.
  Doubles Shown() const {
    if (options_.kind == "none") return {};
    if (options_.kind == "slots") return slots_.rows.values;
    if (options_.kind != "kanerva") return contents_.values;
    return oracle::Sum(contents_, Prior(), -1).values;
  }

 private:
  Doubles Own(const std::string& layer, const Doubles& x) const {
    return layers_.Linear("agent.core.memory." + layer, x);
  }
  Doubles Value(const Doubles& encoded, const Doubles& hidden) const {
    Doubles value = Own("value", encoded);
    if (options_.value_hidden == 0) return value;
    const Doubles more = layers_.Layers("agent.core.memory.value_mlp",
                                        Joined(encoded, hidden), 2);
    for (size_t i = 0; i < value.size(); ++i) value[i] += more[i];
    return value;
  }
  Doubles Softmax(const Doubles& logits) const {
    return oracle::SoftmaxAddress(options_.sharpness, logits);
  }
  Doubles Fitted(const Doubles& z) const {
    return oracle::RidgeAddress(contents_, z, options_.ridge);
  }
  oracle::Matrix Prior() const {
    return oracle::Matrix(contents_.rows, contents_.cols,
                          layers_.Numbers("agent.core.memory.prior"));
  }

  // A LayerNorm without weights.
  static Doubles Normed(Doubles x) {
    const auto size = static_cast<double>(x.size());
    double mean = 0;
    for (const double number : x) mean += number / size;
    double variance = 0;
    for (double& number : x) {
      number -= mean;
      variance += number * number / size;
    }
    for (double& number : x) number /= std::sqrt(variance + 1e-5);
    return x;
  }

  OracleMemory options_;
  const OracleLayers& layers_;
  oracle::Matrix contents_;    // of slots: unused
  oracle::Matrix covariance_;  // of kanerva
  oracle::Slots slots_{0, 0};
  oracle::Slots keys_{0, 0};  // the first numbers of each slot
};

}  // namespace credo

#endif  // CREDO_TESTS_SUPPORT_MEMORY_ORACLE_H_
