// A program on a device that is recorded once and then repeated: as a graph of
// that device (CUDA graphs), which leaves nothing to the host but the values
// that it makes anew (sdk/tensor/host_values.h).
//
// Source of the way to use them: NVIDIA, CUDA C++ programming guide, "CUDA
// graphs"; LibTorch, ATen/accelerator/Graph.h.
#ifndef CREDO_SDK_TENSOR_REPEATED_PROGRAM_H_
#define CREDO_SDK_TENSOR_REPEATED_PROGRAM_H_

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>

#include "sdk/tensor/host_values.h"

namespace credo {

class DeviceGraph;

class RepeatedProgram {
 public:
  // Whether all of those that run a program together can do what this one can,
  // as each is asked at the same time.
  using AllCan = std::function<bool(bool)>;

  // On the CPU, which has no graphs, it is run again instead. `all_can`: of
  // many that run the same and call each other in it, who record and repeat it
  // together or not at all.
  explicit RepeatedProgram(at::Device device, AllCan all_can = {});
  ~RepeatedProgram();

  enum class Ran {
    kNot,       // not at all: the caller runs it without this
    kRecorded,  // as it is
    kRepeated,  // with the values that it asked for when it was recorded
  };
  // Runs `program`, each time the same one: it asks for the same values in the
  // same order, reads nothing of the device, and keeps what lasts in tensors of
  // before. Not where a value of the host has another shape than the recorded
  // one, of which it is recorded anew if that goes on, nor where the device
  // cannot record it. Throws what the program throws.
  Ran Run(const std::function<void()>& program);

  // Why the device could not record it; empty where it could.
  const std::string& fault() const { return fault_; }

 private:
  void RunAgain(const std::function<void()>& program);

  // Records the graph. False where it could not, which `fault_` says.
  bool Record(const std::function<void()>& program);

  at::Device device_;
  AllCan all_can_;
  bool recorded_ = false;
  int misses_ = 0;  // in a row, for another shape
  std::string fault_;
  HostValues values_;
  std::unique_ptr<DeviceGraph> graph_;
};

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_REPEATED_PROGRAM_H_
