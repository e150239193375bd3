// Values that the host makes anew for each update: draws, masks, rates.
//
// A program on a device reads them there. One that is recorded once and run
// again, as a graph is, finds them each time in the same places. So whoever
// needs such a value tells how it is made rather than what it is:
//
//   OnHost([this] { plan_ = Draw(); });
//   const at::Tensor rows = FromHost(like, [this] { return RowsOf(plan_); });
//
// What makers refer to outlives the recording. Where nothing is recorded, each
// is called once, at once, and that is all.
#ifndef CREDO_SDK_TENSOR_HOST_VALUES_H_
#define CREDO_SDK_TENSOR_HOST_VALUES_H_

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "sdk/tensor/named_tensors.h"

namespace credo {

// The values of one program, in the order in which it asks for them. Programs
// and their values are used by one thread at a time.
class HostValues {
 public:
  // While one lives, what this thread asks for is made and added to `values`.
  class Recording {
   public:
    explicit Recording(HostValues& values);
    ~Recording();
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;
  };

  // While one lives, this thread asks for the recorded values again, in the
  // same order: nothing is made, nothing is copied.
  class Repeating {
   public:
    explicit Repeating(HostValues& values);
    ~Repeating();
    Repeating(const Repeating&) = delete;
    Repeating& operator=(const Repeating&) = delete;

    // Whether it asked for all of them by now.
    bool AllAsked() const;

   private:
    HostValues& values_;
  };

  // Makes all anew and puts them where the program reads them. False where one
  // has another shape than the recorded one: then nothing was put anywhere.
  bool Refresh();

 private:
  friend at::Tensor FromHost(at::Device, const std::function<at::Tensor()>&);
  friend void OnHost(const std::function<void()>&);

  struct Value {
    std::function<at::Tensor()> make;
    at::Tensor there;  // undefined for a step that makes none
  };

  // The next one that a repeated program asks for, of this kind.
  const at::Tensor& Next(bool is_value);

  std::vector<Value> values_;
  size_t next_ = 0;
};

// What `make` makes, on `device` or where `like` is.
at::Tensor FromHost(at::Device device, const std::function<at::Tensor()>& make);
at::Tensor FromHost(const at::Tensor& like,
                    const std::function<at::Tensor()>& make);
// All of `host` on `device`, made by what these are then: they outlive the
// recording.
NamedTensors FromHost(at::Device device, const NamedTensors& host);
// The same of i64 [values].
at::Tensor IndicesFromHost(
    const at::Tensor& like,
    const std::function<std::vector<int64_t>()>& make);

// A number that shapes or branches of the program follow: it is repeated only
// while that stays the same.
int64_t SizeFromHost(const std::function<int64_t()>& make);

// Runs `step`, which later makers go by.
void OnHost(const std::function<void()>& step);

// Whether this thread runs a program again.
bool IsRepeating();

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_HOST_VALUES_H_
