// Random weights for every layer of a model, as sdk/model/ describes it.
#ifndef CREDO_TESTS_SUPPORT_RANDOM_WEIGHTS_H_
#define CREDO_TESTS_SUPPORT_RANDOM_WEIGHTS_H_

#include <cmath>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "sdk/base/action_distribution.h"
#include "sdk/base/random.h"
#include "sdk/base/tensor_file.h"
#include "sdk/model/addressed.h"
#include "sdk/model/agent.h"
#include "sdk/model/cores.h"
#include "sdk/model/delta.h"
#include "sdk/model/encoders.h"
#include "sdk/model/frame_models.h"
#include "sdk/model/kanerva.h"
#include "sdk/model/probes.h"
#include "sdk/model/query_probe.h"
#include "sdk/model/simulator.h"
#include "sdk/model/slots.h"
#include "tests/support/oracle_options.h"

namespace credo {

class RandomWeights {
 public:
  RandomWeights(uint64_t seed, TensorFile& file) : seed_(seed), file_(file) {}

  void Add(const OracleOptions& options) {
    for (const ObservationSpec& spec : options.spec.observations) {
      if (!spec.privileged) seen_.push_back(spec);
    }
    const ActionDistribution distribution(options.spec.action);
    AddEncoder(options);
    AddCore(options, distribution.inputs());
    const HeadsModel heads(options.head_hidden, belief_,
                           distribution.parameters());
    AddMlp(heads.policy);
    AddMlp(heads.value);
    for (size_t i = 0; i < options.simulators.size(); ++i) {
      AddSimulator(options.simulators[i],
                   "auxiliary." + std::to_string(i + 1) + ".simcore",
                   distribution.inputs());
    }
    if (!options.probes.empty()) AddProbes(options);
  }

 private:
  template <typename T>
  static T Made(Result<T> result) {
    if (!result.ok()) throw std::logic_error(result.status().message());
    return *std::move(result);
  }

  void AddRandom(const std::string& name, const Shape& shape, int64_t in) {
    Draws draws = RandomStream(seed_, name).At(0, 0);
    std::vector<float> floats(static_cast<size_t>(ElementCount(shape)));
    const double scale = 1 / std::sqrt(static_cast<double>(in));
    for (float& x : floats) x = static_cast<float>(draws.Normal() * scale);
    file_.Add(name, DType::kF32, shape, std::as_bytes(std::span(floats)));
  }
  void AddLinear(const LinearSpec& spec) {
    AddRandom(spec.name + ".weight", {spec.out, spec.in}, spec.in);
    AddRandom(spec.name + ".bias", {spec.out}, spec.in);
  }
  void AddMlp(const MlpSpec& spec) {
    for (size_t i = 0; i < spec.sizes.size(); ++i) AddLinear(spec.layer(i));
  }
  void AddLstm(const LstmSpec& spec) {
    AddRandom(spec.name + ".input", {4 * spec.size, spec.inputs}, spec.size);
    AddRandom(spec.name + ".recurrent", {4 * spec.size, spec.size}, spec.size);
    AddRandom(spec.name + ".bias", {4 * spec.size}, spec.size);
  }
  void AddGru(const GruSpec& spec) {
    AddRandom(spec.name + ".input", {3 * spec.size, spec.inputs}, spec.size);
    AddRandom(spec.name + ".recurrent", {3 * spec.size, spec.size}, spec.size);
    AddRandom(spec.name + ".bias", {3 * spec.size}, spec.size);
    AddRandom(spec.name + ".recurrent_bias", {spec.size}, spec.size);
  }
  void AddConv3(const Conv3Spec& spec) {
    const int64_t in = 9 * spec.in;
    AddRandom(spec.name + ".weight", {spec.out, 3, 3, spec.in}, in);
    if (spec.bias) AddRandom(spec.name + ".bias", {spec.out}, in);
  }
  void AddValue(const WrittenValue& value) {
    AddLinear(value.linear);
    if (value.sees_hidden()) AddMlp(value.mlp);
  }

  void AddEncoder(const OracleOptions& options) {
    const std::string name = "agent.encoder";
    encoding_ = options.encoder.back();
    if (!options.conv) {
      MlpEncoderOptions mlp;
      mlp.sizes = options.encoder;
      AddMlp(MlpEncoderModel(mlp, name, seen_));
      return;
    }
    ConvEncoderOptions conv;
    conv.channels = options.channels;
    conv.kernels = options.kernels;
    conv.strides = options.strides;
    conv.size = encoding_;
    const auto model = Made(ConvEncoderModel::Make(conv, name, seen_));
    for (const ConvEncoderModel::Torso& torso : model.torsos) {
      for (const ConvSpec& layer : torso.layers) {
        const int64_t in = layer.in.channels;
        const int64_t terms = in * layer.side * layer.side;
        AddRandom(layer.name + ".weight",
                  {layer.out.channels, in, layer.side, layer.side}, terms);
        AddRandom(layer.name + ".bias", {layer.out.channels}, terms);
      }
    }
    AddLinear(model.output);
  }

  void AddCore(const OracleOptions& options, int64_t action_inputs) {
    if (!options.recurrent()) {
      recurrent_ = belief_ = encoding_;
      return;
    }
    const CorePlace place = {"agent.core", encoding_, action_inputs};
    memory_ = AddMemory(options.memory,
                        {"agent.core.memory", encoding_, options.size});
    RecurrentCoreOptions core(PartCatalog{
        {"none", "", [] { return std::unique_ptr<Options>(); }}});
    core.size = options.size;
    core.reward_input = options.reward_input;
    core.show_memory = options.show_memory;
    core.reads = options.reads;
    core.read_input = options.read_input;
    const bool gru = options.core == "gru";
    const RecurrentShape shape(core, place, {"hidden"}, gru ? 1 : 2, memory_);
    recurrent_ = shape.recurrent;
    belief_ = shape.belief;
    if (gru) {
      AddGru({"agent.core.gru", shape.inputs, options.size});
    } else {
      AddLstm({"agent.core.lstm", shape.inputs, options.size});
    }
    if (shape.reads > 0) AddLinear(shape.query);
  }

