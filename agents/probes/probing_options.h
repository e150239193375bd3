// probing: how probes are trained, online and from scratch, as YAML says it.
#ifndef CREDO_AGENTS_PROBES_PROBING_OPTIONS_H_
#define CREDO_AGENTS_PROBES_PROBING_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/model/options.h"

namespace credo {

struct ProbingOptions : Options {
  void Visit(FieldVisitor& v) override;

  std::string reader = "flat";
  std::vector<int64_t> hidden = {256, 256};
  double learning_rate = 2e-3;
  int64_t times = 8;
  int64_t every = 1;
  int64_t frames = 1000000;
};

}  // namespace credo

#endif  // CREDO_AGENTS_PROBES_PROBING_OPTIONS_H_
