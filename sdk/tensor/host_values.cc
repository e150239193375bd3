#include "sdk/tensor/host_values.h"

#include <torch/types.h>

#include "sdk/tensor/device.h"

namespace credo {
namespace {

// What this thread's asking is for.
struct Asking {
  HostValues* values = nullptr;
  bool again = false;
};
thread_local Asking asking;

bool Alike(const at::Tensor& a, const at::Tensor& b) {
  return a.sizes() == b.sizes() && a.scalar_type() == b.scalar_type();
}

}  // namespace

HostValues::Recording::Recording(HostValues& values) {
  TORCH_CHECK(asking.values == nullptr, "a recording within another");
  values.values_.clear();
  asking = {.values = &values, .again = false};
}
HostValues::Recording::~Recording() { asking = {}; }

HostValues::Repeating::Repeating(HostValues& values) : values_(values) {
  TORCH_CHECK(asking.values == nullptr, "a recording within another");
  values.next_ = 0;
  asking = {.values = &values, .again = true};
}
HostValues::Repeating::~Repeating() { asking = {}; }

bool HostValues::Repeating::AllAsked() const {
  return values_.next_ == values_.values_.size();
}

const at::Tensor& HostValues::Next(bool is_value) {
  TORCH_CHECK(next_ < values_.size() &&
                  values_[next_].there.defined() == is_value,
              "a repeated program asks for other values than when it was "
              "recorded");
  return values_[next_++].there;
}

bool IsRepeating() { return asking.values != nullptr && asking.again; }

bool HostValues::Refresh() {
  std::vector<at::Tensor> made;
  for (const Value& value : values_) {
    made.push_back(value.make());
    if (value.there.defined() && !Alike(made.back(), value.there)) return false;
  }
  for (size_t i = 0; i < made.size(); ++i) {
    const at::Tensor& there = values_[i].there;
    if (!there.defined()) continue;
    // A copy out of pinned memory does not wait for the device.
    const bool crosses = made[i].is_cpu() && !there.is_cpu();
    there.copy_(crosses ? made[i].pin_memory() : made[i],
                /*non_blocking=*/true);
  }
  return true;
}

at::Tensor FromHost(at::Device device,
                    const std::function<at::Tensor()>& make) {
  HostValues* const values = asking.values;
  if (values == nullptr) return ToDevice(device, make());
  if (asking.again) return values->Next(/*is_value=*/true);
  const at::Tensor host = make();
  // A place of its own: the host's may be somebody else's.
  values->values_.push_back(
      {make,
       host.device() == device ? host.clone() : ToDevice(device, host)});
  return values->values_.back().there;
}

at::Tensor FromHost(const at::Tensor& like,
                    const std::function<at::Tensor()>& make) {
  return FromHost(like.device(), make);
}

NamedTensors FromHost(at::Device device, const NamedTensors& host) {
  NamedTensors there;
  for (const auto& [name, tensor] : host) {
    there.Add(name, FromHost(device, [&host, name] { return host[name]; }));
  }
  return there;
}

at::Tensor IndicesFromHost(
    const at::Tensor& like,
    const std::function<std::vector<int64_t>()>& make) {
  return FromHost(like,
                  [make] { return torch::tensor(make(), torch::kLong); });
}

int64_t SizeFromHost(const std::function<int64_t()>& make) {
  return FromHost(at::kCPU, [make] { return torch::empty({make(), 0}); })
      .size(0);
}

void OnHost(const std::function<void()>& step) {
  HostValues* const values = asking.values;
  if (values != nullptr && asking.again) {
    values->Next(/*is_value=*/false);
    return;
  }
  step();
  if (values == nullptr) return;
  values->values_.push_back({[step] {
                               step();
                               return at::Tensor();
                             },
                             {}});
}

}  // namespace credo
