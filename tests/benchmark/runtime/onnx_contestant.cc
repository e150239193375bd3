// ONNX Runtime out of its Python wheel, which has the library but no header.

#include <dlfcn.h>

#include <algorithm>
#include <stdexcept>

#include "tests/benchmark/runtime/contestant.h"

namespace credo {
namespace {

// The few functions that are needed. Their places in the library's table never
// change: later versions only append.
class Api {
 public:
  explicit Api(const std::string& library) {
    void* const handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) throw std::runtime_error(dlerror());
    struct Base {
      void* const* (*get_api)(uint32_t version);
    };
    const auto get_base = reinterpret_cast<const Base* (*)()>(
        dlsym(handle, "OrtGetApiBase"));
    if (get_base == nullptr) throw std::runtime_error(dlerror());
    table_ = get_base()->get_api(/*version=*/20);
    if (table_ == nullptr) throw std::runtime_error(library + ": too old");
  }

  enum Function {
    kGetErrorMessage = 2,
    kCreateEnv = 3,
    kCreateSession = 7,
    kRun = 9,
    kCreateSessionOptions = 10,
    kSetGraphOptimizationLevel = 23,
    kSetIntraOpNumThreads = 24,
    kSetInterOpNumThreads = 25,
    kCreateTensorWithData = 49,
    kCreateCpuMemoryInfo = 69,
  };

  // Each returns null or a status.
  template <typename... Arguments>
  void Call(Function function, Arguments... arguments) const {
    const auto call =
        reinterpret_cast<void* (*)(Arguments...)>(table_[function]);
    void* const status = call(arguments...);
    if (status == nullptr) return;
    const auto message = reinterpret_cast<const char* (*)(void*)>(
        table_[kGetErrorMessage]);
    throw std::runtime_error(message(status));
  }

 private:
  void* const* table_;
};

constexpr int kAllOptimizations = 99;
constexpr int kFloatType = 1;
constexpr int kByteType = 2;

class OnnxRuntime : public Contestant {
 public:
  OnnxRuntime(const std::string& library, const std::string& model_path)
      : api_(library) {
    void* environment = nullptr;
    void* options = nullptr;
    api_.Call(Api::kCreateEnv, /*warnings=*/2, "credo", &environment);
    api_.Call(Api::kCreateSessionOptions, &options);
    api_.Call(Api::kSetIntraOpNumThreads, options, 1);
    api_.Call(Api::kSetInterOpNumThreads, options, 1);
    api_.Call(Api::kSetGraphOptimizationLevel, options, kAllOptimizations);
    api_.Call(Api::kCreateSession, environment, model_path.c_str(), options,
              &session_);
    void* memory = nullptr;
    api_.Call(Api::kCreateCpuMemoryInfo, /*device allocator=*/0,
              /*default memory=*/0, &memory);
    const auto tensor = [&](auto* data, int type,
                            std::initializer_list<int64_t> shape) {
      size_t bytes = sizeof(*data);
      for (const int64_t size : shape) bytes *= static_cast<size_t>(size);
      void* value = nullptr;
      api_.Call(Api::kCreateTensorWithData, memory, static_cast<void*>(data),
                bytes, shape.begin(), shape.size(), type, &value);
      return value;
    };
    inputs_[0] = tensor(picture_, kByteType, {1, kSide, kSide, kColours});
    inputs_[1] = tensor(before_, kFloatType, {1, kActions + 1});
    outputs_[0] = tensor(belief_, kFloatType, {1, kBelief});
    outputs_[1] = tensor(logits_, kFloatType, {1, kActions});
    outputs_[2] = tensor(&value_, kFloatType, {1, 1});
    // The state of one tick is written beside that of the tick before.
    for (int i = 0; i < 2; ++i) {
      hidden_values_[i] = tensor(hidden_[i], kFloatType, {1, 1, kUnits});
      cell_values_[i] = tensor(cell_[i], kFloatType, {1, 1, kUnits});
    }
  }

  void Tick(const uint8_t* picture, float reward) override {
    static constexpr const char* kInputs[] = {"picture", "before", "hidden",
                                              "cell"};
    static constexpr const char* kOutputs[] = {"belief", "policy", "value",
                                               "next_hidden", "next_cell"};
    std::copy_n(picture, kPictureBytes, picture_);
    before_[kActions] = began_ ? reward : 0;
    inputs_[2] = hidden_values_[now_];
    inputs_[3] = cell_values_[now_];
    now_ = 1 - now_;
    outputs_[3] = hidden_values_[now_];
    outputs_[4] = cell_values_[now_];
    api_.Call(Api::kRun, session_, static_cast<void*>(nullptr), &kInputs[0],
              &inputs_[0], size_t{4}, &kOutputs[0], size_t{5}, &outputs_[0]);
    std::fill_n(before_, kActions, 0.0f);
    before_[std::max_element(logits_, logits_ + kActions) - logits_] = 1;
    began_ = true;
  }

  TickResult Result() override { return ResultOf(belief_, logits_, value_); }

 private:
  Api api_;
  void* session_ = nullptr;
  alignas(64) uint8_t picture_[kPictureBytes];
  alignas(64) float before_[kActions + 1] = {};  // action and reward
  alignas(64) float hidden_[2][kUnits] = {};
  alignas(64) float cell_[2][kUnits] = {};
  alignas(64) float belief_[kBelief];
  alignas(64) float logits_[kActions];
  float value_;
  void* hidden_values_[2];
  void* cell_values_[2];
  void* inputs_[4];
  void* outputs_[5];
  int now_ = 0;
  bool began_ = false;
};

}  // namespace

std::unique_ptr<Contestant> MakeOnnxRuntime(const std::string& library,
                                            const std::string& model_path) {
  return std::make_unique<OnnxRuntime>(library, model_path);
}

}  // namespace credo
