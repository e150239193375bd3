#include "sdk/worlds/environment.h"

#include <stdexcept>

namespace credo {

void Environment::ScriptedAction(Draws& draws, std::span<float> action) const {
  size_t word = 0;
  for (const ActionField& field : spec().action.fields) {
    for (int64_t i = 0; i < field.words(); ++i) {
      action[word++] =
          field.kind == ActionField::Kind::kDiscrete
              ? static_cast<float>(
                    draws.Below(static_cast<uint32_t>(field.choices[i])))
              : static_cast<float>(field.low + (field.high - field.low) *
                                                   draws.Uniform());
    }
  }
}

void Environment::Resume(std::string_view) {
  throw std::logic_error("expected a world with progress, found one without");
}

std::vector<Rgb> Environment::Palette(int) const { return {}; }

}  // namespace credo
