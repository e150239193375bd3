// credo export: a run's model file for a game, with weights of 32 or of 8 bits.

#include <torch/types.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "agents/acting/beliefs.h"
#include "agents/acting/episodes.h"
#include "agents/runs/held_out.h"
#include "agents/runs/loaded_run.h"
#include "agents/runs/model_file.h"
#include "agents/runs/run_folder.h"
#include "sdk/base/file.h"
#include "tools/out_file.h"
#include "tools/run_command.h"
#include "tools/subcommand.h"

namespace credo {
namespace {

// Words closer than this are equal: choices are whole numbers; a mean may move
// by 1 % of its range of 2.
constexpr double kEqual = 0.02;

struct Arguments {
  std::string run;
  std::string out;
  std::string weights = "float32";
  int64_t episodes = 64;
  uint64_t seed = 1;
};

// The most probable actions of an agent along recorded episodes, [N, words].
std::vector<at::Tensor> GreedyActions(const LoadedRun& run,
                                      const std::vector<EpisodeGroup>& groups) {
  const Agent& agent = run.agent();
  const ActionDistribution& distribution = agent.distribution();
  std::vector<at::Tensor> all;
  for (const EpisodeGroup& group : groups) {
    const Unroll& records = *group.records;
    const Beliefs read =
        ReadBeliefs(agent, records, agent.InitialState(group.size()),
                    run.reward_clip());
    const at::Tensor policies = agent.Evaluate(read.beliefs).policy;
    for (int64_t b = 0; b < group.size(); ++b) {
      const int64_t decisions = group.lengths[b] - 1;
      const at::Tensor policy =
          policies.narrow(0, 0, decisions).select(1, b).contiguous();
      at::Tensor actions = torch::zeros({decisions, distribution.words()});
      for (int64_t t = 0; t < decisions; ++t) {
        std::span<const uint8_t> mask;
        if (records.masks.defined()) {
          mask = {records.masks[t][b].const_data_ptr<uint8_t>(),
                  static_cast<size_t>(distribution.mask_size())};
        }
        distribution.Greedy(
            {policy[t].const_data_ptr<float>(),
             static_cast<size_t>(distribution.parameters())},
            mask,
            {actions[t].data_ptr<float>(),
             static_cast<size_t>(distribution.words())});
      }
      all.push_back(actions);
    }
  }
  return all;
}

// How much small weights change: the share of equal decisions along episodes
// that the agent itself lived before it was rounded.
Result<std::string> Int8Model(const Arguments& arguments, LoadedRun& run) {
  const torch::NoGradGuard no_grad;
  const Result<std::vector<EpisodeGroup>> recorded =
      HeldOutEpisodes(run, arguments.seed, arguments.episodes, run.source());
  if (recorded.status().code() == StatusCode::kFailedPrecondition) {
    // A world without end.
    std::printf("int8: not compared: %s\n",
                recorded.status().message().c_str());
    return SerializeInt8Model(run.spec, run.options, *run.learner, run.frames);
  }
  if (!recorded.ok()) return recorded.status();
  const std::vector<EpisodeGroup>& groups = *recorded;
  const std::vector<at::Tensor> before = GreedyActions(run, groups);
  CREDO_ASSIGN_OR_RETURN(
      std::string model,
      SerializeInt8Model(run.spec, run.options, *run.learner, run.frames));
  const std::vector<at::Tensor> after = GreedyActions(run, groups);
  int64_t equal = 0;
  int64_t decisions = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    equal += (before[i] - after[i])
                 .abs()
                 .amax(/*dim=*/1)
                 .lt(kEqual)
                 .sum()
                 .item<int64_t>();
    decisions += before[i].size(0);
  }
  std::printf(
      "int8: %.2f %% of %lld greedy decisions in %lld held-out episodes are "
      "those of float32\n",
      100.0 * static_cast<double>(equal) / static_cast<double>(decisions),
      static_cast<long long>(decisions),
      static_cast<long long>(arguments.episodes));
  return model;
}

Status Export(const Arguments& arguments, const Parts& parts) {
  CREDO_ASSIGN_OR_RETURN(const std::unique_ptr<LoadedRun> run,
                         LoadRun(arguments.run, parts));
  if (run->options.oracle) {
    Warn(InvalidArgument(
        arguments.run +
        ": oracle: true: this agent learned from what the game will not show: "
        "it is a control and no agent to ship"));
  }
  std::string model;
  std::error_code error;
  const bool own = std::filesystem::equivalent(RunFolder(arguments.run).model(),
                                               arguments.out, error);
  if (arguments.weights == "int8") {
    if (own) {
      return InvalidArgument("--out: expected another file than the run's own, "
                             "which keeps its floats, found " + arguments.out);
    }
    CREDO_ASSIGN_OR_RETURN(model, Int8Model(arguments, *run));
  } else {
    model =
        SerializeModel(run->spec, run->options, *run->learner, run->frames);
  }
  CREDO_RETURN_IF_ERROR(own ? ReplaceFile(arguments.out, model)
                            : WriteOut(arguments.out, model));
  std::printf("%s: %zu bytes, %s weights\n", arguments.out.c_str(),
              model.size(), arguments.weights.c_str());
  return OkStatus();
}

}  // namespace

Subcommand AddExport(CLI::App& app, const Parts& parts) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "export", "A run's model file, with weights of 32 or of 8 bits");
  command->add_option("run", arguments->run, "Folder of the run")->required();
  command->add_option("--out", arguments->out, "File to write")->required();
  command
      ->add_option("--weights", arguments->weights,
                   "float32, or int8: a quarter of the memory; says how many "
                   "decisions stay the same")
      ->check(CLI::IsMember({"float32", "int8"}))
      ->capture_default_str();
  command
      ->add_option("--episodes", arguments->episodes,
                   "Held-out episodes in which decisions are compared")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  command->add_option("--seed", arguments->seed, "Of the episodes")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  return [arguments, &parts] {
    const Status status = Export(*arguments, parts);
    return status.ok() ? kExitDone : Fail(status);
  };
}

}  // namespace credo
