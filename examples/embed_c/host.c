/* A character that walks through a coloured room: a whole host in plain C. */
/* begin */
#include <credo/credo.h>
#include <stdio.h>

enum { kRoom = 5, kWall = 3 };
static const uint8_t kColours[kRoom][kRoom] = {
    {0, 1, 2, 0, 1}, {2, 2, 1, 0, 0}, {1, 0, 2, 1, 2}, {0, 1, 1, 2, 0},
    {2, 0, 0, 1, 1}};
static const int kDown[] = {-1, 0, 1, 0}, kRight[] = {0, 1, 0, -1};

static int Inside(int y, int x) {
  return y >= 0 && y < kRoom && x >= 0 && x < kRoom;
}

int main(int argc, char** argv) {
  credo_error error = CREDO_INIT(credo_error);
  credo_agent* agent = NULL;
  credo_beliefs* beliefs = NULL;
  int y = 2, x = 2;
  const int32_t row = 0;
  credo_agent_load_file(argc > 1 ? argv[1] : "", NULL, &agent, &error);
  if (!error.status) credo_beliefs_create(agent, 1, 7, &beliefs, &error);
  for (int tick = 0; tick < 20 && !error.status; ++tick) {
    uint8_t view[9];
    float move = 0;
    for (int i = 0; i < 9; ++i) {
      const int v = y + i / 3 - 1, u = x + i % 3 - 1;
      view[i] = Inside(v, u) ? kColours[v][u] : kWall;
    }
    if (credo_beliefs_observe(beliefs, row, "view", view, 9, &error) ||
        credo_step(agent, beliefs, &row, 1, 1.0, &error) ||
        credo_beliefs_action(beliefs, row, "move", &move, 1, &error)) break;
    const int v = y + kDown[(int)move], u = x + kRight[(int)move];
    if (Inside(v, u)) y = v, x = u;
    printf("tick %d: the character is at row %d, column %d\n", tick, y, x);
  }
  if (error.status) fprintf(stderr, "%s\n", error.message);
  credo_beliefs_destroy(beliefs, NULL);
  credo_agent_destroy(agent, NULL);
  return error.status != CREDO_OK;
}
/* end */
