// Characters, each in a room of its own, all driven by one agent.
#ifndef CREDO_EXAMPLES_SIXTY_HZ_CROWD_H_
#define CREDO_EXAMPLES_SIXTY_HZ_CROWD_H_

#include <credo/credo.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "examples/sixty_hz/room.h"

namespace sixty_hz {

inline constexpr int kTicksPerSecond = 60;
inline constexpr double kSecondsPerDecision =
    static_cast<double>(kTicksPerMove) / kTicksPerSecond;

// What one character thinks of the present.
struct Mind {
  float value = 0;  // the reward that it expects from here on
  // Read off the belief, when the model has a probe for it: what lies where,
  // [kCells][kMapClasses], and where the character is, [kCells].
  std::vector<float> map;
  std::vector<float> cell;
};

class Crowd {
 public:
  // The model must come from the world that room.h is; the status names the
  // first field that differs. The runtime's first remark goes to stderr.
  static credo::Result<Crowd> Make(const std::string& model, int characters,
                                   uint64_t seed);

  // One step of the simulation, 1/60 s of game time.
  credo::Status Tick();

  int size() const { return static_cast<int>(characters_.size()); }
  const Room& room(int row) const { return characters_[row].room; }
  // Of the last record.
  float reward(int row) const { return characters_[row].reward; }
  // Since the beginning, the last records of episodes included.
  int64_t decisions(int row) const { return characters_[row].decisions; }
  // Of its last record: empty before the first one.
  credo::Result<Mind> ReadMind(int row) const;

  // Of the last tick: how many characters decided, and how long all calls of
  // the runtime took for them.
  int decided() const { return decided_; }
  float microseconds() const { return microseconds_; }

  // Of the episodes that have ended.
  int64_t episodes() const { return episodes_; }
  double mean_return() const {
    return episodes_ > 0 ? returns_ / static_cast<double>(episodes_) : 0;
  }

 private:
  struct Character {
    Room room;
    Room::View view = {};
    int64_t decisions = 0;
    float reward = 0;
    double sum = 0;      // of the rewards of this episode
    bool ended = false;  // with the last record
    int move = 0;
  };

  Crowd(credo::Agent agent, credo::Beliefs beliefs, int characters,
        uint64_t seed);
  credo::Status FindProbes();
  void Arrive(Character& character);
  credo::Status Decide();
  void Leave(Character& character);

  // The beliefs end before the agent: members end in reverse order.
  credo::Agent agent_;
  credo::Beliefs beliefs_;
  std::vector<Character> characters_;
  std::vector<int32_t> due_;  // rows that decide in this tick
  int64_t ticks_ = 0;
  bool has_map_ = false;
  bool has_cell_ = false;
  int decided_ = 0;
  float microseconds_ = 0;
  int64_t episodes_ = 0;
  double returns_ = 0;
};

}  // namespace sixty_hz

#endif  // CREDO_EXAMPLES_SIXTY_HZ_CROWD_H_
