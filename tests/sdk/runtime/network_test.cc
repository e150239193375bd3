// A network loads what the format allows, computes what the formulas say, and
// refuses everything else by its name.

#include "sdk/runtime/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>

#include "sdk/model/limits.h"
#include "tests/support/random_model.h"

namespace credo::runtime {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Result<std::unique_ptr<Network>> LoadBytes(const std::string& bytes,
                                           const Kernels* kernels = nullptr) {
  return Network::Load(std::as_bytes(std::span(bytes)), "place",
                       Allocator::Default(), kernels);
}

OracleOptions Addressed() {
  OracleOptions options;
  options.spec = SmallWorld();
  options.memory.kind = "addressed";
  options.memory.value_hidden = 6;
  return options;
}

// The model after a change, its hashes made anew.
Status LoadChanged(const std::function<void(TensorFile&)>& change,
                   bool int8 = false) {
  TensorFile file = RandomModel(Addressed(), 1, int8).file();
  change(file);
  const auto network = LoadBytes(SerializeTensorFile(file));
  return network.ok() ? OkStatus() : network.status();
}

NamedTensor& Tensor(TensorFile& file, const std::string& name) {
  return const_cast<NamedTensor&>(*file.Find(name));
}

// Loading compares four records with the oracle's, to 1e-4.
TEST(Network, ComputesWhatTheOracleDoes) {
  for (const Kernels* kernels : AvailableKernels()) {
    for (uint64_t seed = 0; seed < 5; ++seed) {
      for (const int kind : {0, 1, 2, 3, 4}) {
        OracleOptions options;
        options.spec = SmallWorld();
        options.core = kind > 0 ? "lstm" : "memoryless";
        options.memory.kind = kind > 1 ? "addressed" : "none";
        options.memory.value_hidden = kind > 2 ? 17 : 0;
        if (kind == 4) {
          options.size = 65;
          options.encoder = {130};
          options.head_hidden = {};
          options.reward_input = false;
          options.memory.rows = 33;
        }
        for (const bool int8 : {false, true}) {
          const auto network =
              LoadBytes(RandomModel(options, seed, int8).Bytes(), kernels);
          ASSERT_TRUE(network.ok())
              << kernels->name << " " << kind << network.status().message();
          EXPECT_EQ((*network)->frames(), 640);
          EXPECT_EQ((*network)->observations().size(), 3u);
        }
      }
    }
  }
}

TEST(Network, ComputesWhatTheOracleDoesWithEveryPart) {
  for (const Kernels* kernels : AvailableKernels()) {
    for (const OracleOptions& options : AllPartsOptions()) {
      const auto network = LoadBytes(RandomModel(options).Bytes(), kernels);
      ASSERT_TRUE(network.ok()) << network.status().message();
      EXPECT_NE((*network)->simulator(), nullptr);
      EXPECT_EQ((*network)->probes().heads().size(), 4u);
    }
  }
}

TEST(Network, NamesTheMetadataThatIsMissing) {
  for (const char* key : {kModelSpec, kModelAgent, kModelAuxiliary,
                          kModelProbes, kModelLearner, kModelFrames}) {
    const Status status =
        LoadChanged([&](TensorFile& file) { file.metadata.erase(key); });
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << key;
    EXPECT_THAT(status.message(),
                AllOf(HasSubstr("place"), HasSubstr(key)));
  }
}

TEST(Network, NamesTheMetadataThatIsNoJson) {
  for (const char* key : {kModelSpec, kModelAgent, kModelAuxiliary,
                          kModelProbes, kModelLearner}) {
    for (const std::string& text :
         {std::string(), std::string("{"), std::string("7"),
          std::string(100000, '['), std::string("[[]]")}) {
      const Status status =
          LoadChanged([&](TensorFile& file) { file.metadata[key] = text; });
      EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << key;
      EXPECT_THAT(status.message(), HasSubstr(key));
    }
  }
}

void ExpectTensorsNamed(bool int8) {
  const TensorFile whole = RandomModel(Addressed(), 1, int8).file();
  for (const NamedTensor& tensor : whole.tensors) {
    const auto erase = [&](TensorFile& file) {
      std::erase_if(file.tensors, [&](const NamedTensor& other) {
        return other.name == tensor.name;
      });
    };
    const Status missing = LoadChanged(erase, int8);
    EXPECT_EQ(missing.code(), StatusCode::kInvalidArgument) << tensor.name;
    EXPECT_THAT(missing.message(), HasSubstr("'" + tensor.name + "'"));

    // Kinds alone say how many records there are: others differ from them.
    const bool kinds = tensor.name == kGoldenKinds;
    const auto reshape = [&](TensorFile& file) {
      NamedTensor& it = Tensor(file, tensor.name);
      it.shape[0] += 1;
      it.bytes.resize(static_cast<size_t>(ElementCount(it.shape) *
                                          DTypeSize(it.type)),
                      std::byte{1});
    };
    const Status reshaped = LoadChanged(reshape, int8);
    EXPECT_EQ(reshaped.code(), StatusCode::kInvalidArgument) << tensor.name;
    EXPECT_THAT(reshaped.message(),
                HasSubstr(kinds ? kGoldenActions : tensor.name));
  }
}

TEST(Network, NamesTheTensorThatIsMissingOrOfAnotherShape) {
  ExpectTensorsNamed(/*int8=*/false);
  ExpectTensorsNamed(/*int8=*/true);
}

// The matrices of a layer are read as one.
TEST(Network, RefusesALayerOfTwoTypes) {
  const TensorFile floats = RandomModel(Addressed()).file();
  const auto mix = [&](TensorFile& file) {
    NamedTensor& it = Tensor(file, "agent.core.lstm.recurrent");
    it = *floats.Find(it.name);
  };
  const Status status = LoadChanged(mix, /*int8=*/true);
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr("agent.core.lstm.recurrent"), HasSubstr("I8"),
                    HasSubstr("F32")));
}

