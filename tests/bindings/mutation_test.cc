// Wrong model files are refused, whatever is wrong with them.

#include "tests/bindings/mutations.h"

namespace credo {
namespace {

TEST(Mutation, WithoutAnyEveryModelPlays) {
  for (const RandomModel& model : ModelsToMutate()) {
    Tried tried;
    EXPECT_TRUE(LoadAndPlay(model.Bytes(), tried));
  }
}

TEST(Mutation, OfBytesIsAlwaysSeen) { MutatePlainly(0, 8000); }

TEST(Mutation, BehindTheHashesDoesNoHarm) {
  const Tried tried = Forge(0, 2000);
  // Both must occur, or nothing was tested.
  EXPECT_GT(tried.loaded, 20);
  EXPECT_GT(tried.files - tried.loaded, 500);
}

// Golden records: weights and records that load give, by another computation,
// the golden numbers.
TEST(Mutation, OfWhatActsPassesOnlyWithinTheTolerance) {
  int64_t passed = 0;
  for (uint64_t n = 0; n < 1500; ++n) {
    const RandomModel& model = ModelsToMutate()[n % ModelsToMutate().size()];
    TensorFile file = model.file();
    Mutator(n).ChangeNumbers(file);
    Tried tried;
    if (!LoadAndPlay(SerializeTensorFile(file), tried)) continue;
    ++passed;
    DequantiseWeights(file);  // as the oracle reads it
    EXPECT_LT(GoldenError(model.options(), file), 2e-4) << n;
  }
  EXPECT_GT(passed, 20);
}

}  // namespace
}  // namespace credo
