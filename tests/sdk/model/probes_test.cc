#include "sdk/model/probes.h"

#include <gtest/gtest.h>

#include <string>

namespace credo {
namespace {

EnvironmentSpec World() {
  EnvironmentSpec spec;
  spec.observations = {ObservationSpec::Tiles("map", {2, 3}, 4).Privileged(),
                       ObservationSpec::Tiles("cell", {1}, 9).Privileged(),
                       ObservationSpec::Vector("pose", {3}, -4, 4)};
  return spec;
}

Result<ProbeModel> Make(const std::string& kind, const std::string& target) {
  ProbeOptions options;
  options.target = target;
  return ProbeModel::Make(kind, options, World(), 5);
}

TEST(ProbeModel, PredictsWhatItsKindNeeds) {
  struct Case {
    const char* kind;
    const char* target;
    int64_t predictions;
    int64_t outputs;
  };
  for (const Case& it : {Case{"cells", "map", 24, 24},
                         Case{"class", "cell", 9, 9},
                         Case{"real", "pose", 3, 3},
                         Case{"circular", "pose", 6, 3}}) {
    const Result<ProbeModel> model = Make(it.kind, it.target);
    ASSERT_TRUE(model.ok()) << model.status().message();
    EXPECT_EQ(model->predictions(), it.predictions);
    EXPECT_EQ(model->outputs, it.outputs);
    EXPECT_EQ(model->linear.name, std::string("probes.") + it.target);
    EXPECT_EQ(model->linear.in, 5);
  }
}

TEST(ProbeModel, RefusesTargetsThatItsKindDoesNotRead) {
  EXPECT_EQ(Make("real", "moon").status().message(),
            "target: expected an observation of the world, found 'moon'");
  EXPECT_EQ(Make("real", "map").status().message(),
            "target: expected a vector, found 'map', which is tiles");
  EXPECT_EQ(Make("cells", "pose").status().message(),
            "target: expected tiles, found 'pose', which is a vector");
  EXPECT_EQ(Make("class", "map").status().message(),
            "target: expected a single class, found 'map' of shape [2, 3]; "
            "kind 'cells' reads maps");
}

TEST(ProbeModel, EveryListedKindIsOne) {
  for (const PartInfo& kind : ProbeKinds()) {
    EXPECT_TRUE(Make(kind.name, "map").ok() || Make(kind.name, "cell").ok() ||
                Make(kind.name, "pose").ok())
        << kind.name;
  }
}

TEST(FlatReader, WithoutLayersProbesSeeTheBelief) {
  EXPECT_EQ(FlatReaderModel({}, 40).features, 40);
  const FlatReaderModel reader({16, 8}, 40);
  EXPECT_EQ(reader.features, 8);
  EXPECT_EQ(reader.trunk.layer(0).name, "probes.trunk.0");
  EXPECT_EQ(reader.trunk.layer(0).in, 40);
  EXPECT_EQ(reader.trunk.layer(1).in, 16);
}

}  // namespace
}  // namespace credo
