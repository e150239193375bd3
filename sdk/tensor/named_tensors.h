// Tensors by name, in a fixed order: the observations of a batch.
#ifndef CREDO_SDK_TENSOR_NAMED_TENSORS_H_
#define CREDO_SDK_TENSOR_NAMED_TENSORS_H_

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

namespace credo {

class NamedTensors {
 public:
  void Add(std::string name, at::Tensor tensor);
  // The tensor of this name. Throws when there is none.
  const at::Tensor& operator[](const std::string& name) const;
  bool Has(const std::string& name) const;

  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }
  size_t size() const { return list_.size(); }

 private:
  std::vector<std::pair<std::string, at::Tensor>> list_;
};

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_NAMED_TENSORS_H_
