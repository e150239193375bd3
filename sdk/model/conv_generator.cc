#include "sdk/model/conv_generator.h"

#include "sdk/model/limits.h"

namespace credo {

void ConvGeneratorOptions::Visit(FieldVisitor& v) {
  v.Int("patch", patch, {1, 16},
        Later("pixels along each side of a patch; divides the picture's "
              "sides"));
  v.Int("steps", steps, {1, 64}, Later("steps that add to the picture"));
  v.Int("channels", channels, {1, 512}, Later("hidden channels of a step"));
  v.Int("condition", condition, {1, 512},
        Later("channels of the condition's map"));
  v.Int("condition_hidden", condition_hidden, {1, 8192},
        Later("units between the simulated state and that map"));
}

Result<ConvGeneratorModel> ConvGeneratorModel::Make(
    const ConvGeneratorOptions& options, const FramePlace& place,
    int64_t latents) {
  if (place.observations.size() != 1 ||
      place.observations[0].kind != ObservationKind::kPicture) {
    std::string found;
    for (const ObservationSpec& spec : place.observations) {
      found += (found.empty() ? "'" : ", '") + spec.name + "'";
    }
    return InvalidArgument(
        "observations: expected one picture, which the generator draws, "
        "found " +
        found);
  }
  const ObservationSpec& picture = place.observations[0];
  const int64_t patch = options.patch;
  if (picture.shape[0] % patch != 0 || picture.shape[1] % patch != 0) {
    return InvalidArgument("decoder: patch: expected one that divides the " +
                           std::to_string(picture.shape[0]) + " x " +
                           std::to_string(picture.shape[1]) +
                           " pixels of picture '" + picture.name +
                           "', found " + std::to_string(patch));
  }
  ConvGeneratorModel model;
  model.patch = patch;
  model.colours = picture.shape[2];
  model.height = picture.shape[0] / patch;
  model.width = picture.shape[1] / patch;
  model.steps = options.steps;
  model.channels = options.channels;
  model.latents = latents;
  const int64_t gates = 4 * options.channels;
  model.condition = {
      place.name + ".condition",
      place.states,
      {options.condition_hidden, model.cells() * options.condition}};
  model.gates_condition = {place.name + ".gates_condition", options.condition,
                           gates};
  model.gates = {place.name + ".gates", options.channels + latents, gates,
                 /*bias=*/false};
  model.canvas = {place.name + ".canvas", options.channels,
                  model.patch_numbers()};
  ConvolutionWork work;
  for (const Conv3Spec* layer :
       {&model.gates_condition, &model.gates, &model.canvas}) {
    const int64_t times =
        layer == &model.gates_condition ? 1 : options.steps;
    const int64_t in = PaddedChannels(layer->in);
    for (int64_t i = 0; i < times; ++i) {
      const Status added =
          work.Add(model.cells() * in,
                   model.cells() * PaddedChannels(layer->out), 9 * in);
      if (!added.ok()) return added.At("decoder: steps");
    }
  }
  return model;
}

}  // namespace credo
