#include "sdk/tensor/repeated_program.h"

#include <ATen/accelerator/Graph.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/types.h>

#include <exception>
#include <mutex>
#include <utility>

namespace credo {
namespace {

// Recordings whose shapes were those of a rare update are made anew.
constexpr int kMostMisses = 8;

}  // namespace

class DeviceGraph {
 public:
  // Records `program`, which is not run.
  DeviceGraph(at::Device device, const std::function<void()>& program) {
    // A device may not be waited for as a whole while another thread records.
    static std::mutex one_at_a_time;
    const std::lock_guard lock(one_at_a_time);
    const c10::impl::VirtualGuardImpl streams(device.type());
    // What is recorded may not wait for what came before, so that is over.
    streams.synchronizeDevice(device.index());
    // A graph has memory of its own, for which a recording cannot take what is
    // kept for others.
    auto* const allocator =
        dynamic_cast<c10::DeviceAllocator*>(c10::GetAllocator(device.type()));
    if (allocator != nullptr) allocator->emptyCache();
    // Of a kind that nobody else uses: what others ask of a stream meanwhile
    // would be recorded as well.
    const c10::StreamGuard aside(
        streams.getStreamFromGlobalPool(device, /*isHighPriority=*/true));
    // The backward pass is asked for by a thread of autograd's.
    graph_.capture_begin({0, 0}, at::GraphCaptureMode::ThreadLocal);
    try {
      program();
    } catch (...) {
      // Else all that follows would be recorded as well.
      try {
        graph_.capture_end();
      } catch (const std::exception&) {
        // What was recorded is void, as it is to be.
      }
      throw;
    }
    graph_.capture_end();
  }

  void Replay() { graph_.replay(); }

 private:
  at::accelerator::Graph graph_;
};

RepeatedProgram::RepeatedProgram(at::Device device, AllCan all_can)
    : device_(device), all_can_(std::move(all_can)) {
  if (!all_can_) all_can_ = [](bool can) { return can; };
}
RepeatedProgram::~RepeatedProgram() = default;

void RepeatedProgram::RunAgain(const std::function<void()>& program) {
  HostValues::Repeating again(values_);
  program();
  TORCH_CHECK(again.AllAsked(),
              "a repeated program asks for less than when it was recorded");
}

bool RepeatedProgram::Record(const std::function<void()>& program) {
  std::string fault;
  try {
    TORCH_CHECK(at::has_graph_impl(device_.type()),
                "this LibTorch has none for ", device_.str());
    graph_ = std::make_unique<DeviceGraph>(device_,
                                           [&] { RunAgain(program); });
  } catch (const std::exception& error) {
    // Nothing was run yet. A part that no graph can hold is no harm.
    fault = error.what();
  }
  if (all_can_(fault.empty())) return true;
  graph_.reset();
  fault_ = fault.empty() ? "another of those that learn could not" : fault;
  return false;
}

RepeatedProgram::Ran RepeatedProgram::Run(
    const std::function<void()>& program) {
  if (!fault_.empty()) return Ran::kNot;
  if (!recorded_) {
    const HostValues::Recording recording(values_);
    program();
    recorded_ = true;
    return Ran::kRecorded;
  }
  if (!all_can_(values_.Refresh())) {
    if (++misses_ == kMostMisses) {
      graph_.reset();
      recorded_ = false;
      misses_ = 0;
    }
    return Ran::kNot;
  }
  misses_ = 0;
  if (device_.is_cpu()) {
    RunAgain(program);
    return Ran::kRepeated;
  }
  if (!graph_ && !Record(program)) return Ran::kNot;
  graph_->Replay();
  return Ran::kRepeated;
}

}  // namespace credo
