// The parameters of a network in one flat buffer.
//
// Modules declare what they need while they are made; Allocate then lays all of
// it out in one buffer of values and one of gradients, each segment 64-byte
// aligned, so that clip, optimiser, publish and checkpoint each touch one
// buffer. Values are drawn from (seed, parameter name) alone: adding a part
// does not change the start of another.
//
//   Parameters parameters;
//   Linear policy(parameters, "policy", 128, 4);
//   parameters.Allocate(/*seed=*/7);
//   at::Tensor logits = policy(beliefs);
#ifndef CREDO_SDK_TENSOR_PARAMETERS_H_
#define CREDO_SDK_TENSOR_PARAMETERS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/base/tensor_file.h"

namespace credo {

// How a parameter starts.
struct Init {
  enum class Kind : uint8_t { kZero, kUniform, kConstant } kind = Kind::kZero;
  double scale = 0;  // kUniform: within [-scale, scale]; kConstant: the value
  // Added to the elements shift_begin .. shift_end - 1 of the flat parameter.
  double shift = 0;
  int64_t shift_begin = 0;
  int64_t shift_end = 0;

  static Init Zero() { return {}; }
  static Init Uniform(double scale) {
    return {.kind = Kind::kUniform, .scale = scale};
  }
  static Init Constant(double value) {
    return {.kind = Kind::kConstant, .scale = value};
  }
  // Uniform within 1 / sqrt(fan_in), the usual start of a linear layer.
  static Init FanIn(int64_t fan_in);
  // This start with `by` added to the elements begin .. end - 1.
  Init Shifted(double by, int64_t begin, int64_t end) const;
};

struct Parameter {
  std::string name;
  Shape shape;
  Init init;
  bool learned = true;  // by gradients
  int64_t offset = 0;  // in elements, into the flat buffers
  at::Tensor value;    // a view of the flat buffer; defined by Allocate
};

class Parameters {
 public:
  Parameters() = default;
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  // Declares a parameter. The pointer stays valid as long as this object.
  // REQUIRES: the name is new; before Allocate.
  Parameter* Add(std::string name, Shape shape, Init init);
  // Likewise for numbers of a network that no gradient changes, as the mean of
  // what was seen: its owner does. Their gradients stay zero.
  Parameter* AddObserved(std::string name, Shape shape, Init init);

  // Makes the buffers and draws the values. `type` is kFloat, or kDouble to
  // check others against.
  void Allocate(uint64_t seed, at::ScalarType type = at::kFloat);

  // Moves values and gradients. REQUIRES: after Allocate.
  void MoveTo(at::Device device);

  const std::deque<Parameter>& list() const { return list_; }
  // [size()] with padding between segments that stays zero.
  const at::Tensor& values() const { return values_; }
  const at::Tensor& gradients() const { return gradients_; }
  int64_t size() const { return size_; }
  // Numbers without padding.
  int64_t count() const;

  void ZeroGradients();
  // Takes the values of `other`, whose first parameters are these.
  void CopyFrom(const Parameters& other);
  // Takes of `other`, of equal parameters, those that no gradient changes.
  void CopyObservedFrom(const Parameters& other);

  // Each parameter as a tensor named "`prefix`NAME".
  void Save(const std::string& prefix, TensorFile& file) const;
  // The same as floats, whatever they are here.
  void SaveFloats(const std::string& prefix, TensorFile& file) const;
  // Fails when a parameter is missing or has another shape or type.
  Status Load(const std::string& prefix, const TensorFile& file);

 private:
  // Makes each parameter a view of the buffers.
  void Divide();

  std::deque<Parameter> list_;
  int64_t size_ = 0;
  at::Tensor values_;
  at::Tensor gradients_;
};

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_PARAMETERS_H_
