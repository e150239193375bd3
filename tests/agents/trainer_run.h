// A run in memory that is stopped and goes on.
#ifndef CREDO_TESTS_AGENTS_TRAINER_RUN_H_
#define CREDO_TESTS_AGENTS_TRAINER_RUN_H_

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "agents/runs/trainer.h"
#include "tests/agents/experiment.h"
#include "tests/support/temporary_folder.h"

namespace credo {

struct TrainerRun {
  explicit TrainerRun(const std::string& yaml,
                      const at::Device* device = nullptr)
      : options(ReadExperiment(yaml, parts)) {
    auto made = Trainer::Make(*options, parts, nullptr, device);
    ThrowUnlessOk(made.status());
    trainer = *std::move(made);
  }
  TrainerRun(const TrainerRun&) = delete;
  TrainerRun& operator=(const TrainerRun&) = delete;

  // Runs until `updates` are done, or to the end. `hears`: each logged update.
  Status Until(int64_t updates, const Trainer::Listener& hears = {}) {
    const TemporaryFolder folder;
    std::atomic<int> stop = trainer->update() >= updates;
    return trainer->Run(RunFolder(folder.path()), stop,
                        [&](const Progress& progress) {
                          stop = progress.update >= updates;
                          if (hears) hears(progress);
                        });
  }

  Status Restore(const std::string& checkpoint) {
    auto file = ParseTensorFile(std::as_bytes(std::span(checkpoint)),
                                "checkpoint", "memory");
    if (!file.ok()) return file.status();
    return trainer->Restore(*file);
  }

  Parts parts = BuiltInParts();
  std::unique_ptr<ExperimentOptions> options;
  std::unique_ptr<Trainer> trainer;
};

}  // namespace credo

#endif  // CREDO_TESTS_AGENTS_TRAINER_RUN_H_
