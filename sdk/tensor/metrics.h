// What an update tells the log, and where its numbers lie until they are read.
//
// A program on a device reads nothing of it while it runs, and one that is
// repeated as a graph has no host that could. So whoever computes a number for
// the log hands over the tensor; one copy fetches all of them afterwards.
#ifndef CREDO_SDK_TENSOR_METRICS_H_
#define CREDO_SDK_TENSOR_METRICS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace credo {

struct Metric {
  std::string name;  // below the name of who tells it: "error.k4"
  double value;
  // How much the value counts in a mean with those of other shares of a batch:
  // the number of frames that it is the mean of.
  double weight = 1;
};

// Which metrics there are, and their weights, hold for all updates that repeat
// one; a reader tells what else the host makes of the numbers.
class MetricTensors {
 public:
  // Turns numbers, now on the host, into metrics.
  using Reader =
      std::function<void(const double* numbers, std::vector<Metric>& metrics)>;

  // Takes `value`, a scalar, as it is now.
  void Add(std::string name, const at::Tensor& value, double weight = 1);
  // Takes all numbers of `values` as they are now; `read` is called whenever
  // all are read: when the update is over, and after later ones that repeat it.
  // So it goes by what the host knows of the update of then, at places that
  // stay, as makers of values do (sdk/tensor/host_values.h).
  void Add(const at::Tensor& values, Reader read);
  // Takes those of `part`, with `prefix` before their names.
  void Add(const std::string& prefix, const MetricTensors& part);

  bool empty() const { return entries_.empty(); }
  // Once, in the end: puts all numbers side by side where they were computed.
  void Pack();
  // All metrics, in the order in which they came. Waits for the device where
  // there are any.
  std::vector<Metric> Read() const;

 private:
  struct Entry {
    at::Tensor values;  // f64 [N]
    int64_t size;
    Reader read;
  };

  at::Tensor Packed() const;

  std::vector<Entry> entries_;
  at::Tensor packed_;
};

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_METRICS_H_
