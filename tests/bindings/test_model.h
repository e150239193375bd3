// Model files for tests of the C interface, untrained.
#ifndef CREDO_TESTS_BINDINGS_TEST_MODEL_H_
#define CREDO_TESTS_BINDINGS_TEST_MODEL_H_

#include <string>

#include "tests/agents/experiment.h"

namespace credo {

// The bytes of the model file of an experiment.
inline std::string ModelOf(const std::string& yaml) {
  return Experiment(yaml).Model(/*frames=*/640);
}

// A room with every kind of probe, an LSTM with an addressed memory and a
// simulator.
inline const std::string& GridModel() {
  static const std::string model = ModelOf(
      "world: {kind: grid, room: 4, colours: 3}\n"
      "agent: {encoder: {kind: mlp, sizes: [16]}, core: {kind: lstm, size: 16, "
      "memory: {kind: addressed, slots: 6, width: 5}}}\n"
      "auxiliary: [{kind: simcore, overshoot: 2, starts: 1, size: 8}]\n"
      "probes: [{kind: cells, target: map}, {kind: class, target: pose.cell}, "
      "{kind: circular, target: pose.angle}, {kind: real, target: "
      "pose.position}]\n"
      "probing: {hidden: [12]}\n");
  return model;
}

// Pictures, tiles and vectors; every kind of action under a mask.
inline const std::string& BlankModel(const std::string& core = "lstm") {
  static std::map<std::string, std::string> models;
  std::string& model = models[core];
  if (model.empty()) {
    model = ModelOf(
        "world: {kind: blank, picture: [12, 12, 3], action: all, masks: true}\n"
        "agent: {encoder: {kind: conv}, core: {kind: " + core + "}}\n");
  }
  return model;
}

}  // namespace credo

#endif  // CREDO_TESTS_BINDINGS_TEST_MODEL_H_
