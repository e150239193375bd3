"""A Gymnasium environment as a world: what `world: {kind: gymnasium, ...}`
starts, once per character.

    python3 -m credo.gymnasium_world '{"id": "CartPole-v1", "kwargs": {}}'

Spaces become observations and actions by their names, in lower case: a space
that has none is called "observation" or "action". Box of bytes is a picture
(of two or three dimensions) or numbers, Box of floats numbers, Discrete,
MultiDiscrete and MultiBinary are tiles, and so are bytes that are told to be (a
Discrete of more than 256 is numbers, all 0 but one), Dict and Tuple one
observation each entry; texts are left out.
Actions of a Box are numbers from -1 to 1, scaled.
"""

import json
import re
import sys

import gymnasium
import numpy as np
from gymnasium import spaces

from credo import world


class SpaceError(ValueError):
    """A space that has no form here."""


def _name(*parts):
    """Letters a-z, digits, "_" and "."."""
    text = ".".join(str(part) for part in parts).lower()
    return re.sub(r"[^a-z0-9_.]", "_", text)


# Bounds beyond it say "none", as the largest float does in many spaces. Numbers
# scaled by such a range would all be 0.
_NO_BOUND = 1e30


def _bound(bounds, sign):
    bound = float(np.min(bounds) if sign < 0 else np.max(bounds))
    if abs(bound) < _NO_BOUND:
        return bound
    return "-inf" if sign < 0 else "inf"


