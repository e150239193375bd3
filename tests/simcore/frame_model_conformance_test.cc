#include "tests/conformance/frame_model_conformance.h"

namespace credo {
namespace {

INSTANTIATE_TEST_SUITE_P(
    Listed, FrameModelConformance,
    testing::ValuesIn(ListedCases<FrameModelCase>(
        FrameModels(),
        {{"deterministic",
          {{"linear", "{hidden: [], picture_sigma: 0.3, vector_sigma: 1}"},
           {"deep", "{hidden: [20, 30]}"}}}})),
    FrameModelCase::Name);

// Every listed model with one observation alone.
std::vector<FrameModelCase> AloneCases() {
  std::vector<FrameModelCase> cases;
  for (const FrameModelPart& part : FrameModels()) {
    for (const ObservationSpec& spec :
         {ObservationSpec::Tiles("view", {2, 3}, 4),
          ObservationSpec::Vector("free", {2}, -INFINITY, INFINITY)}) {
      cases.push_back(
          {part.info.name + "_" + spec.name, part, "{}", {spec}});
    }
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Alone, FrameModelConformance,
                         testing::ValuesIn(AloneCases()),
                         FrameModelCase::Name);

}  // namespace
}  // namespace credo
