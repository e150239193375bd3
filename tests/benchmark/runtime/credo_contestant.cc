#include <credo/credo.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "tests/benchmark/runtime/contestant.h"

namespace credo {
namespace {

class Credo : public Contestant {
 public:
  Credo(const std::string& model_path, int32_t characters)
      : rows_(characters), actions_(characters) {
    std::iota(rows_.begin(), rows_.end(), 0);
    Check(credo_agent_load_file(model_path.c_str(), nullptr, &agent_, &error_));
    Check(credo_beliefs_create(agent_, characters, 1, &beliefs_, &error_));
    for (const int32_t row : rows_) {
      Check(credo_beliefs_source(beliefs_, row, CREDO_GREEDY, &error_));
    }
  }
  ~Credo() override {
    credo_beliefs_destroy(beliefs_, nullptr);
    credo_agent_destroy(agent_, nullptr);
  }

  void Tick(const uint8_t* picture, float reward) override {
    for (const int32_t row : rows_) {
      Check(credo_beliefs_observe(beliefs_, row, "picture", picture,
                                  kPictureBytes, &error_));
      Check(credo_beliefs_reward(beliefs_, row, reward, &error_));
    }
    Check(credo_step(agent_, beliefs_, rows_.data(), rows_.size(), 0, &error_));
    for (const int32_t row : rows_) {
      Check(credo_beliefs_action(beliefs_, row, "choice", &actions_[row], 1,
                                 &error_));
    }
  }

  TickResult Result() override {
    TickResult result;
    Check(credo_beliefs_belief(beliefs_, 0, result.belief.data(), kBelief,
                               &error_));
    Check(credo_beliefs_probabilities(beliefs_, 0, "choice",
                                      result.probabilities.data(), kActions,
                                      &error_));
    Check(credo_beliefs_value(beliefs_, 0, &result.value, &error_));
    result.action = static_cast<int64_t>(actions_[0]);
    return result;
  }

 private:
  void Check(credo_status status) const {
    if (status != CREDO_OK) throw std::runtime_error(error_.message);
  }

  credo_error error_ = {
      .size = sizeof(credo_error), .status = CREDO_OK, .message = {}};
  credo_agent* agent_ = nullptr;
  credo_beliefs* beliefs_ = nullptr;
  std::vector<int32_t> rows_;
  std::vector<float> actions_;
};

}  // namespace

std::unique_ptr<Contestant> MakeCredo(const std::string& model_path,
                                      int32_t characters) {
  return std::make_unique<Credo>(model_path, characters);
}

TickResult ResultOf(const float* belief, const float* logits, float value) {
  TickResult result;
  std::copy_n(belief, kBelief, result.belief.begin());
  const float* const most = std::max_element(logits, logits + kActions);
  float sum = 0;
  for (int64_t i = 0; i < kActions; ++i) sum += std::exp(logits[i] - *most);
  for (int64_t i = 0; i < kActions; ++i) {
    result.probabilities[i] = std::exp(logits[i] - *most) / sum;
  }
  result.value = value;
  result.action = most - logits;
  return result;
}

}  // namespace credo
