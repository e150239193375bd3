// Work of a thread on a device beside that of other threads. On the CPU, where
// each thread works for itself, all of this does nothing.
#ifndef CREDO_SDK_TENSOR_DEVICE_STREAM_H_
#define CREDO_SDK_TENSOR_DEVICE_STREAM_H_

#include <ATen/core/Tensor.h>

#include <memory>

namespace credo {

// A moment in the work of one thread, for which others may wait on the device.
class DeviceMoment {
 public:
  explicit DeviceMoment(at::Device device);
  ~DeviceMoment();

  // It is when all that the calling thread asked for up to now is done.
  void Mark();
  // What the calling thread asks for from now on begins after it. Any thread.
  void Await() const;

 private:
  class Event;
  std::unique_ptr<Event> event_;  // null on the CPU
};

// While it lives, what the calling thread asks for goes to a stream of its own,
// which begins after a moment of another one.
class DeviceAside {
 public:
  DeviceAside(at::Device device, const DeviceMoment& after);
  ~DeviceAside();

 private:
  class Stream;
  std::unique_ptr<Stream> stream_;  // null on the CPU
};

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_DEVICE_STREAM_H_
