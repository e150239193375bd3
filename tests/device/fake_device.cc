#include "tests/device/fake_device.h"

#include <ATen/EmptyTensor.h>
#include <ATen/core/GraphImplInterface.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <ATen/native/CPUFallback.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/view_native.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>
#include <torch/types.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace credo {
namespace {

constexpr auto kType = c10::DeviceType::PrivateUse1;

// Addresses of the device mean nothing to a processor.
void* Hidden(const void* pointer) {
  return reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(pointer) ^
                                 uintptr_t{1} << 63);
}

void Free(void* pointer) { std::free(Hidden(pointer)); }

struct FakeAllocator final : at::Allocator {
  at::DataPtr allocate(size_t bytes) override {
    void* const pointer = Hidden(std::malloc(std::max<size_t>(bytes, 1)));
    return {pointer, pointer, &Free, at::Device(kType, 0)};
  }
  at::DeleterFnPtr raw_deleter() const override { return &Free; }
  void copy_data(void* to, const void* from, size_t count) const override {
    std::memcpy(Hidden(to), Hidden(from), count);
  }
};

FakeAllocator allocator;

// What a graph that is recorded will do, and the stream on which it is asked
// for: all else is done at once. A backward pass is asked for by a thread of
// autograd's, on the stream of what it goes back through.
using Steps = std::vector<std::function<void()>>;
std::atomic<c10::StreamId> recorded_stream = -1;
Steps* recorded = nullptr;

thread_local c10::StreamId stream_now = 0;

// While an operator runs, what it asks of the device is its own.
thread_local bool runs = false;
class Running {
 public:
  Running() : before_(runs) { runs = true; }
  ~Running() { runs = before_; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  bool before_;
};

bool IsRecorded() { return recorded_stream == stream_now && !runs; }

struct FakeGuard final : c10::impl::DeviceGuardImplInterface {
  c10::DeviceType type() const override { return kType; }
  c10::Device exchangeDevice(c10::Device) const override { return Only(); }
  c10::Device getDevice() const override { return Only(); }
  void setDevice(c10::Device) const override {}
  void uncheckedSetDevice(c10::Device) const noexcept override {}
  c10::Stream getStream(c10::Device) const override {
    return Stream(stream_now);
  }
  c10::Stream getDefaultStream(c10::Device) const override {
    return Stream(0);
  }
  c10::Stream getStreamFromGlobalPool(c10::Device, bool) const override {
    static std::atomic<c10::StreamId> made = 0;
    return Stream(++made);
  }
  c10::Stream getNewStream(c10::Device device, int) const override {
    return getStreamFromGlobalPool(device, false);
  }
  c10::Stream exchangeStream(c10::Stream stream) const override {
    return Stream(std::exchange(stream_now, stream.id()));
  }
  c10::DeviceIndex deviceCount() const noexcept override { return 1; }
  void record(void**, const c10::Stream&, const c10::DeviceIndex,
              const c10::EventFlag) const override {}
  void block(void*, const c10::Stream&) const override {}
  bool queryEvent(void*) const override { return true; }
  void destroyEvent(void*, const c10::DeviceIndex) const noexcept override {}
  bool queryStream(const c10::Stream&) const override { return true; }
  bool isStreamCapturing(const c10::Stream&) const override {
    return IsRecorded();
  }
  void synchronizeStream(const c10::Stream&) const override {}
  void synchronizeEvent(void*) const override {}
  void synchronizeDevice(const c10::DeviceIndex) const override {}

