// The memory of docs/guides/add_a_memory.md owes what every memory owes, and
// its twin in the runtime computes the same.
#include "sdk/runtime/agent.h"
#include "sdk/runtime/parts.h"
#include "tests/agents/experiment.h"
#include "tests/conformance/memory_conformance.h"

namespace credo {

MemoryPart EchoMemory();                        // echo_learn.cc
namespace runtime { MemoryPart EchoMemory(); }  // echo_runtime.cc

INSTANTIATE_TEST_SUITE_P(OwnMemory, MemoryConformance,
                         testing::Values(MemoryCase{"Echo", EchoMemory()}),
                         MemoryCase::Name);

// Loading proves it: the model file holds what the trainer computed.
TEST(OwnMemory, HasATwinInTheRuntime) {
  Parts parts = BuiltInParts();
  parts.memories.push_back(EchoMemory());
  Experiment experiment(
      "world: {kind: grid}\n"
      "agent: {core: {kind: lstm, size: 8, reads: 1, memory: {kind: echo}}}\n",
      parts);
  const std::string model = experiment.Model(/*frames=*/0);
  const auto bytes = std::as_bytes(std::span(model));
  runtime::RuntimeParts twins = runtime::BuiltInParts();
  std::vector<runtime::MemoryPart> memories = runtime::Memories();
  memories.push_back(runtime::EchoMemory());
  twins.cores = runtime::Cores(memories);
  EXPECT_TRUE(
      runtime::Agent::Load(bytes, "own", {}, nullptr, &twins).status().ok());
  EXPECT_FALSE(runtime::Agent::Load(bytes, "own", {}).status().ok());
}

}  // namespace credo