  MemoryShape AddMemory(const OracleMemory& memory, const MemoryPlace& place) {
    if (memory.kind == "none") return {};
    if (memory.kind == "addressed") {
      AddressedOptions options;
      options.slots = memory.rows;
      options.width = memory.width;
      options.value_hidden = memory.value_hidden;
      const AddressedModel model(options, place);
      AddLinear(model.address);
      AddValue(model.value);
      return model.shape;
    }
    if (memory.kind == "slots") {
      SlotsOptions options;
      options.slots = memory.rows;
      options.width = memory.width;
      options.key = memory.key;
      options.value_hidden = memory.value_hidden;
      const SlotsModel model(options, place);
      AddValue(model.value);
      return model.shape;
    }
    if (memory.kind == "delta") {
      DeltaOptions options;
      options.rows = memory.rows;
      options.width = memory.width;
      options.value_hidden = memory.value_hidden;
      const DeltaModel model(options, place);
      AddLinear(model.key);
      AddLinear(model.gates);
      AddValue(model.value);
      return model.shape;
    }
    KanervaOptions options;
    options.rows = memory.rows;
    options.width = memory.width;
    options.address = memory.least_squares ? "least_squares" : "softmax";
    options.value_hidden = memory.value_hidden;
    const KanervaModel model(options, place);
    if (!memory.least_squares) AddLinear(model.address);
    AddValue(model.value);
    AddRandom(model.prior.name, model.prior.shape, 1);
    return model.shape;
  }

  void AddSimulator(const OracleSimulator& simulator, const std::string& name,
                    int64_t action_inputs) {
    SimcoreOptions options(PartCatalog{
        {"deterministic", "", [] { return std::unique_ptr<Options>(); }}});
    options.size = simulator.size;
    options.reads = simulator.reads;
    const SimulatorModel model(options, name, recurrent_, action_inputs,
                               memory_);
    AddLinear(model.start);
    AddLstm(model.lstm);
    if (model.reads > 0) AddLinear(model.query);
    AddDecoder(simulator,
               {name + ".decoder", model.outputs, encoding_,
                Made(ChosenObservations(simulator.observations, seen_))});
  }

  // Only what decodes: what is for learning alone a file may lack.
  void AddDecoder(const OracleSimulator& simulator, const FramePlace& place) {
    ConvGeneratorOptions conv;
    conv.patch = simulator.patch;
    conv.steps = simulator.steps;
    conv.channels = simulator.channels;
    conv.condition = simulator.condition;
    conv.condition_hidden = simulator.condition_hidden;
    if (simulator.decoder == "mean_frame") {
      for (const TensorSpec& mean : MeanFrameModel(place)) {
        AddRandom(mean.name, mean.shape, 1);
      }
    } else if (simulator.decoder == "latent") {
      LatentOptions options;
      options.hidden = simulator.hidden;
      options.latents = simulator.latents;
      const LatentModel model(options, place);
      AddMlp(model.prior);
      AddMlp(model.decoder);
    } else if (simulator.decoder == "conv_draw") {
      ConvDrawOptions options;
      options.generator = conv;
      options.latents = simulator.latents;
      const ConvDrawModel model = Made(ConvDrawModel::Make(options, place));
      AddGenerator(model.generator);
      AddConv3(model.prior_hidden);
      AddConv3(model.prior_condition);
    } else if (simulator.decoder.starts_with("deterministic")) {
      DeterministicOptions options;
      options.hidden = simulator.hidden;
      options.generator =
          simulator.decoder == "deterministic" ? "mlp" : "conv";
      options.conv = conv;
      const DeterministicModel model =
          Made(DeterministicModel::Make(options, place));
      if (model.conv) {
        AddGenerator(*model.conv);
      } else {
        AddMlp(model.mlp);
      }
    }
  }

  void AddGenerator(const ConvGeneratorModel& model) {
    AddMlp(model.condition);
    AddConv3(model.gates_condition);
    AddConv3(model.gates);
    AddConv3(model.canvas);
  }

  void AddProbes(const OracleOptions& options) {
    const std::vector<int64_t> hidden = {8};
    const bool queries = options.probe_reader == "query" && memory_.query > 0;
    const FlatReaderModel reader(hidden, queries ? recurrent_ : belief_);
    AddMlp(reader.trunk);
    for (const auto& [kind, target] : options.probes) {
      ProbeOptions probe;
      probe.target = target;
      const ProbeModel model = Made(
          ProbeModel::Make(kind, probe, options.spec, reader.features));
      if (!queries || !IsReadByQuery(model.target)) {
        AddLinear(model.linear);
        continue;
      }
      const QueryProbeModel query(model.target, recurrent_, memory_, hidden);
      AddRandom(query.embedding.name, query.embedding.shape, 1);
      AddLinear(query.query);
      AddLinear(query.address);
      AddLinear(query.belief);
      AddMlp(query.output);
    }
  }

  uint64_t seed_;
  TensorFile& file_;
  std::vector<ObservationSpec> seen_;
  int64_t encoding_ = 0;
  int64_t recurrent_ = 0;
  int64_t belief_ = 0;
  MemoryShape memory_;
};

}  // namespace credo

#endif  // CREDO_TESTS_SUPPORT_RANDOM_WEIGHTS_H_
