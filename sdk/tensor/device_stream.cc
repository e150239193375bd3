#include "sdk/tensor/device_stream.h"

#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace credo {
namespace {

using c10::impl::VirtualGuardImpl;

// That of the calling thread.
c10::Stream StreamNow(at::Device device) {
  return VirtualGuardImpl(device.type()).getStream(device);
}

}  // namespace

DeviceMoment::DeviceMoment(at::Device device) : device_(device) {
  if (!device.is_cpu()) event_ = std::make_unique<c10::Event>(device.type());
}
DeviceMoment::~DeviceMoment() = default;

void DeviceMoment::Mark() {
  if (event_ != nullptr) event_->record(StreamNow(device_));
}

void DeviceMoment::Await() const {
  if (event_ != nullptr) event_->block(StreamNow(device_));
}

DeviceStream::DeviceStream(at::Device device) {
  if (device.is_cpu()) return;
  stream_ = std::make_unique<c10::Stream>(
      VirtualGuardImpl(device.type())
          .getStreamFromGlobalPool(device, /*isHighPriority=*/false));
}
DeviceStream::~DeviceStream() = default;

DeviceStream::Scope::Scope(const DeviceStream& stream) {
  if (stream.stream_ == nullptr) return;
  guard_ = std::make_unique<c10::StreamGuard>(*stream.stream_);
}
DeviceStream::Scope::~Scope() = default;

void* StreamHandle(at::Device device) {
  return device.is_cpu() ? nullptr : StreamNow(device).native_handle();
}

bool IsRecording(at::Device device) {
  return !device.is_cpu() && StreamNow(device).is_capturing();
}

}  // namespace credo
