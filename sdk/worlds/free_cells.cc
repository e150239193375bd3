#include "sdk/worlds/free_cells.h"

#include <array>
#include <numeric>
#include <utility>
#include <vector>

namespace credo {

bool FreeCellsConnected(int room, std::span<const uint8_t> blocked) {
  constexpr int kMaxCells = kMaxRoom * kMaxRoom;
  const int cells = static_cast<int>(blocked.size());
  std::array<bool, kMaxCells> reached = {};
  std::array<int, kMaxCells> stack;
  int free = 0, depth = 0;
  for (int cell = 0; cell < cells; ++cell) {
    if (blocked[cell] != 0) continue;
    if (free++ == 0) {
      stack[depth++] = cell;
      reached[cell] = true;
    }
  }
  int found = 0;
  while (depth > 0) {
    const int cell = stack[--depth];
    ++found;
    const auto visit = [&](int next) {
      if (reached[next] || blocked[next] != 0) return;
      reached[next] = true;
      stack[depth++] = next;
    };
    const int column = cell % room;
    if (cell >= room) visit(cell - room);
    if (cell + room < cells) visit(cell + room);
    if (column > 0) visit(cell - 1);
    if (column + 1 < room) visit(cell + 1);
  }
  return found == free;
}

// A connected room of two or more free cells always has two that may be
// blocked, so this ends.
void BlockCells(int room, int64_t count, int kept, Draws& draws,
                std::span<uint8_t> blocked) {
  if (count == 0) return;
  std::vector<int> order(blocked.size());
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = order.size() - 1; i > 0; --i) {
    std::swap(order[i], order[draws.Below(static_cast<uint32_t>(i + 1))]);
  }
  while (true) {
    for (const int cell : order) {
      if (cell == kept || blocked[cell] != 0) continue;
      blocked[cell] = 1;
      if (!FreeCellsConnected(room, blocked)) {
        blocked[cell] = 0;
      } else if (--count == 0) {
        return;
      }
    }
  }
}

int DrawFreeCell(std::span<const uint8_t> blocked, int except, Draws& draws) {
  int free = 0;
  for (int cell = 0; cell < static_cast<int>(blocked.size()); ++cell) {
    free += blocked[cell] == 0 && cell != except;
  }
  int left = static_cast<int>(draws.Below(static_cast<uint32_t>(free)));
  int cell = 0;
  while (blocked[cell] != 0 || cell == except || left-- > 0) ++cell;
  return cell;
}

}  // namespace credo
