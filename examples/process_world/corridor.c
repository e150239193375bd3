/* The corridor of corridor.py in C: a world behind a pipe. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { kLength = 6, kLimit = 20 };

static uint64_t seed;
static int goal, place, steps;

static int Below(int n) { /* SplitMix64 */
  uint64_t x = seed += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return (int)((x ^ (x >> 31)) % (uint64_t)n);
}

static int Read(void* to, size_t bytes) {
  return fread(to, 1, bytes, stdin) == bytes;
}

/* kind, reward, then the observations in the order of the spec. */
static void Show(uint8_t kind, float reward, uint8_t light) {
  const uint8_t view[2] = {light, place == 0 || place == kLength - 1};
  const uint8_t end = (uint8_t)goal;
  const float where = (float)place;
  fwrite(&kind, 1, 1, stdout);
  fwrite(&reward, 4, 1, stdout);
  fwrite(view, 1, 2, stdout);
  fwrite(&end, 1, 1, stdout);
  fwrite(&where, 4, 1, stdout);
  fflush(stdout);
}

int main(void) {
  char request;
  puts("{\"credo\": 1}");
  puts("{\"name\": \"corridor\", \"seconds_per_step\": 1, \"observations\": ["
       "{\"name\": \"view\", \"kind\": \"tiles\", \"shape\": [2], \"low\": 0, "
       "\"high\": 2, \"privileged\": false}, "
       "{\"name\": \"goal\", \"kind\": \"tiles\", \"shape\": [1], \"low\": 0, "
       "\"high\": 1, \"privileged\": true}, "
       "{\"name\": \"place\", \"kind\": \"vector\", \"shape\": [1], \"low\": "
       "0, \"high\": 5, \"privileged\": true}], "
       "\"action\": {\"has_mask\": false, \"fields\": [{\"name\": \"move\", "
       "\"kind\": \"discrete\", \"choices\": [3]}]}}");
  fflush(stdout);
  while (Read(&request, 1)) {
    float move;
    if (request == 'R') {
      if (!Read(&seed, 8)) return 0;
      goal = Below(2);
      place = kLength / 2;
      steps = 0;
      Show(0, 0, (uint8_t)(1 + goal));
      continue;
    }
    if (request != 'S' || !Read(&move, 4)) return 1;
    ++steps;
    if (move == 0 && place > 0) --place;
    if (move == 1 && place < kLength - 1) ++place;
    if (place == 0 || place == kLength - 1) {
      Show(2, (place > 0) == (goal == 1) ? 1.0f : -1.0f, 0);
    } else {
      Show(steps == kLimit ? 3 : 1, 0, 0);
    }
  }
  return 0;
}