TEST(Network, NamesTheKindThatItDoesNotKnow) {
  for (const char* kind : {"mlp", "lstm", "addressed"}) {
    const Status status = LoadChanged([&](TensorFile& file) {
      std::string& agent = file.metadata[kModelAgent];
      agent.replace(agent.find(kind), std::string(kind).size(), "sponge");
    });
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(status.message(), HasSubstr("sponge"));
  }
}

// Every tensor of weights takes part in what is computed.
TEST(Network, RefusesWeightsThatDoNotGiveTheGoldenNumbers) {
  const TensorFile whole = RandomModel(Addressed()).file();
  for (const NamedTensor& tensor : whole.tensors) {
    if (!tensor.name.starts_with("agent.")) continue;
    const Status status = LoadChanged([&](TensorFile& file) {
      std::vector<std::byte>& bytes = Tensor(file, tensor.name).bytes;
      std::vector<float> floats(bytes.size() / sizeof(float));
      std::memcpy(floats.data(), bytes.data(), bytes.size());
      // Not all alike: a softmax would not notice.
      for (size_t i = 0; i < floats.size(); ++i) floats[i] += 0.25f * (i + 1);
      std::memcpy(bytes.data(), floats.data(), bytes.size());
    });
    EXPECT_EQ(status.code(), StatusCode::kDataLoss) << tensor.name;
    EXPECT_THAT(status.message(), HasSubstr("golden record"));
  }
}

TEST(Network, RefusesGoldenNumbersThatDiffer) {
  const std::pair<const char*, const char*> all[] = {
      {kGoldenBeliefs, "belief of golden record 0"},
      {kGoldenPolicies, "policy of golden record 0"},
      {kGoldenValues, "value of golden record 0"}};
  for (const auto& [name, message] : all) {
    for (const float wrong :
         {1e3f, std::nanf(""), std::numeric_limits<float>::infinity()}) {
      const Status status = LoadChanged([&](TensorFile& file) {
        std::memcpy(Tensor(file, name).bytes.data(), &wrong, sizeof wrong);
      });
      EXPECT_EQ(status.code(), StatusCode::kDataLoss) << name;
      EXPECT_THAT(status.message(), HasSubstr(message));
    }
  }
}

// --- What may replace what ---

// The model after `from` in its JSON became `to`, in the agent's options or in
// those of its losses.
std::unique_ptr<Network> Replaced(const std::string& from,
                                  const std::string& to,
                                  double sharpness = 2) {
  OracleOptions options = Addressed();
  options.simulators = {{}};
  options.memory.sharpness = sharpness;
  TensorFile file = RandomModel(options).file();
  int replaced = 0;
  for (const char* key : {kModelAgent, kModelAuxiliary}) {
    std::string& text = file.metadata[key];
    const size_t at = text.find(from);
    if (from.empty() || at == std::string::npos) continue;
    text.replace(at, from.size(), to);
    ++replaced;
  }
  EXPECT_EQ(replaced, from.empty() ? 0 : 1);
  auto network = LoadBytes(SerializeTensorFile(file));
  EXPECT_TRUE(network.ok()) << network.status().message();
  return std::move(*network);
}

