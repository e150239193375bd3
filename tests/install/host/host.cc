// Prints the version of the library; a file that is not there is refused.
#include <credo/credo.hpp>

int main() {
  const auto agent = credo::Agent::Load("nowhere.safetensors");
  if (agent.status().code() != CREDO_NOT_FOUND) return 1;
  std::printf("%d: %s\n", static_cast<int>(credo_version()),
              agent.status().message());
}
