"""From an installed package to a decoded map: ten minutes on one core.

    pip install '.[learn]' matplotlib
    python examples/python/map_in_ten_minutes.py
"""

# %% An agent whose belief a simulator shapes, in a room that it sees 3x3 cells of.
import sys

import credo
import numpy as np

FRAMES = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000_000

run = credo.train(
    {
        "world": {"kind": "grid", "room": 5, "episode": 32},
        "actions": "scripted",
        "agent": {
            "encoder": {"kind": "mlp", "sizes": [32]},
            "core": {"kind": "lstm", "size": 64,
                     "memory": {"kind": "addressed", "slots": 32}},
        },
        "auxiliary": [{"kind": "simcore", "overshoot": 12, "starts": 4,
                       "decoder": {"kind": "deterministic",
                                   "hidden": [128]}}],
        "learner": {"frames": FRAMES, "unroll": 33, "batch": 16,
                    "learning_rate": 5e-3},
        "probes": [{"kind": "cells", "target": "map"}],
        "probing": {"frames": FRAMES // 3},
    },
    "runs/python_map",
)

# %% What its beliefs know, beside controls that they must outdo.
for row in run.probe(episodes=200)["rows"]:
    remembered = row["scores"]["map"]["parts"]["remembered"]
    print(f"{row['name']:14} {remembered['mean']:.3f} "
          f"[{remembered['low']:.3f}, {remembered['high']:.3f}]")

# %% The agent in this process, without LibTorch: the map that forms.
agent = run.load()
beliefs = agent.beliefs(count=1, seed=1)
beliefs.source("external")
room = np.random.default_rng(0).integers(0, 3, (5, 5)).astype(np.uint8)
walled = np.pad(room, 1, constant_values=3)  # 3 is a wall
row, column = 2, 2
draws = np.random.default_rng(1)
moves = {0: (-1, 0), 1: (0, 1), 2: (1, 0), 3: (0, -1)}
for step in range(32):
    beliefs.observe("view", walled[None, row:row + 3, column:column + 3])
    beliefs.step()
    move = int(draws.integers(4))
    beliefs.act("move", [[move]])
    down, right = moves[move]
    row = min(max(row + down, 0), 4)
    column = min(max(column + right, 0), 4)

decoded = beliefs.probe("map")[0].argmax(-1)
print("true map:", *room, "decoded:", *decoded, sep="\n")
print(f"{(decoded == room).mean():.2f} of the cells are right")

# %% What would be seen along four steps to the north.
frames = beliefs.imagine(0, [[0]] * 4)
print("imagined:", *frames.argmax(-1), sep="\n")