// Where a weight starts, or how much a loss counts, is over when it is loaded.
TEST(Network, OptionsThatNobodyReadsDoNotMatter) {
  const auto network = Replaced("", "");
  for (const auto& [from, to] :
       {std::pair{"\"forget_bias\":1.5", "\"forget_bias\":2"},
        std::pair{"\"kind\":\"simcore\"",
                  "\"weight\":0.5,\"kind\":\"simcore\""}}) {
    const auto other = Replaced(from, to);
    EXPECT_EQ(network->architecture(), other->architecture());
    EXPECT_TRUE(network->CheckReplacement(*other).ok());
  }
}

// Files from before an option say nothing of it and mean its default.
TEST(Network, OptionsThatCameLaterMatterWhereTheyAreNotAtTheirDefault) {
  const auto network = Replaced("", "");
  for (const auto& [from, to] :
       {std::pair{"\"size\":7",
                  "\"show_memory\":true,\"reads\":0,\"read_input\":false,"
                  "\"size\":7"},
        std::pair{"\"kind\":\"deterministic\"",
                  "\"kind\":\"deterministic\",\"generator\":\"mlp\","
                  "\"patch\":4,\"steps\":3"},
        std::pair{"\"kind\":\"simcore\"",
                  "\"reads\":1,\"actions\":true,\"kind\":\"simcore\""}}) {
    const auto other = Replaced(from, to);
    EXPECT_EQ(network->architecture(), other->architecture());
    EXPECT_TRUE(network->CheckReplacement(*other).ok());
  }
  const auto blind = Replaced("\"kind\":\"simcore\"",
                              "\"actions\":false,\"kind\":\"simcore\"");
  EXPECT_EQ(network->architecture(), blind->architecture());
  EXPECT_EQ(network->CheckReplacement(*blind).message(),
            "metadata 'auxiliary'[1]: actions: expected none, found false");
  OracleOptions options = Addressed();
  const auto plain = LoadBytes(RandomModel(options).Bytes());
  options.reads = 1;
  const auto reading = LoadBytes(RandomModel(options).Bytes());
  ASSERT_TRUE(plain.ok() && reading.ok());
  EXPECT_NE((*plain)->architecture(), (*reading)->architecture());
}

// A rule between two options.
TEST(Network, RefusesReadsOfNoMemory) {
  OracleOptions options = Addressed();
  options.memory.kind = "none";
  TensorFile file = RandomModel(options).file();
  std::string& agent = file.metadata[kModelAgent];
  agent.replace(agent.find("\"size\":7"), 8, "\"size\":7,\"reads\":2");
  EXPECT_EQ(LoadBytes(SerializeTensorFile(file)).status().message(),
            "place: metadata 'agent': core: reads: expected 0 with the memory "
            "none, found 2");
}

TEST(Network, AReplacementIsRefusedByTheOptionThatDiffers) {
  const auto network = Replaced("", "");
  const auto other = Replaced("", "", /*sharpness=*/3);
  EXPECT_NE(network->architecture(), other->architecture());
  EXPECT_EQ(network->CheckReplacement(*other).message(),
            "metadata 'agent': core: memory: sharpness: expected 2, found 3");
  const auto plain = LoadBytes(RandomModel(Addressed()).Bytes());
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(network->architecture(), (*plain)->architecture());
  EXPECT_THAT(network->CheckReplacement(**plain).message(),
              HasSubstr("metadata 'auxiliary'[1]: decoder: hidden: expected "
                        "[7], found none"));
  EXPECT_THAT((*plain)->CheckReplacement(*network).message(),
              HasSubstr("expected none, found [7]"));
}

// What a belief is probed for counts, as buffers are made for it; what nobody
// uses does not.
TEST(Network, AReplacementMustBeProbedForTheSame) {
  const auto load = [](int64_t map, int64_t unused) {
    OracleOptions options = Addressed();
    options.spec.observations[2] =
        ObservationSpec::Vector("map", {map}, 0, 1).Privileged();
    options.spec.observations.push_back(
        ObservationSpec::Vector("unused", {unused}, 0, 1).Privileged());
    options.probes = {{"real", "map"}};
    auto network = LoadBytes(RandomModel(options).Bytes());
    EXPECT_TRUE(network.ok()) << network.status().message();
    return std::move(*network);
  };
  const auto network = load(4, 4);
  EXPECT_TRUE(network->CheckReplacement(*load(4, 9)).ok());
  EXPECT_THAT(network->CheckReplacement(*load(9, 4)).message(),
              HasSubstr("observation 'map'"));
}

