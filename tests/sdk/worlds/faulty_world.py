"""The corridor with one fault planted, by name: FAULT on the command line."""

import os
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] /
                       "examples/process_world"))

import corridor
import credo_world

FAULT = sys.argv[1]


class Faulty(corridor.Corridor):
    episodes = 0

    def reset(self, seed):
        self.episodes += 1
        if FAULT == "own_random":
            seed = random.SystemRandom().getrandbits(60)
        if FAULT == "remembers":
            seed += self.episodes
        if FAULT == "ignores_seed":
            seed = 5
        record = super().reset(seed)
        if FAULT == "reset_reward_nan":
            return record[0], float("nan"), ""
        return record

    def step(self, action):
        if FAULT == "ignores_action":
            action = [0]
        observations, reward, end = super().step(action)
        if FAULT == "nan":
            observations["place"] = [float("nan")]
        if FAULT == "out_of_range":
            observations["place"] = [corridor.LENGTH + 1]
        if FAULT == "no_such_tile":
            observations["view"] = [7, 0]
        if FAULT == "reward_nan":
            reward = float("nan")
        if FAULT == "throws" and self.steps == 3:
            raise RuntimeError("the corridor collapsed")
        if FAULT == "exits" and self.steps == 3:
            os._exit(7)
        if FAULT == "killed" and self.steps == 3:
            os.kill(os.getpid(), 9)
        if FAULT == "stalls" and self.steps == 3:
            time.sleep(60)
        if FAULT == "endless":
            end = ""
        return observations, reward, end

    def scripted(self, seed):
        if FAULT == "illegal_script":
            return [3]
        if FAULT == "random_script":
            return [random.SystemRandom().randrange(3)]
        return super().scripted(seed)


def raw(line, *more):
    """A program that says these lines and then answers nothing."""
    for text in (line, *more):
        sys.stdout.write(text + "\n")
    sys.stdout.flush()
    sys.stdin.buffer.read()


def spoiled(**changes):
    return {**corridor.Corridor.spec, **changes}


if FAULT == "silent":
    time.sleep(60)
elif FAULT == "no_program":
    sys.exit("no such thing")
elif FAULT == "no_json":
    raw("hello", "world")
elif FAULT == "other_version":
    raw('{"credo": 2}', "{}")
elif FAULT == "no_spec":
    raw('{"credo": 1}', '{"name": "corridor"}')
elif FAULT == "lone_hello":
    print('{"credo": 1}', flush=True)
    sys.exit(3)
else:
    world = Faulty()
    if FAULT == "wrong_name":
        world.spec = spoiled(name="A Corridor!")
    if FAULT == "nothing_seen":
        world.spec = spoiled(observations=[])
    if FAULT == "another_spec":
        world.spec = spoiled(
            name="corridor" + str(random.SystemRandom().getrandbits(30)))
    if FAULT in ("short", "long"):
        packed = credo_world._packed

        def spoil(observation, value):
            data = packed(observation, value)
            if observation["name"] != "place":
                return data
            return data[:-1] if FAULT == "short" else data + b"x"

        credo_world._packed = spoil
    if FAULT == "kind":
        credo_world.ENDS[""] = 9
    if FAULT == "first_again":
        credo_world.ENDS[""] = 0
    credo_world.serve(world)
