// The options of models that the oracle knows, as plain numbers.
#ifndef CREDO_TESTS_SUPPORT_ORACLE_OPTIONS_H_
#define CREDO_TESTS_SUPPORT_ORACLE_OPTIONS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sdk/base/spec.h"

namespace credo {

// A memory; those of its numbers count that its kind has.
struct OracleMemory {
  std::string kind = "none";  // addressed, slots, kanerva, delta
  int64_t rows = 5;
  int64_t width = 3;
  int64_t value_hidden = 0;
  double sharpness = 2;
  int64_t key = 2;
  double strength = 1;
  bool least_squares = false;
  double noise = 0.1;
  double forgetting = 0.02;
  double ridge = 0.5;
  double keep = 1;
};

// A loss `simcore`, or one that draws nothing.
struct OracleSimulator {
  int64_t size = 5;
  int64_t reads = 1;
  bool actions = true;
  std::vector<std::string> observations = {};  // none: all
  // mean_frame, deterministic, deterministic_conv, conv_draw, latent, cpc.
  std::string decoder = "deterministic";
  std::vector<int64_t> hidden = {7};
  int64_t latents = 3;
  int64_t patch = 1;
  int64_t steps = 2;
  int64_t channels = 4;
  int64_t condition = 3;
  int64_t condition_hidden = 6;
};

struct OracleOptions {
  EnvironmentSpec spec;
  std::vector<int64_t> encoder = {12, 9};  // of mlp; the last is conv's size
  bool conv = false;
  std::vector<int64_t> channels = {3, 4};
  std::vector<int64_t> kernels = {2, 1};
  std::vector<int64_t> strides = {1, 2};
  std::string core = "lstm";  // memoryless, lstm, gru
  int64_t size = 7;
  bool reward_input = true;
  OracleMemory memory;
  bool show_memory = true;
  int64_t reads = 0;
  bool read_input = false;
  std::vector<int64_t> head_hidden = {10};
  double reward_clip = 0.5;
  // Losses 1, 2, ...: loss 0 is one that nobody knows.
  std::vector<OracleSimulator> simulators;
  // Kind and target of each probe.
  std::vector<std::pair<std::string, std::string>> probes = {};
  std::string probe_reader = "flat";  // or "query"

  bool recurrent() const { return core != "memoryless"; }
};

}  // namespace credo

#endif  // CREDO_TESTS_SUPPORT_ORACLE_OPTIONS_H_
