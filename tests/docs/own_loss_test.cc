// The loss of docs/guides/add_an_auxiliary_loss.md owes what every auxiliary
// task owes.
#include "tests/conformance/auxiliary_task_conformance.h"

namespace credo {

AuxiliaryTaskPart RecallPart();  // examples/own_loss/recall.cc

INSTANTIATE_TEST_SUITE_P(
    OwnLoss, AuxiliaryTaskConformance,
    testing::Values(AuxiliaryTaskCase{"Recall", RecallPart()}),
    AuxiliaryTaskCase::Name);

INSTANTIATE_TEST_SUITE_P(
    OwnLoss, AuxiliaryTaskRefusal,
    testing::Values(AuxiliaryTaskMisfit{
        "FurtherBackThanTheUnroll", RecallPart(), "{back: 15}",
        "back: expected at most learner.unroll, found 15"}),
    AuxiliaryTaskMisfit::Name);

}  // namespace credo
