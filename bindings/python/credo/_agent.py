"""Agents and their beliefs on numpy arrays, over credo.h."""

import dataclasses
import os

import numpy as np

from credo import _runtime

_DTYPES = {"picture": np.uint8, "tiles": np.uint8, "vector": np.float32}
_ENDS = {"": 0, "terminal": 2, "truncated": 3}
_SOURCES = {"sampled": 0, "greedy": 1, "external": 2}
_MODES = {"mean": 0, "sample": 1, "deviation": 2}


def version():
    """Of the library, as "1.0"."""
    number = _runtime.version()
    return f"{number // 1000}.{number % 1000}"


@dataclasses.dataclass(frozen=True)
class Observation:
    """What an agent sees, a probe tells or a simulator imagines."""
    name: str
    kind: str       # "picture", "tiles" or "vector"
    shape: tuple
    low: float
    high: float
    bytes: int
    numbers: int    # of a probe's answer, or of one imagined frame

    @property
    def dtype(self):
        return np.dtype(_DTYPES[self.kind])


@dataclasses.dataclass(frozen=True)
class Action:
    """One field of what an agent does."""
    name: str
    continuous: bool
    words: int
    choices: tuple  # of each factor
    low: float
    high: float


@dataclasses.dataclass(frozen=True)
class Task:
    """A loss that an agent learned with."""
    name: str
    imagined: tuple  # of Observation
    reason: str      # why it imagines nothing


def load(model):
    """An Agent from a model file, a run's folder or the bytes of a file."""
    return Agent(model)


class Agent:
    """Weights. Never changes but by publish()."""

    def __init__(self, model):
        if isinstance(model, (str, os.PathLike)):
            path = os.fspath(model)
            if os.path.isdir(path):
                path = os.path.join(path, "model.safetensors")
            try:
                self._agent = _runtime.Agent(path)
            except KeyError as error:
                raise FileNotFoundError(error.args[0]) from None
        else:
            self._agent = _runtime.Agent(bytes(model))
        told = self._agent.describe()
        self.world = told["world"]
        self.belief_size = told["belief"]
        self.seconds_per_step = told["seconds_per_step"]
        self.mask_size = told["mask"]
        # Of the processor: "avx512", "avx2", "baseline" or "neon".
        self.kernels = told["kernels"]
        self.observations = tuple(Observation(**o)
                                  for o in told["observations"])
        self.actions = tuple(Action(**a) for a in told["actions"])
        self.probes = tuple(Observation(**p) for p in told["probes"])
        self.tasks = tuple(
            Task(t["name"], tuple(Observation(**o) for o in t["imagined"]),
                 t["reason"]) for t in told["tasks"])

    @property
    def frames(self):
        """That the weights in force learned from."""
        return self._agent.frames()

    def beliefs(self, count, seed=0):
        """Belief states of `count` characters."""
        return Beliefs(self, count, seed)

    def publish(self, model):
        """Takes new weights of the same architecture over."""
        if isinstance(model, (str, os.PathLike)):
            self._agent.publish_file(os.fspath(model))
        else:
            self._agent.publish_bytes(bytes(model))

    def __repr__(self):
        return (f"credo.Agent(world={self.world!r}, "
                f"belief_size={self.belief_size}, frames={self.frames})")


def _find(things, name, what):
    for index, thing in enumerate(things):
        if thing.name == name:
            return index, thing
    names = ", ".join(thing.name for thing in things) or "none"
    raise KeyError(f"{what} {name!r}: expected one of {names}")


