"""Credo: agents whose belief is shaped by a simulator.

Acting and believing, without LibTorch:

    agent = credo.load("runs/villager/model.safetensors")
    beliefs = agent.beliefs(32, seed=7)
    beliefs.observe("view", views)          # [32, ...] bytes or floats
    beliefs.step()
    moves = beliefs.action("move")          # [32]

Learning, in any Gymnasium environment or a world of your own:

    run = credo.train("memory.yaml", "runs/memory")
    print(run.probe())
"""

from credo._agent import (Agent, Beliefs, Observation, Action, Task, load,
                          version)
from credo._learning import CredoError, Run, command, open_run, train
from credo.world import (World, continuous, discrete, picture, serve, spec,
                         tiles, vector)

__version__ = version()
__all__ = ["Action", "Agent", "Beliefs", "CredoError", "Observation", "Run",
           "Task", "World", "command", "continuous", "discrete", "load",
           "open_run", "picture", "serve", "spec", "tiles", "train", "vector",
           "version"]
