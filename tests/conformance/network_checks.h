// What the conformance suites of networks share: options from YAML, random
// inputs, gradients against finite differences, parameters through a file.
#ifndef CREDO_TESTS_CONFORMANCE_NETWORK_CHECKS_H_
#define CREDO_TESTS_CONFORMANCE_NETWORK_CHECKS_H_

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/base/tensor_file.h"
#include "sdk/config/yaml.h"
#include "sdk/model/options.h"
#include "sdk/tensor/named_loss.h"
#include "sdk/tensor/named_tensors.h"
#include "sdk/tensor/parameters.h"
#include "tests/support/gradient_check.h"

namespace credo {

// Tests share the machine with each other: LibTorch starts no threads of its
// own in a program that includes this.
inline const bool kOneThread = [] {
  at::set_num_threads(1);
  return true;
}();

// The options of a part with what `yaml` says: "{slots: 4, width: 3}".
inline std::unique_ptr<Options> PartOptions(const PartInfo& info,
                                            const std::string& yaml) {
  std::unique_ptr<Options> options = info.defaults();
  const Status status = ReadYaml(yaml, info.name, {}, *options);
  if (!status.ok()) throw std::invalid_argument(status.message());
  return options;
}

// Settings of listed parts, by the name of the part: (case name, YAML).
using PartSettings =
    std::map<std::string, std::vector<std::pair<std::string, std::string>>>;

// Each listed part with the options that it has by itself, and once more with
// each of its `settings`. A part that is added to the list is tested as well.
template <typename Case, typename Part>
std::vector<Case> ListedCases(const std::vector<Part>& parts,
                              const PartSettings& settings) {
  std::vector<Case> cases;
  for (const Part& part : parts) {
    cases.push_back({part.info.name, part});
    const auto found = settings.find(part.info.name);
    if (found == settings.end()) continue;
    for (const auto& [name, yaml] : found->second) {
      cases.push_back({part.info.name + "_" + name, part, yaml});
    }
  }
  return cases;
}

// One observation of each kind, and two pictures of unlike sides.
inline std::vector<ObservationSpec> ObservationsOfEachKind() {
  return {ObservationSpec::Picture("camera", 8, 12, 3),
          ObservationSpec::Tiles("view", {2, 3}, 4),
          ObservationSpec::Vector("speed", {3}, -2, 6),
          ObservationSpec::Picture("mirror", 9, 8, 1),
          ObservationSpec::Vector("free", {2}, -INFINITY, INFINITY)};
}

// Values within the ranges of `spec`: `leading`, then the observation's shape.
inline at::Tensor RandomObservation(const ObservationSpec& spec,
                                    std::vector<int64_t> leading,
                                    int64_t seed) {
  leading.insert(leading.end(), spec.shape.begin(), spec.shape.end());
  auto generator = at::detail::createCPUGenerator(seed);
  if (spec.kind != ObservationKind::kVector) {
    return at::randint(0, spec.categories(), leading, generator,
                       torch::dtype(at::kByte));
  }
  if (!std::isfinite(spec.low) || !std::isfinite(spec.high)) {
    return at::randn(leading, generator, torch::dtype(at::kFloat));
  }
  return at::rand(leading, generator, torch::dtype(at::kFloat)) *
             (spec.high - spec.low) +
         spec.low;
}

inline NamedTensors RandomObservations(
    const std::vector<ObservationSpec>& specs, std::vector<int64_t> leading,
    int64_t seed) {
  NamedTensors observations;
  for (const ObservationSpec& spec : specs) {
    observations.Add(spec.name, RandomObservation(spec, leading, ++seed));
  }
  return observations;
}

// `function` of each tensor.
inline NamedTensors Mapped(
    const NamedTensors& tensors,
    const std::function<at::Tensor(const at::Tensor&)>& function) {
  NamedTensors mapped;
  for (const auto& [name, tensor] : tensors) mapped.Add(name, function(tensor));
  return mapped;
}

inline void ExpectClose(const at::Tensor& found, const at::Tensor& expected,
                        double tolerance) {
  ASSERT_EQ(found.sizes(), expected.sizes());
  if (found.numel() == 0) return;
  const double difference = LargestDifference(found.to(at::kDouble),
                                              expected.to(at::kDouble));
  // Written so that a NaN fails.
  EXPECT_TRUE(difference <= tolerance) << "they differ by " << difference;
}

inline void ExpectEqualBits(const at::Tensor& found,
                            const at::Tensor& expected) {
  EXPECT_TRUE(at::equal(found, expected));
}

inline void ExpectFinite(const at::Tensor& tensor) {
  EXPECT_TRUE(tensor.isfinite().all().item<bool>());
}

// Named terms of a loss: scalars, each of another name.
inline void ExpectNamedScalars(const std::vector<NamedLoss>& losses) {
  std::set<std::string> names;
  for (const NamedLoss& loss : losses) {
    EXPECT_EQ(loss.value.dim(), 0) << loss.name;
    EXPECT_FALSE(loss.name.empty());
    EXPECT_TRUE(names.insert(loss.name).second) << loss.name;
  }
}

inline void ExpectNamesBelow(const Parameters& parameters,
                             const std::string& name) {
  for (const Parameter& parameter : parameters.list()) {
    EXPECT_TRUE(parameter.name.starts_with(name + "."))
        << parameter.name << " is not below " << name;
  }
}

// Gives `to` the values of `from` by way of a file's bytes.
inline void PassThroughFile(const Parameters& from, Parameters& to) {
  TensorFile file;
  file.content = "parameters";
  from.Save("saved.", file);
  const std::string bytes = SerializeTensorFile(file);
  const auto read = ParseTensorFile(std::as_bytes(std::span(bytes)),
                                    "parameters", "memory");
  ASSERT_TRUE(read.ok()) << read.status().message();
  const Status status = to.Load("saved.", *read);
  ASSERT_TRUE(status.ok()) << status.message();
}

// What a gradient may be taken of.
struct Variable {
  std::string name;
  at::Tensor value;  // a leaf that requires a gradient
};

// `inputs` and all `parameters`.
inline std::vector<Variable> VariablesOf(std::vector<Variable> inputs,
                                         const Parameters& parameters) {
  for (const Parameter& parameter : parameters.list()) {
    if (!parameter.learned) continue;
    inputs.push_back({parameter.name, parameter.value});
  }
  return inputs;
}

struct DifferenceOptions {
  double step = 1e-6;
  double tolerance = 1e-6;  // relative to the gradient's norm

