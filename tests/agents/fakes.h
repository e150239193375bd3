// Parts that tests put into a run in place of real ones.
#ifndef CREDO_TESTS_AGENTS_FAKES_H_
#define CREDO_TESTS_AGENTS_FAKES_H_

#include <torch/types.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "agents/learning/parts.h"

namespace credo {

struct NoOptions : Options {
  void Visit(FieldVisitor&) override {}
};

inline PartInfo FakeInfo(const std::string& name) {
  return {name, "a fake", [] { return std::make_unique<NoOptions>(); }};
}

// The built-in parts and a world `name` that `make` makes.
template <typename Make>
Parts PartsWithWorld(const std::string& name, Make make) {
  Parts parts = BuiltInParts();
  parts.worlds.push_back(
      {FakeInfo(name),
       [make](const Options&) -> Result<std::unique_ptr<Environment>> {
         return std::unique_ptr<Environment>(make());
       }});
  return parts;
}

using ComputeFunction =
    std::function<LossTerms(const LearnerBatch&, const UpdateContext&)>;

// An auxiliary task without parameters that calls `compute`.
inline AuxiliaryTaskPart FakeTask(const std::string& name,
                                  ComputeFunction compute) {
  class Task : public AuxiliaryTask {
   public:
    explicit Task(ComputeFunction compute) : compute_(std::move(compute)) {}
    LossTerms Compute(const LearnerBatch& batch,
                      const UpdateContext& context) override {
      return compute_(batch, context);
    }

   private:
    ComputeFunction compute_;
  };
  return {FakeInfo(name),
          [compute = std::move(compute)](
              const Options&, Parameters&, const std::string&,
              const AgentShape&) -> Result<std::unique_ptr<AuxiliaryTask>> {
            return std::unique_ptr<AuxiliaryTask>(
                std::make_unique<Task>(compute));
          }};
}

}  // namespace credo

#endif  // CREDO_TESTS_AGENTS_FAKES_H_
