#include "sdk/tensor/device_stream.h"

#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace credo {

class DeviceMoment::Event {
 public:
  explicit Event(at::Device device)
      : device_(device), streams_(device.type()), event_(device.type()) {}

  void Mark() { event_.record(streams_.getStream(device_)); }
  void Await() const { event_.block(streams_.getStream(device_)); }

 private:
  const at::Device device_;
  const c10::impl::VirtualGuardImpl streams_;
  c10::Event event_;
};

DeviceMoment::DeviceMoment(at::Device device)
    : event_(device.is_cpu() ? nullptr : std::make_unique<Event>(device)) {}
DeviceMoment::~DeviceMoment() = default;

void DeviceMoment::Mark() {
  if (event_ != nullptr) event_->Mark();
}

void DeviceMoment::Await() const {
  if (event_ != nullptr) event_->Await();
}

class DeviceStream::Stream {
 public:
  explicit Stream(at::Device device)
      : stream(c10::impl::VirtualGuardImpl(device.type())
                   .getStreamFromGlobalPool(device, /*isHighPriority=*/false)) {
  }
  const c10::Stream stream;
};

DeviceStream::DeviceStream(at::Device device)
    : stream_(device.is_cpu() ? nullptr : std::make_unique<Stream>(device)) {}
DeviceStream::~DeviceStream() = default;

class DeviceStream::Scope::Guard {
 public:
  explicit Guard(const c10::Stream& stream) : guard_(stream) {}

 private:
  c10::StreamGuard guard_;
};

DeviceStream::Scope::Scope(const DeviceStream& stream)
    : guard_(stream.stream_ == nullptr
                 ? nullptr
                 : std::make_unique<Guard>(stream.stream_->stream)) {}
DeviceStream::Scope::~Scope() = default;

}  // namespace credo
