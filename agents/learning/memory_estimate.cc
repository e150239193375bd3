#include "agents/learning/memory_estimate.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <limits>

#include "sdk/model/simulator.h"

namespace credo {
namespace {

constexpr double kFloat = sizeof(float);
// Values, gradients, two moments, and the weights that act.
constexpr double kCopiesOfWeights = 5;
// One that is learned from and one that is filled.
constexpr double kUnrolls = 2;
// What is computed is kept for the backward pass, beside its gradient.
constexpr double kCopiesOfActivations = 2;

double RecordBytes(const EnvironmentSpec& spec) {
  double bytes = 0;
  for (const ObservationSpec& observation : spec.observations) {
    bytes += static_cast<double>(observation.bytes());
  }
  return bytes;
}

std::string Gigabytes(double bytes) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.3g", bytes / (1 << 30));
  return std::string(text) + " GiB";
}

// The first number of a file, or `otherwise`.
double NumberIn(const std::string& path, double otherwise) {
  double number = otherwise;
  std::ifstream file(path);
  if (!(file >> number)) return otherwise;
  return number;
}

}  // namespace

std::vector<MemoryShare> EstimateMemory(const ExperimentOptions& options,
                                        const EnvironmentSpec& spec,
                                        const AgentShape& shape,
                                        int64_t floats, int64_t state) {
  const double columns = static_cast<double>(shape.batch);
  const double records = static_cast<double>(shape.unroll + 1) * columns;
  const double memory = static_cast<double>(shape.memory->shape().numbers());
  std::vector<MemoryShare> shares = {
      {"agent", kCopiesOfWeights * static_cast<double>(floats) * kFloat},
      {"learner.batch", columns * static_cast<double>(state) * kFloat},
      {"learner.unroll, learner.batch",
       kUnrolls * records * RecordBytes(spec) +
           kCopiesOfActivations * records *
               static_cast<double>(shape.encoding + shape.belief) * kFloat},
      {"agent.core.memory", records * memory * kFloat}};
  for (size_t i = 0; i < options.auxiliary.size(); ++i) {
    const auto* task = dynamic_cast<const SimcoreOptions*>(
        options.auxiliary[i].options.get());
    if (task == nullptr) continue;
    const double starts = static_cast<double>(task->starts) * columns;
    // Gates, cell and hidden state of each simulated step.
    const double steps = static_cast<double>(task->overshoot) * 6 *
                         static_cast<double>(task->size);
    shares.push_back({"auxiliary[" + std::to_string(i) + "].starts",
                      kCopiesOfActivations * starts * steps * kFloat});
  }
  return shares;
}

double AvailableMemory() {
  double available = std::numeric_limits<double>::infinity();
  std::ifstream machine("/proc/meminfo");
  std::string word;
  while (machine >> word) {
    double kilobytes = 0;
    if (word == "MemAvailable:" && machine >> kilobytes) {
      available = kilobytes * 1024;
    }
  }
  // "max" is no number and means that there is none.
  return std::min(available, NumberIn("/sys/fs/cgroup/memory.max", available));
}

Status CheckMemory(const std::vector<MemoryShare>& shares, double available) {
  double sum = 0;
  for (const MemoryShare& share : shares) sum += share.bytes;
  if (sum <= available) return OkStatus();
  const MemoryShare& most =
      *std::ranges::max_element(shares, {}, &MemoryShare::bytes);
  // The place of the failure is one key.
  const std::string key = most.key.substr(0, most.key.find(','));
  std::string text;
  for (const MemoryShare& share : shares) {
    text += (text.empty() ? "" : ", ") + share.key + ": " +
            Gigabytes(share.bytes);
  }
  return InvalidArgument(key + ": expected a run that fits in the " +
                         Gigabytes(available) +
                         " of memory that are free, found one of at least " +
                         Gigabytes(sum) + " (" + text + ")");
}

}  // namespace credo
