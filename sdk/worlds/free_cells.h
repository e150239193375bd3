// Square rooms of which some cells are blocked and the rest hangs together.
//
// A room is u8 [room * room], row by row, 1 for a blocked cell.
#ifndef CREDO_SDK_WORLDS_FREE_CELLS_H_
#define CREDO_SDK_WORLDS_FREE_CELLS_H_

#include <cstdint>
#include <span>

#include "sdk/base/random.h"

namespace credo {

// The longest side of a room: a cell's number fits one byte.
inline constexpr int kMaxRoom = 15;

// Whether each free cell can be reached from each other one by steps north,
// east, south and west.
bool FreeCellsConnected(int room, std::span<const uint8_t> blocked);

// Blocks `count` more cells other than `kept` (-1: none), one after another in
// random order, leaving out each that would part the rest. REQUIRES: the free
// cells are connected and at least two are left.
void BlockCells(int room, int64_t count, int kept, Draws& draws,
                std::span<uint8_t> blocked);

// Uniform over the free cells but `except` (-1: none). REQUIRES: there is one.
int DrawFreeCell(std::span<const uint8_t> blocked, int except, Draws& draws);

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_FREE_CELLS_H_