class Beliefs:
    """Belief states of characters, called rows. One thread at a time.

    Everywhere `rows` is a list of row numbers, by default all of them; arrays
    have one entry per row, in its order.
    """

    def __init__(self, agent, count, seed=0):
        self.agent = agent
        self.count = count
        self._beliefs = _runtime.Beliefs(agent._agent, count, seed)
        self._all = np.arange(count, dtype=np.int32)

    def _rows(self, rows):
        if rows is None:
            return self._all
        return np.ascontiguousarray(rows, dtype=np.int32).reshape(-1)

    # --- Before a step ---

    def observe(self, name, data, rows=None):
        """One observation, [rows, *shape]; bytes of pictures and tiles, f32 of
        vectors. Not copied where each row lies in one piece."""
        index, spec = _find(self.agent.observations, name, "observation")
        rows = self._rows(rows)
        data = np.asarray(data)
        if data.dtype != spec.dtype:
            if spec.kind != "vector" and data.dtype.kind not in "biu":
                raise ValueError(f"observation {name!r}: expected "
                                 f"{spec.dtype}, found {data.dtype}")
            cast = data.astype(spec.dtype)
            if spec.kind != "vector" and not np.array_equal(cast, data):
                raise ValueError(f"observation {name!r}: expected numbers of "
                                 "0 to 255, found others")
            data = cast
        shape = (len(rows), *spec.shape)
        if data.shape != shape:
            raise ValueError(f"observation {name!r}: expected the shape "
                             f"{shape}, found {data.shape}")
        if len(rows) and not data[0].flags.c_contiguous:
            data = np.ascontiguousarray(data)
        # Rows that run backwards or overlap cannot be told by a stride.
        if len(rows) > 1 and data.strides[0] < spec.bytes:
            data = np.ascontiguousarray(data)
        self._beliefs.observe(rows, index, data)

    def reward(self, rewards, rows=None):
        """On arriving at this record."""
        rows = self._rows(rows)
        self._beliefs.reward(rows, np.ascontiguousarray(
            np.broadcast_to(rewards, rows.shape), dtype=np.float32))

    def end(self, ends, rows=None):
        """"", "terminal" or "truncated" for each row, or one for all."""
        rows = self._rows(rows)
        if isinstance(ends, str):
            ends = [ends] * len(rows)
        self._beliefs.end(rows, np.array([_ENDS[end] for end in ends],
                                         dtype=np.int32))

    def mask(self, legal, rows=None):
        """[rows, choices], true where a choice is legal from now on."""
        legal = np.ascontiguousarray(legal, dtype=np.uint8)
        for row, mine in zip(self._rows(rows), legal, strict=True):
            self._beliefs.mask(int(row), mine)

    def source(self, source, rows=None):
        """"sampled", "greedy" or "external"."""
        for row in self._rows(rows):
            self._beliefs.source(int(row), _SOURCES[source])

    def act(self, name, values, rows=None):
        """What external rows do, [rows, words]."""
        rows = self._rows(rows)
        values = np.ascontiguousarray(values, dtype=np.float32)
        for row, mine in zip(rows, values.reshape(len(rows), -1),
                             strict=True):
            self._beliefs.act(int(row), name, np.ascontiguousarray(mine))

    def reset(self, rows=None):
        """Their next record opens an episode."""
        for row in self._rows(rows):
            self._beliefs.reset(int(row))

    def step(self, rows=None, seconds=0.0):
        """Consumes one record of each row."""
        self._beliefs.step(self._rows(rows), seconds)

    # --- After a step ---

    def action(self, name, rows=None):
        """[rows] or [rows, words]: whole numbers of a discrete field."""
        index, field = _find(self.agent.actions, name, "action")
        values = self._beliefs.action(self._rows(rows), index, field.words)
        if not field.continuous:
            values = values.astype(np.int64)
        return values[:, 0] if field.words == 1 else values

    def probabilities(self, name, rows=None):
        """[rows, choices]; of a continuous field means, then deviations."""
        _, field = _find(self.agent.actions, name, "action")
        numbers = 2 * field.words if field.continuous else sum(field.choices)
        return self._beliefs.probabilities(self._rows(rows), name, numbers)

    def value(self, rows=None):
        return self._beliefs.value(self._rows(rows))

    def belief(self, rows=None):
        """[rows, belief_size]"""
        return self._beliefs.belief(self._rows(rows))

    def probe(self, target, rows=None):
        """What a probe reads off beliefs: of tiles the probability of each
        category, [rows, *shape, categories]; else [rows, *shape]."""
        _, spec = _find(self.agent.probes, target, "probe")
        told = self._beliefs.probe(self._rows(rows), target, spec.numbers)
        return told.reshape(len(told), *_answer_shape(spec))

    def imagine(self, row, actions, observation=None, mode="mean", seed=0,
                samples=16, task=None):
        """What would be seen: [steps + 1, *shape], the present first."""
        tasks = [t for t in self.agent.tasks
                 if t.imagined and (task is None or t.name == task)]
        if not tasks:
            reasons = "; ".join(f"{t.name}: {t.reason}"
                                for t in self.agent.tasks)
            raise KeyError(f"expected a loss that imagines, found none: "
                           f"{reasons or 'the agent has no losses'}")
        seen = tasks[0].imagined
        spec = seen[0] if observation is None else _find(
            seen, observation, "observation")[1]
        words = sum(field.words for field in self.agent.actions)
        actions = np.ascontiguousarray(actions, dtype=np.float32)
        frames = self._beliefs.imagine(
            row, actions.reshape(-1, words), spec.name, spec.numbers,
            _MODES[mode], seed, samples, tasks[0].name)
        return frames.reshape(len(frames), *_answer_shape(spec))

    # --- Saved states ---

    def save(self, row):
        """The belief state of a row as bytes."""
        return self._beliefs.save(row)

    def load(self, row, state):
        """Goes on from a state that save() gave."""
        self._beliefs.load(row, state)


def _answer_shape(spec):
    if spec.kind != "tiles":
        return spec.shape if np.prod(spec.shape) == spec.numbers else (
            spec.numbers,)
    return (*spec.shape, spec.numbers // max(int(np.prod(spec.shape)), 1))
