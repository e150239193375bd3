#include "sdk/model/rounded_weights.h"

namespace credo {

bool IsRoundedInModels(const std::string& name) {
  const std::string kind = name.substr(name.rfind('.') + 1);
  if (kind != "weight" && kind != "input" && kind != "recurrent") return false;
  for (const char* kept :
       {"agent.policy.", "agent.value.", "agent.core.memory."}) {
    if (name.starts_with(kept)) return false;
  }
  if (name.starts_with("agent.encoder.")) return !name.ends_with(".0.weight");
  return !name.starts_with("auxiliary.") ||
         name.find(".simcore.") != std::string::npos;
}

}  // namespace credo
