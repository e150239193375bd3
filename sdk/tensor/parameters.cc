#include "sdk/tensor/parameters.h"

#include <torch/types.h>

#include <cmath>
#include <cstring>
#include <span>

#include "sdk/base/random.h"
#include "sdk/tensor/tensor_io.h"

namespace credo {
namespace {

constexpr int64_t kAlignment = 64 / sizeof(float);  // elements

void Draw(const Parameter& parameter, uint64_t seed, at::Tensor& out) {
  switch (parameter.init.kind) {
    case Init::Kind::kZero:
      out.zero_();
      return;
    case Init::Kind::kConstant:
      out.fill_(parameter.init.scale);
      return;
    case Init::Kind::kUniform:
      break;
  }
  Draws draws = RandomStream(seed, "init." + parameter.name).At(0, 0);
  std::vector<float> values(out.numel());
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(parameter.init.scale *
                                   (2.0 * draws.Uniform() - 1.0));
  }
  for (int64_t i = parameter.init.shift_begin; i < parameter.init.shift_end;
       ++i) {
    values[i] += static_cast<float>(parameter.init.shift);
  }
  out.copy_(torch::from_blob(values.data(), out.sizes(), torch::kFloat));
}

}  // namespace

Init Init::FanIn(int64_t fan_in) {
  return Uniform(1.0 / std::sqrt(static_cast<double>(fan_in)));
}

Init Init::Shifted(double by, int64_t begin, int64_t end) const {
  Init init = *this;
  init.shift = by;
  init.shift_begin = begin;
  init.shift_end = end;
  return init;
}

Parameter* Parameters::Add(std::string name, Shape shape, Init init) {
  TORCH_CHECK(!values_.defined(), "Parameters::Add after Allocate: ", name);
  for (const Parameter& other : list_) {
    TORCH_CHECK(other.name != name, "parameter declared twice: ", name);
  }
  const int64_t offset = size_;
  const int64_t count = ElementCount(shape);
  size_ += (count + kAlignment - 1) / kAlignment * kAlignment;
  list_.push_back(
      {std::move(name), std::move(shape), init, true, offset, {}});
  return &list_.back();
}

Parameter* Parameters::AddObserved(std::string name, Shape shape, Init init) {
  Parameter* const parameter = Add(std::move(name), std::move(shape), init);
  parameter->learned = false;
  return parameter;
}

void Parameters::Allocate(uint64_t seed, at::ScalarType type) {
  TORCH_CHECK(!values_.defined(), "Parameters::Allocate twice");
  values_ = torch::zeros({size_}, type);
  gradients_ = torch::zeros({size_}, type);
  Divide();
  torch::NoGradGuard no_grad;
  for (Parameter& parameter : list_) Draw(parameter, seed, parameter.value);
}

void Parameters::MoveTo(at::Device device) {
  if (values_.device() == device) return;
  values_ = values_.to(device);
  gradients_ = gradients_.to(device);
  Divide();
}

void Parameters::Divide() {
  torch::NoGradGuard no_grad;
  for (Parameter& parameter : list_) {
    const int64_t count = ElementCount(parameter.shape);
    parameter.value =
        values_.narrow(0, parameter.offset, count).view(parameter.shape);
    if (!parameter.learned) continue;
    parameter.value.requires_grad_(true);
    parameter.value.mutable_grad() =
        gradients_.narrow(0, parameter.offset, count).view(parameter.shape);
  }
}

int64_t Parameters::count() const {
  int64_t count = 0;
  for (const Parameter& p : list_) count += ElementCount(p.shape);
  return count;
}

void Parameters::ZeroGradients() { gradients_.zero_(); }

void Parameters::CopyFrom(const Parameters& other) {
  torch::NoGradGuard no_grad;
  TORCH_CHECK(size_ <= other.size_, "Parameters::CopyFrom: ", size_,
              " numbers here, ", other.size_, " there");
  values_.copy_(other.values_.narrow(0, 0, size_));
}

void Parameters::CopyObservedFrom(const Parameters& other) {
  torch::NoGradGuard no_grad;
  for (size_t i = 0; i < list_.size(); ++i) {
    if (list_[i].learned) continue;
    TORCH_CHECK(list_[i].name == other.list_[i].name,
                "Parameters::CopyObservedFrom: expected ", list_[i].name,
                ", found ", other.list_[i].name);
    list_[i].value.copy_(other.list_[i].value);
  }
}

void Parameters::Save(const std::string& prefix, TensorFile& file) const {
  for (const Parameter& parameter : list_) {
    AddTensor(file, prefix + parameter.name, parameter.value);
  }
}

void Parameters::SaveFloats(const std::string& prefix,
                            TensorFile& file) const {
  for (const Parameter& parameter : list_) {
    AddTensor(file, prefix + parameter.name, parameter.value.to(at::kFloat));
  }
}

Status Parameters::Load(const std::string& prefix, const TensorFile& file) {
  torch::NoGradGuard no_grad;
  for (Parameter& parameter : list_) {
    CREDO_RETURN_IF_ERROR(
        LoadTensor(file, prefix + parameter.name, parameter.value));
  }
  return OkStatus();
}

}  // namespace credo
