#include "agents/acting/actor.h"

#include <torch/types.h>

#include <cstring>
#include <utility>

#include "agents/acting/beliefs.h"
#include "sdk/tensor/host_values.h"
#include "sdk/tensor/state_rows.h"
#include "sdk/tensor/tensor_io.h"

namespace credo {

Actor::Actor(const Agent& agent, std::unique_ptr<VectorEnvironment> worlds,
             int64_t column, const ActorSettings& settings)
    : agent_(agent),
      worlds_(std::move(worlds)),
      column_(column),
      settings_(settings),
      stream_(settings.seed, "policy"),
      state_(agent.InitialState(worlds_->size()).to(settings.device)),
      policy_(torch::zeros(
          {worlds_->size(), agent.distribution().parameters()},
          settings.device)) {
  if (settings_.repeats) {
    program_ = std::make_unique<RepeatedProgram>(settings_.device);
  }
}

Status Actor::Open(Unroll& unroll) {
  // The action that leads to a first record is void: zeros are handed in.
  const std::vector<float> none(
      worlds_->size() * agent_.distribution().words(), 0.0f);
  return worlds_->Step(none, unroll.Rows(0, column_));
}

Status Actor::Fill(const Unroll* before, Unroll& unroll) {
  const torch::NoGradGuard no_grad;
  worlds_->Mark();
  // What is repeated writes over the state.
  before_fill_ = {decisions_, program_ == nullptr ? state_ : state_.clone()};
  if (before == nullptr) {
    CREDO_RETURN_IF_ERROR(Open(unroll));
  } else {
    unroll.CopyRecord(*before, before->steps, 0, column_, size());
  }
  if (settings_.source != ActionSource::kScripted) {
    unroll.state.narrow(0, column_, size()).copy_(state_);
  }
  const int64_t words = agent_.distribution().words();
  for (int64_t t = 0; t < unroll.steps; ++t) {
    Act(unroll, t);
    const float* actions =
        unroll.actions.data_ptr<float>() +
        ((t + 1) * unroll.columns + column_) * words;
    CREDO_RETURN_IF_ERROR(worlds_->Step(std::span(actions, size() * words),
                                        unroll.Rows(t + 1, column_)));
    ++decisions_;
  }
  return OkStatus();
}

void Actor::Act(Unroll& unroll, int64_t t) {
  if (settings_.source != ActionSource::kScripted) {
    ActByPolicy(unroll, t);
    return;
  }
  const int64_t words = agent_.distribution().words();
  float* actions = unroll.actions.data_ptr<float>() +
                   ((t + 1) * unroll.columns + column_) * words;
  worlds_->ScriptedActions(std::span(actions, size() * words));
}

std::span<const uint8_t> Actor::MaskAt(const Unroll& unroll, int64_t t,
                                       int64_t b) const {
  if (!unroll.masks.defined()) return {};
  const int64_t size = agent_.distribution().mask_size();
  return {unroll.masks.const_data_ptr<uint8_t>() +
              (t * unroll.columns + column_ + b) * size,
          static_cast<size_t>(size)};
}

// The action of character b at record t, which record t + 1 holds.
void Actor::Choose(std::span<const float> parameters, Unroll& unroll,
                   int64_t t, int64_t b) const {
  const ActionDistribution& distribution = agent_.distribution();
  const std::span<const uint8_t> mask = MaskAt(unroll, t, b);
  const int64_t words = distribution.words();
  const int64_t next = (t + 1) * unroll.columns + column_ + b;
  const std::span<float> action(
      unroll.actions.data_ptr<float>() + next * words, words);
  if (settings_.source == ActionSource::kGreedy) {
    distribution.Greedy(parameters, mask, action);
  } else {
    Draws draws = stream_.At(static_cast<uint32_t>(worlds_->first() + b),
                             static_cast<uint64_t>(decisions_));
    distribution.Sample(parameters, mask, draws, action);
  }
  unroll.log_probabilities.data_ptr<float>()[next] = static_cast<float>(
      distribution.LogProbability(parameters, mask, action));
}

void Actor::Decide() {
  const NamedTensors observations =
      FromHost(settings_.device, record_->observations);
  const CoreOutput output = agent_.core().Unroll(
      MakeCoreInput(agent_, *record_, kinds_, agent_.Encode(observations),
                    settings_.reward_clip),
      state_, 0);
  const at::Tensor state = FiniteRows(output.state);
  const at::Tensor policy = FiniteRows(
      agent_.Policy(FiniteRows(output.beliefs[0])).contiguous());
  if (program_ == nullptr) {
    state_ = state;
    policy_ = policy;
  } else {
    // A program that is repeated leaves them where it did before.
    state_.copy_(state);
    policy_.copy_(policy);
  }
}

void Actor::ActByPolicy(Unroll& unroll, int64_t t) {
  // No views that autograd would have to know of.
  const c10::InferenceMode inference;
  record_ = unroll.RecordOf(t, column_, size());
  kinds_ = record_->kinds_list();
  const auto decide = [this] { Decide(); };
  if (program_ == nullptr ||
      program_->Run(decide) == RepeatedProgram::Ran::kNot) {
    decide();
  }
  const at::Tensor policy = policy_.cpu();
  const int64_t numbers = agent_.distribution().parameters();
  for (int64_t b = 0; b < size(); ++b) {
    Choose({policy.const_data_ptr<float>() + b * numbers,
            static_cast<size_t>(numbers)},
           unroll, t, b);
  }
}

void Actor::Save(const std::string& prefix, bool before_fill,
                 TensorFile& file) const {
  const Before saved = before_fill ? before_fill_ : Before{decisions_, state_};
  file.AddText(prefix + "worlds", worlds_->Save(/*marked=*/before_fill));
  AddTensor(file, prefix + "state", saved.state);
  AddTensor(file, prefix + "decisions",
            torch::tensor(saved.decisions, torch::kLong));
}

Status Actor::Load(const std::string& prefix, const TensorFile& file) {
  CREDO_ASSIGN_OR_RETURN(const std::string worlds,
                         file.Text(prefix + "worlds"));
  CREDO_RETURN_IF_ERROR(worlds_->Restore(worlds));
  const c10::InferenceMode inference;  // as the state may be of one
  CREDO_RETURN_IF_ERROR(LoadTensor(file, prefix + "state", state_));
  at::Tensor decisions = torch::zeros({}, torch::kLong);
  CREDO_RETURN_IF_ERROR(LoadTensor(file, prefix + "decisions", decisions));
  decisions_ = decisions.item<int64_t>();
  return OkStatus();
}

}  // namespace credo
