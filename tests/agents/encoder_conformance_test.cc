#include "tests/conformance/encoder_conformance.h"

#include "agents/networks/conv_encoder.h"
#include "agents/networks/mlp_encoder.h"

namespace credo {
namespace {

INSTANTIATE_TEST_SUITE_P(
    Listed, EncoderConformance,
    testing::ValuesIn(ListedCases<EncoderCase>(
        Encoders(),
        {{"mlp",
          {{"deep", "{sizes: [40, 30, 20]}"},
           {"standardised", "{standardise: 2}"}}},
         {"conv",
          {{"no_layer", "{channels: [], kernels: [], strides: []}"},
           {"small", "{channels: [4, 6], kernels: [3, 2], strides: [2, 1], "
                     "size: 9}"},
           {"standardised", "{standardise: 2}"}}}})),
    EncoderCase::Name);

// Every listed encoder with one observation alone.
std::vector<EncoderCase> AloneCases() {
  std::vector<EncoderCase> cases;
  for (const EncoderPart& part : Encoders()) {
    for (const ObservationSpec& spec :
         {ObservationSpec::Picture("camera", 8, 12, 3),
          ObservationSpec::Tiles("view", {2, 3}, 4)}) {
      cases.push_back(
          {part.info.name + "_" + spec.name, part, "{}", {spec}});
    }
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Alone, EncoderConformance,
                         testing::ValuesIn(AloneCases()), EncoderCase::Name);

INSTANTIATE_TEST_SUITE_P(
    Listed, EncoderRefusal,
    testing::Values(
        EncoderMisfit{
            "conv_picture_too_small", ConvEncoder(), "{}",
            {ObservationSpec::Picture("eye", 3, 9, 1)},
            "kernels: expected kernel 0 to be at most the 3 pixels that "
            "picture 'eye' has left there, found 4"},
        EncoderMisfit{
            "conv_picture_used_up", ConvEncoder(), "{}",
            {ObservationSpec::Picture("eye", 6, 6, 1)},
            "kernels: expected kernel 1 to be at most the 2 pixels that "
            "picture 'eye' has left there, found 3"},
        EncoderMisfit{
            "conv_more_work_than_a_tick_has", ConvEncoder(),
            "{channels: [64], kernels: [64], strides: [1]}",
            {ObservationSpec::Picture("eye", 256, 256, 3)},
            "kernels: picture 'eye': expected convolutions of at most "
            "2147483648 multiplications together, found more"}),
    EncoderMisfit::Name);

}  // namespace
}  // namespace credo