// Golden records are input like any other: words and tiles beyond their range
// harm nothing, and what comes of them is not what is expected.
TEST(Network, GoldenRecordsBeyondTheirRangeDoNotComeOut) {
  const Status tile = LoadChanged([](TensorFile& file) {
    for (std::byte& b : Tensor(file, "golden.observation.view").bytes) {
      b = std::byte{255};
    }
  });
  EXPECT_FALSE(tile.ok());
  for (const float wrong : {3.0f, -1.0f, 1e30f, 0.5f}) {
    const Status action = LoadChanged([&](TensorFile& file) {
      // The first word of the second record.
      std::memcpy(Tensor(file, kGoldenActions).bytes.data() + 4 * sizeof wrong,
                  &wrong, sizeof wrong);
    });
    EXPECT_FALSE(action.ok()) << wrong;
  }
}

TEST(Network, TicksNoMoreGoldenRecordsThanALoadHasTimeFor) {
  const Status many = LoadChanged([](TensorFile& file) {
    NamedTensor& kinds = Tensor(file, kGoldenKinds);
    kinds.shape = {kMaxGoldenRecords + 1};
    kinds.bytes.assign(static_cast<size_t>(kinds.shape[0]), std::byte{1});
    kinds.bytes[0] = std::byte{0};
  });
  EXPECT_EQ(many.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(many.message(), HasSubstr("expected U8 [T] of 1 to 16"));
}

TEST(Network, RefusesMoreTensorsThanItWouldSearch) {
  const Status many = LoadChanged([](TensorFile& file) {
    for (int i = 0; i < 8200; ++i) {
      file.tensors.push_back({"more" + std::to_string(i), DType::kU8, {0}, {}});
    }
  });
  EXPECT_THAT(many.message(), HasSubstr("tensors: expected at most 8192"));
}

// Files of kilobytes with convolutions of gigabytes, or of hours.
TEST(Network, RefusesConvolutionsBeyondTheirLimits) {
  const auto load = [](int64_t side, const std::string& channels,
                       const std::string& kernels, const std::string& strides) {
    TensorFile file = RandomModel(AllPartsOptions()[0]).file();
    EnvironmentSpec spec = AllPartsOptions()[0].spec;
    spec.observations[0] = ObservationSpec::Picture("eye", side, side, 1);
    file.metadata[kModelSpec] = SpecToJson(spec);
    std::string& agent = file.metadata[kModelAgent];
    const size_t begin = agent.find("\"channels\"");
    agent.replace(begin, agent.find(",\"size\"", begin) - begin,
                  "\"channels\":" + channels + ",\"kernels\":" + kernels +
                      ",\"strides\":" + strides);
    return LoadBytes(SerializeTensorFile(file)).status();
  };
  const Status numbers = load(1024, "[1024,1]", "[1,1]", "[1,64]");
  EXPECT_EQ(numbers.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(numbers.message(),
              HasSubstr("'agent.encoder': kernels: picture 'eye': expected "
                        "pictures of at most 8388608 numbers before and after "
                        "a convolution, found 1073741824"));
  // A channel takes as much as sixteen.
  EXPECT_THAT(load(1024, "[1]", "[1]", "[1]").message(),
              HasSubstr("found 16777216"));
  const Status work = load(512, "[8]", "[64]", "[1]");
  EXPECT_THAT(work.message(), HasSubstr("at most 2147483648 multiplications"));
  // Within them: the first weight is what is missing.
  EXPECT_THAT(load(512, "[8]", "[8]", "[4]").message(),
              HasSubstr("'agent.encoder.eye.0.weight'"));
}

TEST(Network, RefusesWeightsThatAreNoNumbers) {
  const TensorFile whole = RandomModel(AllPartsOptions()[1]).file();
  for (const NamedTensor& tensor : whole.tensors) {
    if (tensor.name.starts_with("golden.")) continue;
    for (const float wrong :
         {std::nanf(""), -std::numeric_limits<float>::infinity()}) {
      TensorFile file = whole;
      std::memcpy(Tensor(file, tensor.name).bytes.data(), &wrong,
                  sizeof wrong);
      const auto network = LoadBytes(SerializeTensorFile(file));
      ASSERT_FALSE(network.ok()) << tensor.name;
      EXPECT_EQ(network.status().code(), StatusCode::kDataLoss);
      EXPECT_THAT(network.status().message(),
                  HasSubstr("'" + tensor.name + "': number 0"));
    }
  }
}

TEST(Network, RefusesOptionsBeyondTheirRange) {
  const std::pair<const char*, const char*> all[] = {
      {"\"sharpness\":2", "\"sharpness\":1e300"},
      {"\"sharpness\":2", "\"sharpness\":0"},
      {"\"slots\":5", "\"slots\":4097"},
      {"\"slots\":5", "\"slots\":-5"},
      {"\"size\":7", "\"size\":8193"},
      {"\"size\":7", "\"size\":9223372036854775807"},
      {"\"reward_clip\":0.5", "\"reward_clip\":-1"},
      {"\"reward_clip\":0.5", "\"reward_clip\":1e300"}};
  for (const auto& [from, to] : all) {
    const Status status = LoadChanged([&](TensorFile& file) {
      for (const char* key : {kModelAgent, kModelLearner}) {
        std::string& text = file.metadata[key];
        const size_t at = text.find(from);
        if (at != std::string::npos) {
          text.replace(at, std::string(from).size(), to);
        }
      }
    });
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << to;
    EXPECT_THAT(status.message(), HasSubstr("expected")) << to;
  }
  const Status frames = LoadChanged(
      [](TensorFile& file) { file.metadata[kModelFrames] = "-1"; });
  EXPECT_THAT(frames.message(), HasSubstr("'frames'"));
}

TEST(Network, RefusesSpecsThatBeliefsHaveNoRoomFor) {
  const std::function<void(EnvironmentSpec&)> changes[] = {
      [](EnvironmentSpec& spec) {
        for (int i = 0; i < 65; ++i) {
          spec.observations.push_back(
              ObservationSpec::Tiles("more" + std::to_string(i), {1}, 2)
                  .Privileged());
        }
      },
      [](EnvironmentSpec& spec) {
        for (int i = 0; i < 65; ++i) {
          spec.action.fields.push_back(
              ActionField::Discrete("more" + std::to_string(i), 2));
        }
      },
      [](EnvironmentSpec& spec) {
        spec.observations[1].shape.assign(9, 1);
      }};
  for (const auto& change : changes) {
    const Status status = LoadChanged([&](TensorFile& file) {
      EnvironmentSpec spec = SmallWorld();
      change(spec);
      file.metadata[kModelSpec] = SpecToJson(spec);
    });
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(status.message(), HasSubstr("expected at most"));
  }
}

// A model of a few kilobytes whose world has observations of gigabytes.
TEST(Network, AsksForNoMoreMemoryThanItsFileWarrants) {
  static size_t most;
  most = 0;
  Allocator allocator = Allocator::Default();
  allocator.allocate = [](void*, size_t bytes, size_t alignment) -> void* {
    most = std::max(most, bytes);
    return bytes > (size_t{1} << 24)
               ? nullptr
               : Allocator::Default().allocate(nullptr, bytes, alignment);
  };
  for (const OracleOptions& options : AllPartsOptions()) {
    for (const ObservationSpec& huge :
         {ObservationSpec::Picture("eye", 1 << 15, 1 << 15, 1),
          ObservationSpec::Tiles("view", {1 << 30}, 256),
          ObservationSpec::Vector("speed", {1 << 30}, 0, 1)}) {
      TensorFile file = RandomModel(options).file();
      EnvironmentSpec spec = options.spec;
      spec.observations[spec.IndexOf(huge.name)] = huge;
      file.metadata[kModelSpec] = SpecToJson(spec);
      const std::string bytes = SerializeTensorFile(file);
      const auto network = Network::Load(std::as_bytes(std::span(bytes)),
                                         "place", allocator, nullptr);
      ASSERT_FALSE(network.ok());
      EXPECT_EQ(network.status().code(), StatusCode::kInvalidArgument);
    }
  }
  EXPECT_LT(most, size_t{1} << 20);
  EXPECT_FALSE(Buffer<double>::Make(allocator, INT64_MAX / 4, "x").ok());
  EXPECT_FALSE(Buffer<double>::Make(allocator, -1, "x").ok());
}

}  // namespace
}  // namespace credo::runtime
