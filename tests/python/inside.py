"""Run by package_test.py, by the Python that has the package installed."""

import ctypes
import os
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

import credo
import numpy as np
from safetensors.numpy import load_file

GRID = """
world: {kind: grid, room: 5, task: goal, episode: 40}
agent:
  encoder: {kind: mlp, sizes: [16]}
  core: {kind: lstm, size: 24, memory: {kind: slots, slots: 41, width: 8, key: 4}}
auxiliary:
  - {kind: simcore, overshoot: 4, starts: 2, frames: 2, size: 16, reads: 1,
     decoder: {kind: deterministic, hidden: [16]}}
learner: {frames: 20000, unroll: 16, batch: 8}
probes: [{kind: cells, target: map}, {kind: class, target: pose.cell}]
probing: {frames: 20000}
"""


class CalledByC:
    """One tick of all rows through credo.h, without a thought of Python's."""

    def __init__(self, library, model, count, views):
        self.credo = ctypes.CDLL(library)
        self.agent, self.beliefs = ctypes.c_void_p(), ctypes.c_void_p()
        self.expect(self.credo.credo_agent_load_file(
            os.fsencode(model), None, ctypes.byref(self.agent), None))
        self.expect(self.credo.credo_beliefs_create(
            self.agent, count, ctypes.c_uint64(0), ctypes.byref(self.beliefs),
            None))
        self.views = np.ascontiguousarray(views)
        self.rows = np.arange(count, dtype=np.int32)
        self.actions = np.zeros(count, np.float32)
        rows = self.rows.ctypes.data_as(ctypes.c_void_p)
        size = ctypes.c_size_t(count)
        self.observe = (self.beliefs, rows, size, 0,
                        self.views.ctypes.data_as(ctypes.c_void_p),
                        ctypes.c_size_t(self.views.strides[0]), None)
        self.step = (self.agent, self.beliefs, rows, size,
                     ctypes.c_double(0), None)
        self.read = (self.beliefs, rows, size, 0,
                     self.actions.ctypes.data_as(ctypes.c_void_p), size, None)

    def expect(self, status):
        assert status == 0, status

    def __call__(self):
        self.expect(self.credo.credo_beliefs_observe_rows(*self.observe))
        self.expect(self.credo.credo_step(*self.step))
        self.expect(self.credo.credo_beliefs_action_rows(*self.read))


