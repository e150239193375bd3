// Times ticks of Credo beside those of its peers, one thread, same weights.
//
//   credo_runtime_benchmark MODEL INT8_MODEL ONNX_MODEL INT8_ONNX_MODEL
//                           ONNX_RUNTIME_LIBRARY
//
// First all must compute the same, ours with weights of 8 bits about the same;
// the peer's rounds its inputs too and is held to nothing. Then they take turns
// in random order, so that what disturbs the machine disturbs them alike. A
// hot tick during which the system gave the processor to another program does
// not count, whoever's it is: it tells how busy the machine is. Prints JSON:
// percentiles in microseconds. scripts/bench_runtime.py makes ratios of them.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <limits>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "sdk/base/random.h"
#include "sdk/model/metadata.h"
#include "tests/benchmark/runtime/contestant.h"

namespace credo {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kPictures = 64;
constexpr int64_t kCompared = 200;    // ticks
constexpr double kTolerance = 1e-4;
constexpr double kAnything = std::numeric_limits<double>::infinity();
constexpr double kRounded = 0.1;  // of our weights of 8 bits
constexpr int64_t kRounds = 120;
constexpr int64_t kTicks = 220;       // of a turn
constexpr int64_t kWarmUp = 20;       // of these, not counted
constexpr int64_t kPacedTicks = 320;  // of each
constexpr auto kFrame = std::chrono::microseconds(16667);
constexpr size_t kStreamed = size_t{64} << 20;  // more than caches hold
constexpr int32_t kCharacters = 16;

// How often this thread had to leave its processor before it wanted to.
int64_t Interruptions() {
  rusage usage;
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nivcsw;
}

struct Entry {
  const char* name;
  std::unique_ptr<Contestant> contestant;
  double tolerance = kTolerance;
  int64_t tick = 0;
  std::vector<double> hot = {};  // microseconds
  std::vector<double> paced = {};
};

class Benchmark {
 public:
  Benchmark(const std::string& model_path, const std::string& int8_path,
            const std::string& onnx_path, const std::string& int8_onnx_path,
            const std::string& library)
      : pictures_(MakePictures(kPictures)),
        draws_(RandomStream(1, "order").At(0, 0)),
        streamed_(kStreamed / sizeof(uint64_t)) {
    Result<TensorFile> model = ReadTensorFile(model_path, kModelContent);
    if (!model.ok()) throw std::runtime_error(model.status().message());
    entries_.push_back({"credo", MakeCredo(model_path, 1)});
    entries_.push_back({"onnxruntime", MakeOnnxRuntime(library, onnx_path)});
    entries_.push_back({"libtorch", MakeLibTorch(*model)});
    entries_.push_back({"credo_16", MakeCredo(model_path, kCharacters)});
    entries_.push_back({"credo_int8", MakeCredo(int8_path, 1), kRounded});
    entries_.push_back({"onnxruntime_int8",
                        MakeOnnxRuntime(library, int8_onnx_path), kAnything});
  }

  void Compare() {
    for (int64_t t = 0; t < kCompared; ++t) {
      for (Entry& entry : entries_) Tick(entry);
      const TickResult ours = entries_[0].contestant->Result();
      for (Entry& entry : entries_) {
        // Rounding sums up, and one other action leads elsewhere.
        if (t > 0 && entry.tolerance != kTolerance) continue;
        if (Difference(ours, entry.contestant->Result()) <= entry.tolerance) {
          continue;
        }
        throw std::runtime_error(
            std::string(entry.name) + " and credo differ at tick " +
            std::to_string(t));
      }
    }
  }

  void TimeHot() {
    for (int64_t round = 0; round < kRounds; ++round) {
      for (Entry* entry : Shuffled()) {
        for (int64_t t = 0; t < kTicks; ++t) {
          const int64_t before = Interruptions();
          const double time = Tick(*entry);
          if (t >= kWarmUp && Interruptions() == before) {
            entry->hot.push_back(time);
          }
        }
      }
    }
  }

  // One tick per frame of a game that leaves nothing of it in the caches.
  void TimePaced() {
    auto frame = Clock::now();
    for (int64_t round = 0; round < kPacedTicks; ++round) {
      for (Entry* entry : Shuffled()) {
        for (uint64_t& word : streamed_) word += round;
        frame = std::max(frame + kFrame, Clock::now());
        std::this_thread::sleep_until(frame);
        entry->paced.push_back(Tick(*entry));
      }
    }
  }

  void Print() {
    std::printf("{");
    for (Entry& entry : entries_) {
      std::printf("%s\n \"%s\": {\"hot_p50_us\": %.2f, \"hot_p99_us\": %.2f, "
                  "\"paced_p50_us\": %.2f, \"hot_ticks\": %zu}",
                  &entry == &entries_[0] ? "" : ",", entry.name,
                  Percentile(entry.hot, 0.5), Percentile(entry.hot, 0.99),
                  Percentile(entry.paced, 0.5), entry.hot.size());
    }
    std::printf("\n}\n");
  }

 private:
  // Microseconds.
  double Tick(Entry& entry) {
    const int64_t t = entry.tick++;
    const uint8_t* const picture =
        pictures_.data() + t % kPictures * kPictureBytes;
    const float reward = t % 3 == 0 ? 1.0f : 0.0f;
    const auto begin = Clock::now();
    entry.contestant->Tick(picture, reward);
    return std::chrono::duration<double, std::micro>(Clock::now() - begin)
        .count();
  }

  static double Difference(const TickResult& a, const TickResult& b) {
    double most = a.action == b.action ? 0 : 1;
    const auto compare = [&](float x, float y) {
      const double difference = std::abs(static_cast<double>(x) - y);
      // So that a NaN is the greatest difference.
      if (!(difference <= most)) most = difference;
    };
    for (int64_t i = 0; i < kBelief; ++i) compare(a.belief[i], b.belief[i]);
    for (int64_t i = 0; i < kActions; ++i) {
      compare(a.probabilities[i], b.probabilities[i]);
    }
    compare(a.value, b.value);
    return most;
  }

  std::vector<Entry*> Shuffled() {
    std::vector<Entry*> order;
    for (Entry& entry : entries_) order.push_back(&entry);
    for (size_t i = order.size(); i > 1; --i) {
      std::swap(order[i - 1], order[draws_.Below(static_cast<uint32_t>(i))]);
    }
    return order;
  }

  static double Percentile(std::vector<double>& times, double share) {
    const auto at = times.begin() + static_cast<int64_t>(
                                        share * static_cast<double>(
                                                    times.size() - 1));
    std::nth_element(times.begin(), at, times.end());
    return *at;
  }

  std::vector<uint8_t> pictures_;
  Draws draws_;
  std::vector<uint64_t> streamed_;
  std::vector<Entry> entries_;
};

}  // namespace
}  // namespace credo

int main(int argc, char** argv) {
  try {
    if (argc != 6) {
      throw std::runtime_error(
          "expected MODEL INT8_MODEL ONNX_MODEL INT8_ONNX_MODEL LIBRARY");
    }
    credo::Benchmark benchmark(argv[1], argv[2], argv[3], argv[4], argv[5]);
    benchmark.Compare();
    benchmark.TimeHot();
    benchmark.TimePaced();
    benchmark.Print();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "credo_runtime_benchmark: %s\n", error.what());
    return 1;
  }
  return 0;
}
