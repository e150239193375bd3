// A model for tests of credo.hpp, which they cannot make themselves: its names
// and those of the trainer are the same.
#ifndef CREDO_TESTS_BINDINGS_FACE_MODEL_H_
#define CREDO_TESTS_BINDINGS_FACE_MODEL_H_

#include <string>

// The bytes of a model of random weights: SmallWorld of random_model.h, an LSTM
// with an addressed memory, a simulator and every kind of probe. Another `seed`
// gives other weights.
std::string FaceModel(int seed);

#endif  // CREDO_TESTS_BINDINGS_FACE_MODEL_H_