class Grid(unittest.TestCase):
    """A run of the grid, and its agent."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        cls.run_of = credo.train(GRID, cls.root / "grid", quiet=True)
        cls.agent = cls.run_of.load()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def views(self, count):
        return np.random.default_rng(count).integers(
            0, 4, (count, 3, 3)).astype(np.uint8)

    def test_tells_what_it_is(self):
        self.assertEqual(self.agent.world, "grid")
        (view,) = self.agent.observations
        self.assertEqual((view.name, view.kind, view.shape),
                         ("view", "tiles", (3, 3)))
        (move,) = self.agent.actions
        self.assertEqual((move.name, move.choices), ("move", (4,)))
        self.assertEqual([p.name for p in self.agent.probes],
                         ["map", "pose.cell"])
        self.assertGreaterEqual(self.agent.frames, 20000)
        self.assertIn("grid", repr(self.agent))

    def test_acts_believes_and_imagines(self):
        beliefs = self.agent.beliefs(5, seed=3)
        for _ in range(3):
            beliefs.observe("view", self.views(5))
            beliefs.reward(0.5)
            beliefs.step()
        self.assertEqual(beliefs.action("move").dtype, np.int64)
        self.assertEqual(beliefs.action("move").shape, (5,))
        self.assertEqual(beliefs.belief().shape, (5, self.agent.belief_size))
        np.testing.assert_allclose(
            beliefs.probabilities("move").sum(1), np.ones(5), atol=1e-5)
        self.assertEqual(beliefs.probe("map").shape, (5, 5, 5, 4))
        np.testing.assert_allclose(beliefs.probe("map").sum(-1),
                                   np.ones((5, 5, 5)), atol=1e-5)
        self.assertEqual(beliefs.value(rows=[4, 1]).shape, (2,))
        frames = beliefs.imagine(2, [[0], [1], [2]])
        self.assertEqual(frames.shape[:3], (4, 3, 3))
        beliefs.end("truncated", rows=[1])
        beliefs.observe("view", self.views(5))
        beliefs.step()

    def test_states_are_saved_and_loaded(self):
        beliefs = self.agent.beliefs(2)
        for _ in range(4):
            beliefs.observe("view", self.views(2))
            beliefs.step()
        state = beliefs.save(0)
        beliefs.load(1, state)
        for row in (0, 1):
            beliefs.observe("view", self.views(1), rows=[row])
        beliefs.step()
        np.testing.assert_array_equal(*beliefs.belief())

    def test_views_of_arrays_are_taken_as_they_are(self):
        wide = np.zeros((6, 2, 3, 3), np.uint8)
        wide[:, 1] = self.views(6)
        one, other = self.agent.beliefs(6), self.agent.beliefs(6)
        one.observe("view", wide[:, 1])
        other.observe("view", np.ascontiguousarray(wide[:, 1]))
        for it in (one, other):
            it.step()
        np.testing.assert_array_equal(one.belief(), other.belief())
        turned = self.views(6)[::-1].transpose(0, 2, 1)
        one.observe("view", turned)
        other.observe("view", turned.copy())
        for it in (one, other):
            it.step()
        np.testing.assert_array_equal(one.belief(), other.belief())

    def test_wrong_input_is_told(self):
        beliefs = self.agent.beliefs(2)
        with self.assertRaisesRegex(KeyError, "expected one of view"):
            beliefs.observe("vieuw", self.views(2))
        with self.assertRaisesRegex(ValueError, r"\(2, 3, 3\)"):
            beliefs.observe("view", self.views(3))
        with self.assertRaisesRegex(ValueError, "expected uint8"):
            beliefs.observe("view", np.zeros((2, 3, 3)))
        with self.assertRaisesRegex(ValueError, "row 1"):
            beliefs.observe("view", np.array([np.zeros((3, 3)),
                                              np.full((3, 3), 9)], np.uint8))
        with self.assertRaisesRegex(RuntimeError, "view"):
            beliefs.step()
        with self.assertRaisesRegex(FileNotFoundError, "nowhere"):
            credo.load("nowhere.safetensors")
        with self.assertRaises(credo.CredoError) as told:
            credo.train("world: {kind: gird}\n", self.root / "none",
                        quiet=True)
        self.assertEqual(told.exception.code, 2)
        self.assertIn("grid", str(told.exception))

    def test_beliefs_are_the_trainers(self):
        file = self.run_of.beliefs(self.root / "beliefs.safetensors",
                                   episodes=2500)
        told = load_file(file)
        lengths = told["lengths"]
        count = len(lengths)
        beliefs = self.agent.beliefs(count)
        beliefs.source("external")
        worst, records = 0, 0
        for t in range(int(lengths.max())):
            rows = np.flatnonzero(lengths > t)
            beliefs.observe("view", told["observations.view"][rows, t],
                            rows=rows)
            if t > 0:
                beliefs.reward(told["rewards"][rows, t], rows=rows)
            beliefs.step(rows=rows)
            worst = max(worst, np.abs(beliefs.belief(rows) -
                                      told["beliefs"][rows, t]).max())
            records += len(rows)
            going = rows[lengths[rows] > t + 1]
            if len(going):
                beliefs.act("move", told["actions"][going, t + 1], rows=going)
        self.assertLess(worst, 1e-5)
        self.assertGreater(records, 100000)

    def test_a_batch_costs_what_the_c_call_costs(self):
        """1,000 rows: at most 5 % beside the same calls in C."""
        library = os.environ.get("CREDO_LIBRARY", "")
        if not os.path.exists(library):
            self.skipTest("no libcredo.so to compare with")
        count = 1000
        views = self.views(count)
        beliefs = self.agent.beliefs(count)
        call = CalledByC(library, self.run_of.model, count, views)

        def in_python():
            beliefs.observe("view", views)
            beliefs.step()
            return beliefs.action("move")

        # The least of many: what else the machine does only adds.
        times = {in_python: [], call: []}
        for _ in range(60):
            for work, taken in times.items():
                begin = time.perf_counter()
                work()
                taken.append(time.perf_counter() - begin)
        ratio = min(times[in_python]) / min(times[call])
        self.assertLess(ratio, 1.05, f"{ratio:.3f} times the C calls")

    def test_the_stubs_are_those_of_the_package(self):
        done = subprocess.run(
            [sys.executable, "-m", "mypy.stubtest", "credo",
             "--ignore-missing-stub"], cwd=self.root, text=True,
            capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_its_beliefs_are_probed(self):
        table = self.run_of.probe(episodes=200)
        controls = {row["control"] for row in table["rows"]}
        self.assertTrue({"", "constant", "untrained"} <= controls)


class Example(unittest.TestCase):
    def test_goes_from_nothing_to_a_map(self):
        script = (pathlib.Path(os.environ["CREDO_ROOT"]) /
                  "examples/python/map_in_ten_minutes.py")
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, script, "30000"],
                                  cwd=folder, text=True, capture_output=True,
                                  check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("of the cells are right", done.stdout)


class Worlds(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def config(self, world, actions="policy"):
        return {"world": world, "actions": actions,
                "agent": {"encoder": {"kind": "mlp", "sizes": [16]},
                          "core": {"kind": "lstm", "size": 16}},
                "learner": {"frames": 2000, "unroll": 16, "batch": 4,
                            "evaluate_every": 0}}

    def test_gymnasium_trains(self):
        run = credo.train(self.config({"kind": "gymnasium",
                                       "id": "CartPole-v1"}),
                          self.root / "run", quiet=True)
        agent = run.load()
        self.assertEqual(agent.world, "cartpole_v1")
        self.assertEqual(agent.observations[0].shape, (4,))
        # Its speeds have the largest float as bound, which is none.
        self.assertEqual(agent.observations[0].high, np.inf)
        beliefs = agent.beliefs(1)
        beliefs.observe("observation", np.zeros((1, 4), np.float32))
        beliefs.step()
        self.assertIn(int(beliefs.action("action")[0]), (0, 1))

    def test_dict_spaces_masks_and_privileged_entries(self):
        world = {"kind": "gymnasium", "id": "MiniGrid-Empty-5x5-v0",
                 "imports": ["minigrid"]}
        run = credo.train(self.config(world), self.root / "minigrid",
                          quiet=True)
        self.assertEqual({o.name for o in run.load().observations},
                         {"direction", "image"})
        tiles = dict(world, tiles=["image:11"], reward_scale=0.5)
        run = credo.train(self.config(tiles), self.root / "tiles", quiet=True)
        image, = [o for o in run.load().observations if o.name == "image"]
        self.assertEqual((image.kind, image.high), ("tiles", 10))
        # A view of MiniGrid's numbers 11 kinds of things.
        self.assertIn("expected 2 categories",
                      self.fails(dict(world, tiles=["image:2"])))
        self.assertIn("tiles: expected one of ['direction', 'image']",
                      self.fails(dict(world, tiles=["picture:11"])))
        self.assertIn("NAME:CATEGORIES",
                      self.fails(dict(world, tiles=["image"])))
        world = {"kind": "gymnasium", "id": "Taxi-v4", "mask": "action_mask",
                 "privileged": ["prob"]}
        run = credo.train(self.config(world), self.root / "taxi", quiet=True)
        self.assertEqual(run.load().mask_size, 6)

    def fails(self, world):
        with self.assertRaises(credo.CredoError) as told:
            credo.train(self.config(world), self.root / "failed", quiet=True)
        return str(told.exception)

    def test_what_is_wrong_with_an_environment_is_told(self):
        self.assertIn("Nope", self.fails({"kind": "gymnasium",
                                          "id": "Nope-v0"}))
        self.assertIn("kwargs", self.fails({
            "kind": "gymnasium", "id": "CartPole-v1", "kwargs": "[]"}))
        (self.root / "faulty.py").write_text(textwrap.dedent('''
            import gymnasium
            import numpy as np

            class Faulty(gymnasium.Env):
                observation_space = gymnasium.spaces.Box(-1, 1, (3,))
                action_space = gymnasium.spaces.Discrete(2)

                def __init__(self, fault):
                    self.fault, self.steps = fault, 0

                def reset(self, seed=None, options=None):
                    super().reset(seed=seed)
                    return np.zeros(3, np.float32), {}

                def step(self, action):
                    self.steps += 1
                    seen = np.zeros(3, np.float32)
                    if self.steps == 9:
                        if self.fault == "throws":
                            raise RuntimeError("the floor gave way")
                        if self.fault == "nan":
                            seen[1] = np.nan
                        if self.fault == "shape":
                            seen = np.zeros(4, np.float32)
                        if self.fault == "spaces":
                            self.observation_space = gymnasium.spaces.Box(
                                -1, 1, (5,))
                            seen = self.observation_space.sample()
                        if self.fault == "dtype":
                            seen = np.array(["a", "b", "c"])
                    return seen, 0.0, self.steps % 20 == 0, False, {}

            gymnasium.register("Faulty-v0", Faulty)
        '''))
        os.environ["PYTHONPATH"] = str(self.root)
        self.addCleanup(os.environ.pop, "PYTHONPATH")
        for fault, told in (("throws", "the floor gave way"),
                            ("nan", "observation"),
                            ("shape", "expected the shape"),
                            ("spaces", "expected the shape"),
                            ("dtype", "expected numbers")):
            with self.subTest(fault=fault):
                world = {"kind": "gymnasium", "id": "Faulty-v0",
                         "imports": ["faulty"],
                         "kwargs": f'{{"fault": "{fault}"}}'}
                run = self.root / fault
                with self.assertRaises(credo.CredoError) as error:
                    credo.train(self.config(world), run, quiet=True)
                self.assertIn(told, str(error.exception))
                self.assertIn("faulty_v0", str(error.exception))
                # What was learned before is saved.
                self.assertTrue((run / "checkpoint.safetensors").exists())

    def test_a_world_of_ones_own(self):
        (self.root / "own.py").write_text(textwrap.dedent('''
            import credo

            class Doors(credo.World):
                spec = credo.spec(
                    "doors", [credo.tiles("sign", [1], 3),
                              credo.tiles("prize", [1], 2, privileged=True)],
                    [credo.discrete("door", 2)])

                def reset(self, seed):
                    self.prize, self.step_of = seed % 2, 0
                    return self.show(1 + self.prize), 0, ""

                def step(self, action):
                    self.step_of += 1
                    won = int(action[0]) == self.prize
                    last = self.step_of == 4
                    return (self.show(0), float(won) if last else 0,
                            "terminal" if last else "")

                def show(self, sign):
                    return {"sign": [sign], "prize": [self.prize]}

                def scripted(self, seed):
                    return [seed % 2]
        '''))
        os.environ["PYTHONPATH"] = str(self.root)
        self.addCleanup(os.environ.pop, "PYTHONPATH")
        world = {"kind": "process", "command": [
            sys.executable, "-m", "credo.serve", "own:Doors"]}
        config = {**self.config(world, "scripted"),
                  "probes": [{"kind": "class", "target": "prize"}],
                  "probing": {"frames": 2000}}
        run = credo.train(config, self.root / "run", quiet=True)
        self.assertTrue(run.metrics()[-1]["frames"] >= 2000)


if __name__ == "__main__":
    unittest.main()
