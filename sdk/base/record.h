// A record: one observation of one character with all that belongs to it.
#ifndef CREDO_SDK_BASE_RECORD_H_
#define CREDO_SDK_BASE_RECORD_H_

#include <cstdint>

namespace credo {

// Every observation is a record of one kind. The last observation of an episode
// is a record of its own; the next record of that character is kFirst.
//
//   kFirst  kMid  kMid  kTerminal | kFirst  kMid  kTruncated | kFirst ...
//
// The reward and the incoming action of a kFirst record are void and fed as
// zero; the action taken at a last record is void.
enum class Kind : uint8_t {
  kFirst = 0,      // opens an episode
  kMid = 1,
  kTerminal = 2,   // the last of an episode that ended: no value beyond it
  kTruncated = 3,  // the last of an episode that was cut: its value counts
};

inline bool IsLast(Kind kind) {
  return kind == Kind::kTerminal || kind == Kind::kTruncated;
}

}  // namespace credo

#endif  // CREDO_SDK_BASE_RECORD_H_
