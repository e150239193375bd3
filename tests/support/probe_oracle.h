// What probes read off a belief, in double precision.
#ifndef CREDO_TESTS_SUPPORT_PROBE_ORACLE_H_
#define CREDO_TESTS_SUPPORT_PROBE_ORACLE_H_

#include <cmath>
#include <cstddef>
#include <string>

#include "sdk/base/spec.h"
#include "tests/oracles/softmax.h"
#include "tests/support/runtime_oracle.h"

namespace credo {

// Of the probe of this kind and target, of what `oracle` believes.
class ProbeOracle {
 public:
  ProbeOracle(const OracleOptions& options, const RuntimeOracle& oracle)
      : options_(options), oracle_(oracle) {}

  Doubles Read(const std::string& kind, const std::string& target,
               const RuntimeOracle::Output& output) const {
    const ObservationSpec& spec =
        options_.spec.observations[static_cast<size_t>(
            options_.spec.IndexOf(target))];
    const auto elements = static_cast<size_t>(spec.elements());
    const Doubles predicted = Predict(spec, output);
    Doubles read;
    for (size_t i = 0; i < elements; ++i) {
      if (kind == "real") {
        read.push_back(predicted[i]);
      } else if (kind == "circular") {
        read.push_back(std::atan2(predicted[elements + i], predicted[i]));
      } else {
        const auto categories = static_cast<size_t>(spec.categories());
        Append(oracle::Softmax(Part(predicted, i * categories, categories)),
               read);
      }
    }
    return read;
  }

 private:
  Doubles Predict(const ObservationSpec& spec,
                  const RuntimeOracle::Output& output) const {
    const OracleLayers& layers = oracle_.layers();
    const std::string name = "probes." + spec.name;
    const MemoryOracle& memory = oracle_.memory();
    const bool queries =
        options_.probe_reader == "query" && memory.query() > 0;
    const Doubles recurrent = oracle_.Recurrent(output);
    if (!queries || spec.kind != ObservationKind::kTiles ||
        spec.elements() == 1) {
      Doubles features = layers.Layers(
          "probes.trunk", queries ? recurrent : output.belief, 1);
      Relu(features);
      return layers.Linear(name, features);
    }
    const Doubles cells = layers.Numbers(name + ".cells");
    const Doubles asked = layers.Linear(name + ".query", recurrent);
    const Doubles known = layers.Linear(name + ".belief", recurrent);
    Doubles predicted;
    for (size_t at = 0; at < cells.size(); at += asked.size()) {
      const Doubles cell = Part(cells, at, asked.size());
      Doubles x = cell;
      for (size_t i = 0; i < x.size(); ++i) x[i] = std::tanh(x[i] + asked[i]);
      const Doubles read =
          memory.ReadAll(layers.Linear(name + ".address", x));
      Append(layers.Layers(name + ".output",
                           Joined(Joined(read, known), cell), 2),
             predicted);
    }
    return predicted;
  }

  OracleOptions options_;
  const RuntimeOracle& oracle_;
};

}  // namespace credo

#endif  // CREDO_TESTS_SUPPORT_PROBE_ORACLE_H_
