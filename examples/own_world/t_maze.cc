// A sign at the start of a corridor says which way to turn at its end.
#include "sdk/worlds/worlds.h"

namespace credo {

struct TMazeOptions : Options {
  int64_t length = 6;
  void Visit(FieldVisitor& v) override {
    v.Int("length", length, {1, 1000}, "moves from the sign to the junction");
  }
};

class TMaze : public Environment {
 public:
  explicit TMaze(int64_t length) : length_(length) {}
  const EnvironmentSpec& spec() const override { return spec_; }

  void Reset(uint64_t seed, RecordWriter& out) override {
    sign_ = RandomStream(seed, "sign").At(0, 0).Below(2);
    place_ = time_ = 0;
    Show(out);
  }

  void Step(std::span<const float> action, RecordWriter& out) override {
    const int64_t move = static_cast<int64_t>(action[0]);  // on, left, right
    if (move != 0 && place_ == length_) {
      out.SetReward(move == 1 + sign_ ? 1 : -1);
      out.End(Kind::kTerminal);
    } else if (++time_ == 4 * length_) {
      out.End(Kind::kTruncated);
    }
    if (move == 0 && place_ < length_) ++place_;
    Show(out);
  }

 private:
  void Show(RecordWriter& out) const {  // corridor, two signs, junction
    const uint8_t sight = place_ == 0 ? 1 + sign_ : place_ == length_ ? 3 : 0;
    out.Put(0, {&sight, 1});
    out.Put(1, {&sign_, 1});
  }

  const EnvironmentSpec spec_{
      "t_maze",
      {ObservationSpec::Tiles("sight", {1}, 4),
       ObservationSpec::Tiles("sign", {1}, 2).Privileged()},
      {{ActionField::Discrete("move", 3)}}};
  const int64_t length_;
  int64_t place_ = 0, time_ = 0;
  uint8_t sign_ = 0;
};

WorldPart TMazePart() {
  return {{"t_maze", "a sign to remember until a junction",
           [] { return std::make_unique<TMazeOptions>(); }},
          [](const Options& any) -> Result<std::unique_ptr<Environment>> {
            const auto& options = dynamic_cast<const TMazeOptions&>(any);
            return std::unique_ptr<Environment>(new TMaze(options.length));
          }};
}

}  // namespace credo
