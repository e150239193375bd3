// A memory in double precision with its parameters at hand, and inputs for it.
#ifndef CREDO_TESTS_MEMORY_MEMORY_FIXTURE_H_
#define CREDO_TESTS_MEMORY_MEMORY_FIXTURE_H_

#include <gtest/gtest.h>
#include <torch/types.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "memory/memory.h"
#include "tests/conformance/network_checks.h"

namespace credo {

class MemoryFixture : public testing::Test {
 protected:
  static constexpr int64_t kSteps = 5;
  static constexpr int64_t kRows = 2;
  static constexpr int64_t kEncoding = 3;
  static constexpr int64_t kHidden = 6;

  MemoryFixture() {
    encoded_ = RandomLeaf({kSteps, kRows, kEncoding}, 1).detach();
    hidden_ = RandomLeaf({kSteps, kRows, kHidden}, 2).detach();
  }

  // Its parameters are named "m...."; contents are zeros at first.
  void Make(const MemoryPart& part, const std::string& yaml) {
    const auto options = PartOptions(part.info, yaml);
    memory_ = part.make(*options, parameters_,
                        MemoryPlace{"m", kEncoding, kHidden});
    parameters_.Allocate(1, at::kDouble);
    contents_ = torch::zeros({kRows, memory_->size()}, at::kDouble);
  }

  // Sharing its storage with the parameter.
  at::Tensor Value(const std::string& name) const {
    for (const Parameter& parameter : parameters_.list()) {
      if (parameter.name == name) return parameter.value.detach();
    }
    throw std::invalid_argument("no parameter " + name);
  }
  at::Tensor Linear(const std::string& name, const at::Tensor& x) const {
    return x.matmul(Value(name + ".weight").t()) + Value(name + ".bias");
  }
  // What is written: [T, B, W].
  at::Tensor WrittenValues(bool sees_hidden) const {
    const at::Tensor values = Linear("m.value", encoded_);
    if (!sees_hidden) return values;
    const at::Tensor both = torch::cat({encoded_, hidden_}, -1);
    return values +
           Linear("m.value_mlp.1", Linear("m.value_mlp.0", both).relu());
  }

  MemoryOutput Write() const {
    torch::NoGradGuard no_grad;
    return memory_->Write(encoded_, hidden_, contents_, {});
  }
  at::Tensor Read(const at::Tensor& contents,
                  const at::Tensor& queries) const {
    torch::NoGradGuard no_grad;
    return memory_->Read(contents, queries);
  }

  Parameters parameters_;
  std::unique_ptr<Memory> memory_;
  at::Tensor encoded_;
  at::Tensor hidden_;
  at::Tensor contents_;
};

}  // namespace credo

#endif  // CREDO_TESTS_MEMORY_MEMORY_FIXTURE_H_
