#include "tests/benchmark/runtime/tick_model.h"

#include <cmath>
#include <stdexcept>
#include <utility>

#include "sdk/base/int8_weights.h"
#include "sdk/base/random.h"
#include "sdk/base/spec_json.h"
#include "sdk/model/metadata.h"
#include "sdk/model/rounded_weights.h"

namespace credo {
namespace {

struct Convolution {
  const char* name;
  int64_t channels, kernel, stride;
};

constexpr Convolution kConvolutions[] = {
    {"agent.encoder.picture.0", 16, 8, 4},
    {"agent.encoder.picture.1", 32, 4, 2}};
constexpr int64_t kFlat = 32 * 6 * 6;

constexpr char kAgentJson[] =
    R"({"encoder":{"kind":"conv","channels":[16,32],"kernels":[8,4],)"
    R"("strides":[4,2],"size":256},"core":{"kind":"lstm","size":256,)"
    R"("forget_bias":1.5,"reward_input":true,"memory":{"kind":"none"}},)"
    R"("head_hidden":[]})";

EnvironmentSpec TickSpec() {
  EnvironmentSpec spec;
  spec.name = "tick";
  spec.observations = {
      ObservationSpec::Picture("picture", kSide, kSide, kColours)};
  spec.action.fields = {ActionField::Discrete("choice", kActions)};
  return spec;
}

void AddFloats(TensorFile& file, const std::string& name, const Shape& shape,
               std::span<const float> numbers) {
  file.Add(name, DType::kF32, shape, std::as_bytes(numbers));
}

// Uniform, such that a sum over `inputs` of them has variance `gain`^2.
void AddRandom(TensorFile& file, const std::string& name, const Shape& shape,
               int64_t inputs, double gain = 1) {
  Draws draws = RandomStream(1, name).At(0, 0);
  const double range = gain * std::sqrt(3.0 / static_cast<double>(inputs));
  std::vector<float> numbers(ElementCount(shape));
  for (float& number : numbers) {
    number = static_cast<float>((2 * draws.Uniform() - 1) * range);
  }
  AddFloats(file, name, shape, numbers);
}

void AddLinear(TensorFile& file, const std::string& name, int64_t inputs,
               int64_t outputs, double gain) {
  AddRandom(file, name + ".weight", {outputs, inputs}, inputs, gain);
  AddRandom(file, name + ".bias", {outputs}, inputs);
}

// --- The golden record ---

using Numbers = std::vector<double>;

// W x, W [out, in].
Numbers Product(std::span<const float> weights, const Numbers& x) {
  Numbers y(weights.size() / x.size());
  for (size_t o = 0; o < y.size(); ++o) {
    const std::span<const float> row = weights.subspan(o * x.size(), x.size());
    for (size_t i = 0; i < x.size(); ++i) y[o] += row[i] * x[i];
  }
  return y;
}

Numbers Linear(const TensorFile& model, const std::string& name,
               const Numbers& x) {
  Numbers y = Product(NumbersOf(model, name + ".weight"), x);
  const std::span<const float> bias = NumbersOf(model, name + ".bias");
  for (size_t o = 0; o < y.size(); ++o) y[o] += bias[o];
  return y;
}

void Relu(Numbers& numbers) {
  for (double& number : numbers) number = number > 0 ? number : 0;
}

// [C, side, side] through one convolution; `side` becomes that of the result.
Numbers Convolve(const TensorFile& model, const Convolution& layer,
                 const Numbers& planes, int64_t& side) {
  const int64_t k = layer.kernel;
  const auto channels = static_cast<int64_t>(planes.size()) / (side * side);
  const int64_t out = (side - k) / layer.stride + 1;
  Numbers y(layer.channels * out * out);
  for (int64_t at = 0; at < out * out; ++at) {
    Numbers patch;  // [C, k, k]
    for (int64_t i = 0; i < channels * k * k; ++i) {
      const int64_t row = at / out * layer.stride + i / k % k;
      const int64_t column = at % out * layer.stride + i % k;
      patch.push_back(planes[(i / (k * k) * side + row) * side + column]);
    }
    const Numbers sums = Linear(model, layer.name, patch);
    for (int64_t c = 0; c < layer.channels; ++c) {
      y[c * out * out + at] = sums[c];
    }
  }
  side = out;
  return y;
}

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// The belief at the first record of an episode.
Numbers FirstBelief(const TensorFile& model,
                    std::span<const uint8_t> picture) {
  Numbers x(kPictureBytes);
  for (int64_t i = 0; i < kPictureBytes; ++i) {
    x[i % kColours * kSide * kSide + i / kColours] = picture[i] / 255.0;
  }
  int64_t side = kSide;
  for (const Convolution& layer : kConvolutions) {
    x = Convolve(model, layer, x, side);
    Relu(x);
  }
  x = Linear(model, "agent.encoder.output", x);
  Relu(x);
  x.resize(kCoreInputs);  // neither an action nor a reward came before
  Numbers gates = Product(NumbersOf(model, "agent.core.lstm.input"), x);
  const std::span<const float> bias = NumbersOf(model, "agent.core.lstm.bias");
  for (size_t i = 0; i < gates.size(); ++i) gates[i] += bias[i];
  Numbers belief(kBelief);
  for (int64_t u = 0; u < kUnits; ++u) {
    const double cell =
        Sigmoid(gates[u]) * std::tanh(gates[2 * kUnits + u]);
    belief[kUnits + u] = std::tanh(cell);
    belief[u] = Sigmoid(gates[3 * kUnits + u]) * belief[kUnits + u];
  }
  return belief;
}

void AddGolden(TensorFile& file) {
  const std::vector<uint8_t> picture = MakePictures(1);
  const Numbers belief = FirstBelief(file, picture);
  const auto add = [&](const char* name, const Shape& shape,
                       const Numbers& numbers) {
    AddFloats(file, name, shape,
              std::vector<float>(numbers.begin(), numbers.end()));
  };
  add(kGoldenActions, {1, 1}, {0});
  add(kGoldenRewards, {1}, {0});
  add(kGoldenBeliefs, {1, kBelief}, belief);
  add(kGoldenPolicies, {1, kActions}, Linear(file, "agent.policy.0", belief));
  add(kGoldenValues, {1}, Linear(file, "agent.value.0", belief));
  constexpr std::byte kFirst[1] = {};
  file.Add(kGoldenKinds, DType::kU8, {1}, kFirst);
  file.Add(kGoldenObservation + std::string("picture"), DType::kU8,
           {1, kSide, kSide, kColours}, std::as_bytes(std::span(picture)));
}

}  // namespace

TensorFile MakeTickModel(bool int8) {
  TensorFile file;
  file.content = kModelContent;
  file.metadata = {{kModelSpec, SpecToJson(TickSpec())},
                   {kModelAgent, kAgentJson},
                   {kModelAuxiliary, "[]"},
                   {kModelProbes, "[]"},
                   {kModelLearner, R"({"reward_clip":1,"probe_hidden":[]})"},
                   {kModelFrames, "0"}};
  int64_t channels = kColours;
  for (const Convolution& layer : kConvolutions) {
    const int64_t inputs = channels * layer.kernel * layer.kernel;
    const std::string name = layer.name;
    AddRandom(file, name + ".weight",
              {layer.channels, channels, layer.kernel, layer.kernel}, inputs,
              /*gain=*/2);
    AddRandom(file, name + ".bias", {layer.channels}, inputs);
    channels = layer.channels;
  }
  AddLinear(file, "agent.encoder.output", kFlat, 256, /*gain=*/2);
  AddRandom(file, "agent.core.lstm.input", {4 * kUnits, kCoreInputs},
            kCoreInputs);
  AddRandom(file, "agent.core.lstm.recurrent", {4 * kUnits, kUnits}, kUnits);
  AddRandom(file, "agent.core.lstm.bias", {4 * kUnits}, kUnits);
  AddLinear(file, "agent.policy.0", kBelief, kActions, /*gain=*/4);
  AddLinear(file, "agent.value.0", kBelief, 1, /*gain=*/4);
  TensorFile small = file;
  if (int8) {
    const Status status = QuantiseWeights(small, IsRoundedInModels);
    if (!status.ok()) {
      throw std::runtime_error(status.message());
    }
    file = small;
    DequantiseWeights(file);
  }
  AddGolden(file);
  if (!int8) return file;
  for (NamedTensor& tensor : file.tensors) {
    if (tensor.name.starts_with("golden.")) {
      small.tensors.push_back(std::move(tensor));
    }
  }
  return small;
}

std::span<const float> NumbersOf(const TensorFile& model,
                                 const std::string& name) {
  const NamedTensor* const tensor = model.Find(name);
  if (tensor == nullptr) throw std::runtime_error("no tensor '" + name + "'");
  return {reinterpret_cast<const float*>(tensor->bytes.data()),
          tensor->bytes.size() / sizeof(float)};
}

std::vector<uint8_t> MakePictures(int64_t count) {
  Draws draws = RandomStream(1, "pictures").At(0, 0);
  std::vector<uint8_t> pictures(count * kPictureBytes);
  for (uint8_t& byte : pictures) byte = static_cast<uint8_t>(draws.Below(256));
  return pictures;
}

}  // namespace credo
