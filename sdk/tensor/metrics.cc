#include "sdk/tensor/metrics.h"

#include <torch/types.h>

#include <utility>

namespace credo {

void MetricTensors::Add(std::string name, const at::Tensor& value,
                        double weight) {
  TORCH_CHECK(value.numel() == 1, name, ": expected a number, found ",
              value.sizes());
  Add(value, [name = std::move(name), weight](const double* number,
                                              std::vector<Metric>& metrics) {
    metrics.push_back({name, *number, weight});
  });
}

void MetricTensors::Add(const at::Tensor& values, Reader read) {
  TORCH_CHECK(!packed_.defined(), "a metric after they were packed");
  torch::NoGradGuard no_grad;
  // A copy: what lasts is often written in place before the update ends.
  at::Tensor now = values.detach().flatten().to(
      at::kDouble, /*non_blocking=*/false, /*copy=*/true);
  const int64_t size = now.numel();
  entries_.push_back({std::move(now), size, std::move(read)});
}

void MetricTensors::Add(const std::string& prefix, const MetricTensors& part) {
  TORCH_CHECK(!packed_.defined() && !part.packed_.defined(),
              "metrics after they were packed");
  for (const Entry& entry : part.entries_) {
    entries_.push_back(
        {entry.values, entry.size,
         [prefix, read = entry.read](const double* numbers,
                                     std::vector<Metric>& metrics) {
           size_t i = metrics.size();
           read(numbers, metrics);
           for (; i < metrics.size(); ++i) {
             metrics[i].name.insert(0, prefix);
           }
         }});
  }
}

at::Tensor MetricTensors::Packed() const {
  at::Device device = at::kCPU;
  for (const Entry& entry : entries_) {
    if (!entry.values.is_cpu()) device = entry.values.device();
  }
  std::vector<at::Tensor> all = {
      torch::empty({0}, at::device(device).dtype(at::kDouble))};
  for (const Entry& entry : entries_) all.push_back(entry.values.to(device));
  return at::cat(all);
}

void MetricTensors::Pack() {
  TORCH_CHECK(!packed_.defined(), "metrics are packed once");
  packed_ = Packed();
  for (Entry& entry : entries_) entry.values = at::Tensor();
}

std::vector<Metric> MetricTensors::Read() const {
  if (entries_.empty()) return {};
  const at::Tensor host = (packed_.defined() ? packed_ : Packed()).cpu();
  const double* numbers = host.const_data_ptr<double>();
  std::vector<Metric> metrics;
  for (const Entry& entry : entries_) {
    entry.read(numbers, metrics);
    numbers += entry.size;
  }
  return metrics;
}

}  // namespace credo
