#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include "tests/benchmark/runtime/contestant.h"

namespace credo {
namespace {

class LibTorch : public Contestant {
 public:
  explicit LibTorch(const TensorFile& model) {
    const c10::InferenceMode guard;
    at::set_num_threads(1);
    const auto load = [&](const std::string& name) {
      const NamedTensor* const tensor = model.Find(name);
      return at::from_blob(const_cast<std::byte*>(tensor->bytes.data()),
                           tensor->shape, at::kFloat)
          .clone();
    };
    const auto layer = [&](const std::string& name) {
      return Layer{load(name + ".weight"), load(name + ".bias")};
    };
    convolutions_[0] = layer("agent.encoder.picture.0");
    convolutions_[1] = layer("agent.encoder.picture.1");
    output_ = layer("agent.encoder.output");
    policy_ = layer("agent.policy.0");
    value_ = layer("agent.value.0");
    input_ = load("agent.core.lstm.input");
    recurrent_ = load("agent.core.lstm.recurrent");
    bias_ = load("agent.core.lstm.bias");
    zeros_ = at::zeros_like(bias_);
    before_ = at::zeros({1, kActions + 1});
    hidden_ = at::zeros({1, kUnits});
    cell_ = at::zeros({1, kUnits});
  }

  void Tick(const uint8_t* picture, float reward) override {
    const c10::InferenceMode guard;
    auto* const before = before_.data_ptr<float>();
    before[kActions] = began_ ? reward : 0;
    at::Tensor x = at::from_blob(const_cast<uint8_t*>(picture),
                                 {1, kSide, kSide, kColours}, at::kByte)
                       .permute({0, 3, 1, 2})
                       .to(at::kFloat)
                       .mul_(1.0f / 255);
    for (int64_t i = 0; i < 2; ++i) {
      const Layer& layer = convolutions_[i];
      const int64_t stride = i == 0 ? 4 : 2;
      x = at::conv2d(x, layer.weight, layer.bias, {stride, stride}).relu_();
    }
    x = at::linear(x.reshape({1, -1}), output_.weight, output_.bias).relu_();
    std::tie(hidden_, cell_) =
        at::lstm_cell(at::cat({x, before_}, 1), {hidden_, cell_}, input_,
                      recurrent_, bias_, zeros_);
    belief_ = at::cat({hidden_, cell_.tanh()}, 1);
    logits_ = at::linear(belief_, policy_.weight, policy_.bias);
    values_ = at::linear(belief_, value_.weight, value_.bias);
    const auto* const logits = logits_.const_data_ptr<float>();
    std::fill_n(before, kActions, 0.0f);
    before[std::max_element(logits, logits + kActions) - logits] = 1;
    began_ = true;
  }

  TickResult Result() override {
    return ResultOf(belief_.const_data_ptr<float>(),
                    logits_.const_data_ptr<float>(),
                    *values_.const_data_ptr<float>());
  }

 private:
  struct Layer {
    at::Tensor weight, bias;
  };

  Layer convolutions_[2], output_, policy_, value_;
  at::Tensor input_, recurrent_, bias_, zeros_;
  at::Tensor before_, hidden_, cell_;
  at::Tensor belief_, logits_, values_;
  bool began_ = false;
};

}  // namespace

std::unique_ptr<Contestant> MakeLibTorch(const TensorFile& model) {
  return std::make_unique<LibTorch>(model);
}

}  // namespace credo
