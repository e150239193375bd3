// Writes a model of random weights for the host of examples/embed_c.
#include "tests/support/random_model.h"
#include "tests/support/write_file.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  credo::OracleOptions options;
  options.spec.name = "room";
  options.spec.observations = {
      credo::ObservationSpec::Tiles("view", {3, 3}, 4)};
  options.spec.action.fields = {credo::ActionField::Discrete("move", 4)};
  options.memory.kind = "addressed";
  credo::WriteFile(argv[1], credo::RandomModel(options).Bytes());
}
