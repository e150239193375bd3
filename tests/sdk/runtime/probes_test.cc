// What probes read is what the oracle reads, flat and by asking the memory.

#include "sdk/runtime/probes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/played_model.h"
#include "tests/support/probe_oracle.h"

namespace credo::runtime {
namespace {

OracleOptions Options(const OracleMemory& memory, const std::string& reader) {
  OracleOptions options;
  options.spec = SmallWorld();
  options.spec.observations.push_back(
      ObservationSpec::Tiles("place", {1}, 4).Privileged());
  options.memory = memory;
  options.probe_reader = reader;
  options.probes = {{"cells", "view"},
                    {"class", "place"},
                    {"real", "map"},
                    {"circular", "speed"}};
  return options;
}

TEST(RuntimeProbes, ReadWhatTheOracleDoes) {
  for (const std::string reader : {"flat", "query"}) {
    for (const OracleMemory& memory : AllMemories()) {
      SCOPED_TRACE(reader + " " + memory.kind);
      PlayedModel played(Options(memory, reader));
      const ProbeOracle oracle(played.options(), played.oracle());
      for (uint64_t t = 0; t < 9; ++t) {
        const auto output = played.StepOracle(t);
        played.Step(played.beliefs(), t);
        for (const auto& [kind, target] : played.options().probes) {
          const int64_t index = played.network().probes().IndexOf(target);
          std::vector<float> read(static_cast<size_t>(
              played.network().probes().heads()[index].model.outputs));
          ASSERT_TRUE(played.beliefs().Probe(0, target, read).ok());
          ASSERT_LE(DistanceOf(oracle.Read(kind, target, output), read), 2e-5)
              << target << " " << t;
        }
      }
    }
  }
}

// Where there is nothing to ask, the reader makes no difference.
TEST(RuntimeProbes, OnlyMapsBesideAMemoryAreAskedFor) {
  for (const OracleMemory& memory : AllMemories()) {
    const PlayedModel played(Options(memory, "query"));
    std::vector<bool> asked;
    for (const Probes::Head& head : played.network().probes().heads()) {
      asked.push_back(head.query.has_value());
    }
    const bool map = memory.kind != "none";
    EXPECT_THAT(asked, testing::ElementsAre(map, false, false, false));
  }
}

}  // namespace
}  // namespace credo::runtime