class _Seen:
    """One observation: its spec, and the bytes of a value."""

    def __init__(self, name, space, options):
        self.name, self.space, self.options = name, space, options
        told = options.get("tiles", {}).get(name)
        bytes_ = isinstance(space, spaces.Box) and space.dtype == np.uint8
        if told is not None and not bytes_:
            raise SpaceError(f"tiles: expected a Box of bytes named {name}, "
                             f"found {space}")
        if told is not None:
            self.low, self.most = 0, told
            self.spec = world.tiles(name, space.shape or (1,), told)
            self.pack = self._pack_tiles
        elif bytes_ and len(space.shape) in (2, 3):
            shape = self._picture(np.zeros(space.shape, np.uint8)).shape
            self.spec = world.picture(name, *shape)
            self.pack = self._pack_picture
        elif isinstance(space, spaces.Box):
            self.spec = world.vector(name, space.shape or (1,),
                                     _bound(space.low, -1),
                                     _bound(space.high, 1))
            self.pack = self._pack_numbers
        elif isinstance(space, (spaces.Discrete, spaces.MultiDiscrete,
                                spaces.MultiBinary)):
            self.low, self.most, shape = self._categories(space)
            if self.most <= 256:
                self.spec = world.tiles(name, shape, self.most)
                self.pack = self._pack_tiles
            elif isinstance(space, spaces.Discrete):
                # More than a byte holds: a number for each, all 0 but one.
                self.spec = world.vector(name, [self.most], 0, 1)
                self.pack = self._pack_choice
            else:
                raise SpaceError(f"{name}: expected at most 256 categories, "
                                 f"found {self.most}")
        else:
            raise SpaceError(f"{name}: expected Box, Discrete, MultiDiscrete, "
                             f"MultiBinary, Dict or Tuple, found {space}")

    @staticmethod
    def _categories(space):
        if isinstance(space, spaces.Discrete):
            return int(space.start), int(space.n), (1,)
        if isinstance(space, spaces.MultiBinary):
            return 0, 2, np.atleast_1d(space.shape)
        start = getattr(space, "start", np.zeros_like(space.nvec))
        return start, int(np.max(space.nvec)), space.nvec.shape

    def _picture(self, value):
        value = np.atleast_3d(value)
        if self.options.get("grey") and value.shape[2] == 3:
            weights = np.array([299, 587, 114], np.uint32)
            value = (value @ weights // 1000).astype(np.uint8)[:, :, None]
        frame = self.options.get("frame")
        if frame:
            value = _resized(value, *frame)
        return np.ascontiguousarray(value)

    def _check(self, value, dtype=None):
        value = np.asarray(value)
        if value.shape != tuple(self.space.shape):
            raise ValueError(f"observation '{self.name}': expected the shape "
                             f"{self.space.shape}, found {value.shape}")
        if dtype is not None and value.dtype != dtype:
            raise ValueError(f"observation '{self.name}': expected {dtype}, "
                             f"found {value.dtype}")
        return value

    def _pack_picture(self, value):
        return self._picture(self._check(value, np.uint8))

    def _pack_numbers(self, value):
        value = self._check(value)
        if value.dtype.kind not in "fiub":
            raise ValueError(f"observation '{self.name}': expected numbers, "
                             f"found {value.dtype}")
        return np.ascontiguousarray(value, np.float32)

    def _pack_choice(self, value):
        packed = np.zeros(self.spec["shape"], np.float32)
        packed[int(self._check(value)) - self.low] = 1
        return packed

    def _pack_tiles(self, value):
        value = np.atleast_1d(self._check(value)) - self.low
        if (value < 0).any() or (value >= self.most).any():
            # One line: the last one is what is told of a world that throws.
            raise ValueError(f"observation '{self.name}': expected "
                             f"{self.most} categories, found "
                             f"{(value + self.low).min()} to "
                             f"{(value + self.low).max()}")
        return np.ascontiguousarray(value, np.uint8)


def _resized(value, height, width):
    """Means of the pixels that fall together, or the nearest ones."""
    h, w, channels = value.shape
    if h % height == 0 and w % width == 0:
        blocks = value.reshape(height, h // height, width, w // width,
                               channels)
        return blocks.mean((1, 3)).round().astype(np.uint8)
    rows = (np.arange(height) + 0.5) * h / height
    columns = (np.arange(width) + 0.5) * w / width
    return value[rows.astype(int)[:, None], columns.astype(int)]


class _Done:
    """One part of an action: its fields, and the value of their words."""

    def __init__(self, name, space):
        self.space = space
        if isinstance(space, spaces.Discrete):
            self.fields = [world.discrete(name, int(space.n))]
            self.value = lambda words: int(words[0]) + int(space.start)
        elif isinstance(space, spaces.MultiDiscrete):
            choices = [int(n) for n in space.nvec.reshape(-1)]
            self.fields = [world.discrete(name, *choices)]
            self.value = lambda words: np.array(
                words, space.dtype).reshape(space.shape)
        elif isinstance(space, spaces.MultiBinary):
            size = int(np.prod(space.shape))
            self.fields = [world.discrete(name, *[2] * size)]
            self.value = lambda words: np.array(
                words, np.int8).reshape(space.shape)
        elif isinstance(space, spaces.Box):
            if not (np.isfinite(space.low).all() and
                    np.isfinite(space.high).all()):
                raise SpaceError(f"{name}: expected finite bounds, found "
                                 f"{space}")
            size = max(int(np.prod(space.shape)), 1)
            self.fields = [world.continuous(name, size, -1, 1)]
            self.value = self._scaled
        else:
            raise SpaceError(f"{name}: expected Discrete, MultiDiscrete, "
                             f"MultiBinary, Box, Dict or Tuple, found {space}")
        self.words = (len(self.fields[0]["choices"])
                      if "choices" in self.fields[0]
                      else self.fields[0]["dimensions"])

    def _scaled(self, words):
        share = (np.array(words, np.float64).reshape(self.space.shape) + 1) / 2
        value = self.space.low + share * (self.space.high - self.space.low)
        return value.astype(self.space.dtype)


def _leaves(space, name, path=()):
    """(path, name, space) of every part that is no Dict, Tuple or text."""
    if isinstance(space, spaces.Dict):
        for key, part in space.spaces.items():
            yield from _leaves(part, name, (*path, key))
    elif isinstance(space, spaces.Tuple):
        for index, part in enumerate(space.spaces):
            yield from _leaves(part, name, (*path, index))
    elif not isinstance(space, spaces.Text) and "Mission" not in type(
            space).__name__:
        yield path, _name(*path) if path else name, space


def _at(value, path):
    for key in path:
        value = value[key]
    return value


class GymnasiumWorld(world.World):
    """Of options id, kwargs, frame, grey, tiles, reward_scale, mask and
    privileged."""

    def __init__(self, options):
        self.options = options
        self.env = gymnasium.make(options["id"], **options.get("kwargs", {}))
        self.seen = [(path, _Seen(name, space, options)) for path, name, space
                     in _leaves(self.env.observation_space, "observation")]
        self.done = [(path, _Done(name, space)) for path, name, space
                     in _leaves(self.env.action_space, "action")]
        names = [seen.name for _, seen in self.seen]
        for name in options.get("tiles", {}):
            if name not in names:
                raise SpaceError(f"tiles: expected one of {names}, found "
                                 f"{name}")
        if not self.seen:
            raise SpaceError(f"{options['id']}: expected something to see, "
                             f"found {self.env.observation_space}")
        self.mask = options.get("mask")
        self.known = [self._known(text)
                      for text in options.get("privileged", [])]
        self.spec = world.spec(
            _name(options["id"]),
            [seen.spec for _, seen in self.seen] +
            [spec for _, spec in self.known],
            [field for _, done in self.done for field in done.fields],
            has_mask=bool(self.mask))
        self.choices = sum(sum(field.get("choices", []))
                           for _, done in self.done for field in done.fields)

    def _known(self, text):
        """"name" for numbers, "name:25" for 25 categories, of info."""
        name, _, categories = text.partition(":")
        _, info = self.env.reset(seed=0)
        if name not in info:
            raise SpaceError(f"privileged: expected one of {sorted(info)}, "
                             f"found {name}")
        shape = np.atleast_1d(np.asarray(info[name])).shape
        if categories:
            return name, world.tiles(_name(name), shape, int(categories),
                                     privileged=True)
        return name, world.vector(_name(name), shape, privileged=True)

    def reset(self, seed):
        observation, info = self.env.reset(seed=seed % (1 << 31))
        return self._record(observation, 0, "", info)

    def step(self, action):
        parts, at = {}, 0
        for path, done in self.done:
            parts[path] = done.value(action[at:at + done.words])
            at += done.words
        observation, reward, terminated, truncated, info = self.env.step(
            self._built(self.env.action_space, parts))
        end = "terminal" if terminated else "truncated" if truncated else ""
        reward = float(reward) * self.options.get("reward_scale", 1.0)
        return self._record(observation, reward, end, info)

    def _built(self, space, parts, path=()):
        if isinstance(space, spaces.Dict):
            return {key: self._built(part, parts, (*path, key))
                    for key, part in space.spaces.items()}
        if isinstance(space, spaces.Tuple):
            return tuple(self._built(part, parts, (*path, index))
                         for index, part in enumerate(space.spaces))
        return parts[path]

    def _record(self, observation, reward, end, info):
        shown = {seen.spec["name"]: seen.pack(_at(observation, path))
                 for path, seen in self.seen}
        for name, spec in self.known:
            if name not in info:
                raise ValueError(f"info: expected '{name}', found "
                                 f"{sorted(info)}")
            kind = np.uint8 if spec["kind"] == "tiles" else np.float32
            shown[spec["name"]] = np.atleast_1d(info[name]).astype(kind)
        if not self.mask:
            return shown, reward, end
        legal = np.asarray(info.get(self.mask, ())).reshape(-1)
        if len(legal) != self.choices:
            raise ValueError(f"info: expected '{self.mask}' of {self.choices} "
                             f"choices, found {len(legal)}")
        return shown, reward, end, (legal != 0).astype(np.uint8).tobytes()


def main():
    options = json.loads(sys.argv[1])
    for module in options.get("imports", []):
        __import__(module)
    try:
        made = GymnasiumWorld(options)
    except (SpaceError, gymnasium.error.Error, TypeError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    world.serve(made)


if __name__ == "__main__":
    main()
