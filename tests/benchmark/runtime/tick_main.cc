// What needs no peer, in a program that starts as a game's would.
//
//   credo_tick write FILE        writes the model file that is timed
//   credo_tick write_int8 FILE   the same with weights of 8 bits
//   credo_tick first FILE        one tick; prints the monotonic clock, ns
//   credo_tick check FILE        ticks of 1 and of 3 characters, which agree

#include <chrono>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include "sdk/base/file.h"
#include "tests/benchmark/runtime/contestant.h"

namespace credo {
namespace {

void Check(const std::string& path) {
  constexpr int64_t kTicks = 20;
  const std::vector<uint8_t> pictures = MakePictures(kTicks);
  const std::unique_ptr<Contestant> one = MakeCredo(path, 1);
  const std::unique_ptr<Contestant> three = MakeCredo(path, 3);
  for (int64_t t = 0; t < kTicks; ++t) {
    const uint8_t* const picture = pictures.data() + t * kPictureBytes;
    one->Tick(picture, 1);
    three->Tick(picture, 1);
    const TickResult a = one->Result();
    const TickResult b = three->Result();
    if (a.belief == b.belief && a.probabilities == b.probabilities &&
        a.value == b.value && a.action == b.action) {
      continue;
    }
    throw std::runtime_error("a character alone does not compute what it does "
                             "in company");
  }
}

void Run(const std::string& what, const std::string& path) {
  if (what == "write" || what == "write_int8") {
    const Status status = ReplaceFile(
        path, SerializeTensorFile(MakeTickModel(what == "write_int8")));
    if (!status.ok()) throw std::runtime_error(status.message());
  } else if (what == "first") {
    const std::vector<uint8_t> picture(kPictureBytes);
    MakeCredo(path, 1)->Tick(picture.data(), 0);
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    std::printf("%lld\n", static_cast<long long>(
                              std::chrono::nanoseconds(now).count()));
  } else if (what == "check") {
    Check(path);
  } else {
    throw std::runtime_error("expected write, write_int8, first or check");
  }
}

}  // namespace
}  // namespace credo

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw std::runtime_error("expected WHAT FILE");
    credo::Run(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "credo_tick: %s\n", error.what());
    return 1;
  }
  return 0;
}
