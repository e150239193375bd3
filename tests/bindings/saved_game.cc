// A game whose characters are saved and go on in another process.
//
//   saved_game MODEL SAVES OUT first    1,500 steps; saves after step 500
//   saved_game MODEL SAVES OUT later    goes on from there
//
// Both write to OUT what the characters do and believe in the last 1,000 steps.

#include <credo/credo.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "sdk/base/random.h"

namespace {

constexpr int32_t kRows = 3;
constexpr int64_t kSaved = 500;
constexpr int64_t kSteps = 1500;
constexpr int64_t kEpisode = 37;

class Game {
 public:
  explicit Game(const std::string& model) {
    Check(credo_agent_load_file(model.c_str(), nullptr, &agent_, &error_));
    Check(credo_beliefs_create(agent_, kRows, 7, &beliefs_, &error_));
    Check(credo_agent_get_info(agent_, &info_, &error_));
  }
  ~Game() {
    credo_beliefs_destroy(beliefs_, nullptr);
    credo_agent_destroy(agent_, nullptr);
  }

  // What is seen depends on the step alone.
  void Step(int64_t step) {
    std::vector<int32_t> rows;
    for (int32_t row = 0; row < kRows; ++row) {
      rows.push_back(row);
      credo::Draws draws =
          credo::RandomStream(3, "game").At(row, static_cast<uint64_t>(step));
      for (int32_t i = 0; i < info_.observations; ++i) Observe(row, i, draws);
      Check(credo_beliefs_reward(beliefs_, row,
                                 static_cast<float>(draws.Normal()), &error_));
      if (step % kEpisode == kEpisode - 1) {
        Check(credo_beliefs_end(beliefs_, row, CREDO_TERMINAL, &error_));
      }
    }
    Check(credo_step(agent_, beliefs_, rows.data(), rows.size(), 0, &error_));
  }

  // Actions but those of last records, and beliefs.
  void Tell(int64_t step, std::ostream& out) {
    std::vector<float> numbers(static_cast<size_t>(info_.belief));
    for (int32_t row = 0; row < kRows; ++row) {
      Check(credo_beliefs_belief(beliefs_, row, numbers.data(), numbers.size(),
                                 &error_));
      Write(numbers, out);
      if (step % kEpisode == kEpisode - 1) continue;
      for (int32_t i = 0; i < info_.actions; ++i) {
        credo_action_info field = CREDO_INIT(credo_action_info);
        Check(credo_agent_get_action(agent_, i, &field, &error_));
        std::vector<float> words(static_cast<size_t>(field.words));
        Check(credo_beliefs_action(beliefs_, row, field.name, words.data(),
                                   words.size(), &error_));
        Write(words, out);
      }
    }
  }

  void Save(const std::string& path) {
    std::ofstream file(path, std::ios::binary);
    std::vector<char> state(static_cast<size_t>(info_.state_bytes));
    for (int32_t row = 0; row < kRows; ++row) {
      Check(credo_beliefs_save(beliefs_, row, state.data(), state.size(),
                               &error_));
      file.write(state.data(), static_cast<std::streamsize>(state.size()));
    }
  }
  void Load(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<char> state(static_cast<size_t>(info_.state_bytes));
    for (int32_t row = 0; row < kRows; ++row) {
      file.read(state.data(), static_cast<std::streamsize>(state.size()));
      Check(credo_beliefs_load(beliefs_, row, state.data(), state.size(),
                               &error_));
    }
  }

 private:
  void Check(credo_status status) const {
    if (status != CREDO_OK) throw std::runtime_error(error_.message);
  }

  static void Write(const std::vector<float>& numbers, std::ostream& out) {
    out.write(reinterpret_cast<const char*>(numbers.data()),
              static_cast<std::streamsize>(numbers.size() * sizeof(float)));
  }

  void Observe(int32_t row, int32_t index, credo::Draws& draws) {
    credo_observation_info seen = CREDO_INIT(credo_observation_info);
    Check(credo_agent_get_observation(agent_, index, &seen, &error_));
    std::vector<char> bytes(static_cast<size_t>(seen.bytes));
    if (seen.kind == CREDO_VECTOR) {
      for (size_t i = 0; i < bytes.size(); i += sizeof(float)) {
        const auto x = static_cast<float>(
            seen.low + draws.Uniform() * (seen.high - seen.low));
        std::memcpy(bytes.data() + i, &x, sizeof x);
      }
    } else {
      for (char& byte : bytes) {
        byte = static_cast<char>(
            draws.Below(static_cast<uint32_t>(seen.high) + 1));
      }
    }
    Check(credo_beliefs_observe(beliefs_, row, seen.name, bytes.data(),
                                bytes.size(), &error_));
  }

  credo_error error_ = CREDO_INIT(credo_error);
  credo_agent* agent_ = nullptr;
  credo_beliefs* beliefs_ = nullptr;
  credo_agent_info info_ = CREDO_INIT(credo_agent_info);
};

void Play(const std::vector<std::string>& arguments) {
  Game game(arguments.at(1));
  const bool later = arguments.at(4) == "later";
  std::ofstream out(arguments.at(3), std::ios::binary);
  if (later) game.Load(arguments.at(2));
  for (int64_t step = later ? kSaved : 0; step < kSteps; ++step) {
    if (!later && step == kSaved) game.Save(arguments.at(2));
    game.Step(step);
    if (step >= kSaved) game.Tell(step, out);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    Play({argv, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "saved_game: %s\n", error.what());
    return 1;
  }
  return 0;
}
