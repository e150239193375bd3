// Work of a thread on a device beside that of other threads. On the CPU, where
// each thread works for itself, all of this does nothing.
#ifndef CREDO_SDK_TENSOR_DEVICE_STREAM_H_
#define CREDO_SDK_TENSOR_DEVICE_STREAM_H_

#include <ATen/core/Tensor.h>

#include <memory>

namespace c10 {
struct Event;
class Stream;
struct StreamGuard;
}  // namespace c10

namespace credo {

// A moment in the work of one thread, for which others may wait on the device.
// Its user sees to it that it is not marked and waited for at the same time.
class DeviceMoment {
 public:
  explicit DeviceMoment(at::Device device);
  ~DeviceMoment();

  // It is when all that the calling thread asked for up to now is done.
  void Mark();
  // What the calling thread asks for from now on begins after it.
  void Await() const;

 private:
  const at::Device device_;
  std::unique_ptr<c10::Event> event_;  // null on the CPU
};

// A stream of one thread's own: memory of the device is kept per stream.
class DeviceStream {
 public:
  explicit DeviceStream(at::Device device);
  ~DeviceStream();

  // While one lives, what the calling thread asks for goes there.
  class Scope {
   public:
    explicit Scope(const DeviceStream& stream);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    std::unique_ptr<c10::StreamGuard> guard_;  // null on the CPU
  };

 private:
  std::unique_ptr<c10::Stream> stream_;  // null on the CPU
};

// What libraries of the device call the stream of the calling thread; null on
// the CPU.
void* StreamHandle(at::Device device);
// Whether what the calling thread asks for is recorded, for a graph, instead of
// done.
bool IsRecording(at::Device device);

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_DEVICE_STREAM_H_