 private:
  static c10::Device Only() { return {kType, 0}; }
  static c10::Stream Stream(c10::StreamId id) {
    return c10::Stream(c10::Stream::UNSAFE, Only(), id);
  }
};

FakeGuard guard;

struct FakeHooks final : at::PrivateUse1HooksInterface {
  bool isBuilt() const override { return true; }
  bool isAvailable() const override { return true; }
  bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
  c10::DeviceIndex deviceCount() const override { return 1; }
  at::Allocator* getPinnedMemoryAllocator() const override {
    return c10::GetCPUAllocator();
  }
};

FakeHooks hooks;

at::Tensor Empty(at::IntArrayRef size, std::optional<at::ScalarType> type,
                 std::optional<at::Layout>, std::optional<at::Device>,
                 std::optional<bool>,
                 std::optional<at::MemoryFormat> format) {
  return at::detail::empty_generic(
      size, &allocator, c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
      type.value_or(at::kFloat), format);
}

at::Tensor EmptyStrided(at::IntArrayRef size, at::IntArrayRef stride,
                        std::optional<at::ScalarType> type,
                        std::optional<at::Layout>, std::optional<at::Device>,
                        std::optional<bool>) {
  return at::detail::empty_strided_generic(
      size, stride, &allocator,
      c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
      type.value_or(at::kFloat));
}

// The numbers of a tensor, as one of the CPU.
at::Tensor Seen(const at::Tensor& x) {
  if (x.is_cpu()) return x;
  return at::from_blob(Hidden(x.unsafeGetTensorImpl()->data()), x.sizes(),
                       x.strides(), at::TensorOptions(x.scalar_type()));
}

// The same memory, without what autograd keeps beside it: a graph keeps that of
// none alive.
at::Tensor Bare(const at::Tensor& x) {
  const at::AutoDispatchBelowADInplaceOrView below;
  return x.defined() ? x.detach() : x;
}

torch::jit::Stack Bare(const torch::jit::Stack& values) {
  torch::jit::Stack bare;
  for (const c10::IValue& value : values) {
    if (value.isTensor()) {
      bare.emplace_back(Bare(value.toTensor()));
    } else if (value.isTensorList()) {
      c10::List<at::Tensor> list;
      for (const at::Tensor& x : value.toTensorVector()) {
        list.push_back(Bare(x));
      }
      bare.emplace_back(list);
    } else if (value.isOptionalTensorList()) {
      c10::List<std::optional<at::Tensor>> list;
      for (const std::optional<at::Tensor>& x :
           value.toOptionalTensorList().vec()) {
        list.push_back(x.has_value() ? std::optional(Bare(*x)) : x);
      }
      bare.emplace_back(list);
    } else {
      bare.push_back(value);
    }
  }
  return bare;
}

at::Tensor CopyFrom(const at::Tensor& from, const at::Tensor& to, bool) {
  if (IsRecorded()) {
    TORCH_CHECK(!to.is_cpu(), "a graph reads its device");
    TORCH_CHECK(!from.is_cpu(), "a graph takes numbers of the host");
    recorded->push_back([from = Bare(from), to = Bare(to)] {
      Seen(to).copy_(Seen(from));
    });
    return to;
  }
  Seen(to).copy_(Seen(from));
  return to;
}

at::Tensor CopyFromAndResize(const at::Tensor& from, const at::Tensor& to) {
  if (to.sizes() != from.sizes()) {
    to.unsafeGetTensorImpl()->set_sizes_contiguous(from.sizes());
    const size_t bytes = from.numel() * from.element_size();
    if (to.storage().nbytes() < bytes) {
      to.storage().set_data_ptr(allocator.allocate(bytes));
      to.storage().set_nbytes(bytes);
    }
  }
  return CopyFrom(from, to, false);
}

const at::Tensor& Resize(const at::Tensor& x, at::IntArrayRef size,
                         std::optional<at::MemoryFormat>) {
  return CopyFromAndResize(at::empty(size, x.options().device(at::kCPU)), x),
         x;
}

// As any device would: no operator takes tensors of two.
void CheckPlaces(const c10::OperatorHandle& op,
                 const torch::jit::Stack& stack) {
  const size_t count = op.schema().arguments().size();
  bool is_there = false;
  bool is_here = false;
  const auto look = [&](const at::Tensor& x) {
    if (!x.defined()) return;
    is_there = is_there || !x.is_cpu();
    is_here = is_here || (x.is_cpu() && x.dim() > 0);
  };
  for (size_t i = stack.size() - count; i < stack.size(); ++i) {
    const c10::IValue& value = stack[i];
    if (value.isTensor()) look(value.toTensor());
    if (value.isTensorList()) {
      for (const at::Tensor& x : value.toTensorVector()) look(x);
    }
    if (value.isOptionalTensorList()) {
      for (const std::optional<at::Tensor>& x :
           value.toOptionalTensorList().vec()) {
        if (x.has_value()) look(*x);
      }
    }
  }
  TORCH_CHECK(!is_there || !is_here, op.schema().name(),
              " takes tensors of the host and of the device");
}

// Results of `compute`, now and whenever the graph runs that is recorded.
std::vector<at::Tensor> Results(
    const std::function<std::vector<at::Tensor>()>& compute) {
  const bool is_recorded = IsRecorded();
  const Running running;
  const std::vector<at::Tensor> results = compute();
  if (!is_recorded) return results;
  for (const at::Tensor& result : results) {
    // Numbers of the recording are nobody's to read.
    if (result.defined() && at::isFloatingType(result.scalar_type())) {
      Seen(result).fill_(NAN);
    }
  }
  std::vector<at::Tensor> bare;
  for (const at::Tensor& result : results) bare.push_back(Bare(result));
  recorded->push_back([compute, results = std::move(bare)] {
    const std::vector<at::Tensor> anew = compute();
    for (size_t i = 0; i < results.size(); ++i) {
      if (results[i].defined()) Seen(results[i]).copy_(Seen(anew[i]));
    }
  });
  return results;
}

at::Tensor There(const at::Tensor& x) {
  return x.defined() ? x.to(FakeDevice()) : x;
}

at::Tensor Convolution(const at::Tensor& x, const at::Tensor& weight,
                       const std::optional<at::Tensor>& bias,
                       at::IntArrayRef stride, at::IntArrayRef padding,
                       at::IntArrayRef dilation, bool transposed,
                       at::IntArrayRef output_padding, int64_t groups) {
  return Results([=, x = Bare(x), weight = Bare(weight),
                  bias = Bare(bias.value_or(at::Tensor())),
                  stride = stride.vec(), padding = padding.vec(),
                  dilation = dilation.vec(),
                  output_padding = output_padding.vec()] {
    const auto seen_bias =
        bias.defined() ? std::optional(bias.cpu()) : std::nullopt;
    return std::vector<at::Tensor>{
        There(at::convolution(x.cpu(), weight.cpu(), seen_bias, stride,
                              padding, dilation, transposed, output_padding,
                              groups))};
  })[0];
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> ConvolutionBackward(
    const at::Tensor& gradient, const at::Tensor& x, const at::Tensor& weight,
    at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation,
    bool transposed, at::IntArrayRef output_padding, int64_t groups,
    std::array<bool, 3> wanted) {
  const std::vector<at::Tensor> all =
      Results([=, gradient = Bare(gradient), x = Bare(x),
               weight = Bare(weight), stride = stride.vec(),
               padding = padding.vec(), dilation = dilation.vec(),
               output_padding = output_padding.vec()] {
        const auto [a, b, c] = at::convolution_backward(
            gradient.cpu(), x.cpu(), weight.cpu(),
            std::vector<int64_t>{weight.size(0)}, stride, padding, dilation,
            transposed, output_padding, groups, wanted);
        return std::vector<at::Tensor>{There(a), There(b), There(c)};
      });
  return {all[0], all[1], all[2]};
}

// Tensors among what an operator returned, in order.
std::vector<at::Tensor> TensorsOf(const torch::jit::Stack& values) {
  std::vector<at::Tensor> tensors;
  for (const c10::IValue& value : values) {
    if (value.isTensor()) tensors.push_back(value.toTensor());
    if (value.isTensorList()) {
      for (const at::Tensor& x : value.toTensorVector()) tensors.push_back(x);
    }
  }
  return tensors;
}

// What an operator that writes into its arguments returns: some of these.
torch::jit::Stack Written(const c10::FunctionSchema& schema,
                          const torch::jit::Stack& arguments) {
  torch::jit::Stack results;
  for (const c10::Argument& result : schema.returns()) {
    TORCH_CHECK(result.alias_info() != nullptr, schema.name(),
                " returns what it wrote and more");
    for (size_t i = 0; i < arguments.size(); ++i) {
      const c10::AliasInfo* const alias = schema.arguments()[i].alias_info();
      if (alias != nullptr && *alias == *result.alias_info()) {
        results.push_back(arguments[i]);
      }
    }
  }
  return results;
}

void Fallback(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  const c10::FunctionSchema& schema = op.schema();
  CheckPlaces(op, *stack);
  if (!IsRecorded()) {
    const Running running;
    at::native::cpu_fallback(op, stack);
    return;
  }
  TORCH_CHECK(schema.name() != "aten::_local_scalar_dense",
              "a graph reads its device");
  const auto count = static_cast<int64_t>(schema.arguments().size());
  const torch::jit::Stack arguments(stack->end() - count, stack->end());
  stack->erase(stack->end() - count, stack->end());
  if (schema.is_mutable()) {
    const auto run = [](const c10::OperatorHandle& what,
                        torch::jit::Stack with) {
      const Running running;
      at::native::cpu_fallback(what, &with);
    };
    // A result without room is given it by the operator.
    for (const at::Tensor& x : TensorsOf(Written(schema, arguments))) {
      if (x.numel() == 0) run(op, arguments);
    }
    recorded->push_back(
        [run, op, bare = Bare(arguments)] { run(op, bare); });
    for (const c10::IValue& value : Written(schema, arguments)) {
      stack->push_back(value);
    }
    return;
  }
  torch::jit::Stack returned;
  Results([&returned, op, bare = Bare(arguments), first = true]() mutable {
    torch::jit::Stack again = bare;
    at::native::cpu_fallback(op, &again);
    if (std::exchange(first, false)) returned = again;
    return TensorsOf(again);
  });
  for (const c10::IValue& value : returned) stack->push_back(value);
}

// Does again what was asked for while it was recorded.
struct FakeGraph final : at::GraphImplInterface {
  explicit FakeGraph(const at::GraphImplArgs&) {}
  void capture_begin(at::MempoolId_t, at::GraphCaptureMode) override {
    TORCH_CHECK(recorded == nullptr, "another graph is recorded");
    recorded = &steps;
    recorded_stream = stream_now;
  }
  void capture_end() override {
    recorded_stream = -1;
    recorded = nullptr;
  }
  void instantiate() override {}
  void replay() override {
    const Running running;
    const at::AutoDispatchBelowADInplaceOrView below;
    for (const auto& step : steps) step();
  }
  void reset() override { steps.clear(); }
  at::MempoolId_t pool() const override { return {0, 0}; }
  void enable_debug_mode() override {}
  void debug_dump(const std::string&) override {}

  Steps steps;
};

TORCH_LIBRARY_IMPL(_, PrivateUse1, m) {
  m.fallback(torch::CppFunction::makeFromBoxedFunction<&Fallback>());
}

TORCH_LIBRARY_IMPL(aten, PrivateUse1, m) {
  m.impl("empty.memory_format", &Empty);
  m.impl("empty_strided", &EmptyStrided);
  m.impl("_copy_from", &CopyFrom);
  m.impl("_copy_from_and_resize", &CopyFromAndResize);
  m.impl("resize_", &Resize);
  m.impl("convolution_overrideable", &Convolution);
  m.impl("convolution_backward_overrideable", &ConvolutionBackward);
  m.impl("as_strided", &at::native::as_strided_tensorimpl);
  m.impl("view", &at::native::view);
  m.impl("_reshape_alias", &at::native::_reshape_alias);
}

}  // namespace

at::Device FakeDevice() {
  static const bool is_registered = [] {
    c10::SetAllocator(kType, &allocator);
    c10::impl::device_guard_impl_registry[static_cast<size_t>(kType)].store(
        &guard);
    c10::register_privateuse1_backend("fake");
    at::RegisterPrivateUse1HooksInterface(&hooks);
    at::GraphImplRegistry()->Register(
        c10::DeviceTypeName(kType, /*lower_case=*/false),
        [](const at::GraphImplArgs& arguments)
            -> std::unique_ptr<at::GraphImplInterface> {
          return std::make_unique<FakeGraph>(arguments);
        });
    return true;
  }();
  (void)is_registered;
  return {kType, 0};
}

}  // namespace credo
