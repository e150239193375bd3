#!/usr/bin/env python3
"""A corridor: the light at its beginning says at which end the prize lies."""

import random

import credo_world

LENGTH = 6


class Corridor(credo_world.World):
    spec = credo_world.spec(
        "corridor",
        [credo_world.tiles("view", [2], 3),
         credo_world.tiles("goal", [1], 2, privileged=True),
         credo_world.vector("place", [1], 0, LENGTH - 1, privileged=True)],
        [credo_world.discrete("move", 3)])  # left, right, stay

    def reset(self, seed):
        draws = random.Random(seed)
        self.goal = draws.randrange(2)
        self.place = LENGTH // 2
        self.steps = 0
        return self.show(light=1 + self.goal), 0, ""

    def step(self, action):
        self.steps += 1
        self.place += (-1, 1, 0)[int(action[0])]
        self.place = min(max(self.place, 0), LENGTH - 1)
        if self.place in (0, LENGTH - 1):
            right = (self.place > 0) == (self.goal == 1)
            return self.show(), 1 if right else -1, "terminal"
        return self.show(), 0, "truncated" if self.steps == 20 else ""

    def show(self, light=0):
        at_end = self.place in (0, LENGTH - 1)
        return {"view": [light, 1 if at_end else 0], "goal": [self.goal],
                "place": [self.place]}

    def scripted(self, seed):
        return [random.Random(seed).randrange(3)]


if __name__ == "__main__":
    credo_world.serve(Corridor())