  // For networks of many ReLUs: so small a step that it turns none of them.
  static DifferenceOptions Kinked() {
    return {.step = 1e-8, .tolerance = 1e-4};
  }
};

// Takes one number of all outputs, in which each entry matters differently, and
// compares its derivative at each variable, along a random direction, with the
// central difference. A gradient that is cut off or wrong in one entry shows.
inline void ExpectGradientsMatchDifferences(
    const std::function<std::vector<at::Tensor>()>& outputs,
    const std::vector<Variable>& variables, DifferenceOptions options = {}) {
  const auto mix = [&outputs] {
    at::Tensor sum = torch::zeros({}, at::kDouble);
    int64_t seed = 4000;
    for (const at::Tensor& output : outputs()) {
      sum = sum + (RandomLeaf(output.sizes(), ++seed).detach() *
                   output.to(at::kDouble))
                      .sum();
    }
    return sum;
  };
  std::vector<at::Tensor> values;
  for (const Variable& variable : variables) values.push_back(variable.value);
  const at::Tensor total = mix();
  std::vector<at::Tensor> gradients(values.size());
  if (total.requires_grad()) {
    gradients = torch::autograd::grad({total}, values, {}, std::nullopt,
                                      /*create_graph=*/false,
                                      /*allow_unused=*/true);
  }
  torch::NoGradGuard no_grad;
  for (size_t i = 0; i < variables.size(); ++i) {
    at::Tensor value = values[i];
    const at::Tensor before = value.detach().clone();
    const at::Tensor direction =
        RandomLeaf(value.sizes(), 5000 + static_cast<int64_t>(i),
                   value.scalar_type())
            .detach();
    const auto moved = [&](double by) {
      value.copy_(before + direction * by);
      const double result = mix().item<double>();
      value.copy_(before);
      return result;
    };
    const double expected =
        (moved(options.step) - moved(-options.step)) / (2 * options.step);
    const at::Tensor gradient = gradients[i].defined()
                                    ? gradients[i].to(at::kDouble)
                                    : torch::zeros_like(value, at::kDouble);
    const double scale = std::max(
        {1.0, std::abs(expected), gradient.norm().item<double>()});
    EXPECT_NEAR((gradient * direction).sum().item<double>(), expected,
                options.tolerance * scale)
        << "gradient of " << variables[i].name;
  }
}

}  // namespace credo

#endif  // CREDO_TESTS_CONFORMANCE_NETWORK_CHECKS_H_
