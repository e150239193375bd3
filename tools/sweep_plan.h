// What a sweep trains: every variant with every seed.
//
//   config: grid_simulator.yaml        # beside this file
//   seeds: [1, 2, 3]
//   settings: [learner.frames=3000000] # for all; optional
//   probe: {episodes: 1000}            # optional; `probe: none` trains alone
//   variants:
//     overshoot_12: []
//     overshoot_1: [auxiliary.0.overshoot=1]
//     slots: {config: grid_slots.yaml, settings: []}
//
// The folder of a sweep:
//   sweep.json                 names of variants and seeds, in order
//   seed_S/VARIANT/            the run
//   seed_S/VARIANT.log         what its training printed
//   seed_S/VARIANT.failed      why it failed, when it did
//   seed_S/probes.json         what credo probe found of the seed's runs
#ifndef CREDO_TOOLS_SWEEP_PLAN_H_
#define CREDO_TOOLS_SWEEP_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/status.h"

namespace credo {

struct SweepVariant {
  std::string name;
  std::string config;                 // path
  std::vector<std::string> settings;  // key=value
};

struct SweepPlan {
  std::vector<SweepVariant> variants;
  std::vector<int64_t> seeds;
  bool probes = true;
  int64_t episodes = 1000;

  // sweep.json
  std::string ToJson() const;
};

// Strict: what is wrong fails with kInvalidArgument and a message that starts
// "FILE:LINE:COLUMN: ". Configurations themselves are not read.
Result<SweepPlan> ReadSweepPlan(const std::string& path);

class SweepFolder {
 public:
  explicit SweepFolder(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  std::string plan() const { return path_ + "/sweep.json"; }
  std::string seed(int64_t seed) const {
    return path_ + "/seed_" + std::to_string(seed);
  }
  std::string run(const std::string& variant, int64_t number) const {
    return seed(number) + "/" + variant;
  }
  std::string log(const std::string& variant, int64_t number) const {
    return run(variant, number) + ".log";
  }
  std::string failure(const std::string& variant, int64_t number) const {
    return run(variant, number) + ".failed";
  }
  std::string probes(int64_t number) const {
    return seed(number) + "/probes.json";
  }

 private:
  std::string path_;
};

}  // namespace credo

#endif  // CREDO_TOOLS_SWEEP_PLAN_H_
