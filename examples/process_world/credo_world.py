"""A world behind a pipe, in Python without dependencies: the reference of
docs/process_worlds.md.

    class Corridor(credo_world.World):
        spec = {...}
        def reset(self, seed): ...            # a first record
        def step(self, action): ...           # a record

    credo_world.serve(Corridor())

A record is (observations, reward, end): a dict of bytes or lists by name, a
number, and "" or "terminal" or "truncated". Of a spec with a mask it is
(observations, reward, end, mask).
"""

import array
import json
import os
import struct
import sys

FIRST, MIDDLE, TERMINAL, TRUNCATED = range(4)
ENDS = {"": MIDDLE, "terminal": TERMINAL, "truncated": TRUNCATED}


def picture(name, height, width, channels=3, privileged=False):
    return {"name": name, "kind": "picture",
            "shape": [height, width, channels], "low": 0, "high": 255,
            "privileged": privileged}


def tiles(name, shape, categories, privileged=False):
    return {"name": name, "kind": "tiles", "shape": list(shape), "low": 0,
            "high": categories - 1, "privileged": privileged}


def vector(name, shape, low="-inf", high="inf", privileged=False):
    return {"name": name, "kind": "vector", "shape": list(shape), "low": low,
            "high": high, "privileged": privileged}


def discrete(name, *choices):
    return {"name": name, "kind": "discrete", "choices": list(choices)}


def continuous(name, dimensions, low, high):
    return {"name": name, "kind": "continuous", "dimensions": dimensions,
            "low": low, "high": high}


def spec(name, observations, fields, has_mask=False, seconds_per_step=1.0):
    return {"name": name, "seconds_per_step": seconds_per_step,
            "observations": observations,
            "action": {"has_mask": has_mask, "fields": fields}}


class World:
    """What a world of your own defines; `scripted` is optional."""

    spec = None

    def reset(self, seed):
        raise NotImplementedError

    def step(self, action):
        raise NotImplementedError


class _Pipe:
    def __init__(self):
        # What the world prints must not get between the answers.
        self.out = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
        self.input = os.fdopen(0, "rb")

    def read(self, size):
        data = self.input.read(size)
        if len(data) < size:
            sys.exit(0)  # Credo is gone
        return data


def _words(action):
    return sum(len(field["choices"]) if field["kind"] == "discrete"
               else field["dimensions"] for field in action["fields"])


def _packed(observation, value):
    kind = "f" if observation["kind"] == "vector" else "B"
    if isinstance(value, (bytes, bytearray, memoryview)):
        data = bytes(value)
    elif hasattr(value, "tobytes"):  # numpy, of the right type
        data = value.tobytes()
    else:
        data = array.array(kind, value).tobytes()
    size = 4 if kind == "f" else 1
    for length in observation["shape"]:
        size *= length
    if len(data) != size:
        raise ValueError(f"observation '{observation['name']}': expected "
                         f"{size} bytes, found {len(data)}")
    return data


def serve(world):
    """Answers until Credo is gone."""
    pipe = _Pipe()
    scripted = getattr(world, "scripted", None)
    hello = {"credo": 1, "scripted": scripted is not None}
    pipe.out.write(json.dumps(hello).encode() + b"\n")
    pipe.out.write(json.dumps(world.spec).encode() + b"\n")
    pipe.out.flush()
    words = _words(world.spec["action"])
    while True:
        request = pipe.read(1)
        if request == b"R":
            record = world.reset(struct.unpack("<Q", pipe.read(8))[0])
        elif request == b"S":
            action = struct.unpack(f"<{words}f", pipe.read(4 * words))
            record = world.step(action)
        elif request == b"A":
            action = scripted(struct.unpack("<Q", pipe.read(8))[0])
            pipe.out.write(struct.pack(f"<{words}f", *action))
            pipe.out.flush()
            continue
        else:
            raise ValueError(f"expected a request, found {request!r}")
        observations, reward, end = record[:3]
        kind = FIRST if request == b"R" else ENDS[end]
        parts = [struct.pack("<Bf", kind, reward)]
        if world.spec["action"]["has_mask"]:
            parts.append(bytes(record[3]))
        parts += [_packed(observation, observations[observation["name"]])
                  for observation in world.spec["observations"]]
        pipe.out.write(b"".join(parts))
        pipe.out.flush()
