"""Follows docs/guides/doom.md: a game outside the tree that learns in Doom.

Needs the network once, for ViZDoom. Its own build takes a minute.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from commands import run

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(os.environ["CREDO_BINARY_DIR"])
CONFIG = SOURCE / "examples/configs/doom.yaml"


def engines():
    """Process numbers of engines and their guards."""
    found = set()
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith((b"/vizdoom", b"/doom_guard")):
            found.add(int(entry.name))
    return found


def shared_memory():
    return {path.name for path in pathlib.Path("/dev/shm").glob("ViZDoom*")}


class Doom(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        root = pathlib.Path(cls.folder.name)
        run(SOURCE / "scripts/install_doom.sh")
        for part in ("runtime", "in_game"):
            run("cmake", "--install", BINARIES, "--component", part,
                "--prefix", root / "installed")
        run("cmake", "-S", SOURCE / "examples/doom", "-B", root / "doom",
            f"-DCMAKE_PREFIX_PATH={root / 'installed'}",
            f"-DDOOM_PYTHON={SOURCE / 'build/doom_python'}")
        run("cmake", "--build", root / "doom")
        cls.root = root
        # Probes of seconds.
        cls.config = root / "doom.yaml"
        cls.config.write_text(CONFIG.read_text().replace(
            "frames: 300000", "frames: 8000"))
        cls.doom = root / "doom/doom"

    def test_learns_and_is_probed(self):
        folder, found = self.root / "run", self.root / "found.json"
        before = shared_memory()
        run(self.doom, self.config, folder, "--frames", "12000", "--json",
            found)
        self.assertLessEqual(shared_memory(), before)
        numbers = json.loads(found.read_text())
        self.assertGreaterEqual(numbers["frames"], 12000)
        self.assertGreater(numbers["return_last"], 0)
        table = run(BINARIES / "credo", "probe", folder, "--episodes", "200")
        for word in ("place", "heading", "automap", "constant"):
            self.assertIn(word, table)
        pictures = self.root / "pictures"
        run(BINARIES / "credo", "rollout", folder, "--out", pictures)
        self.assertTrue(list(pictures.glob("*.png")))

    def test_a_killed_host_leaves_nothing(self):
        memory, processes = shared_memory(), engines()
        # While games are made, between two of them, while they are played.
        for kill, pause in ((signal.SIGKILL, 0.7), (signal.SIGKILL, 1.3),
                            (signal.SIGKILL, 2), (signal.SIGKILL, 6),
                            (signal.SIGTERM, 6)):
            host = subprocess.Popen(
                [self.doom, self.config, self.root / "killed", "--characters",
                 "4"],
                stdout=subprocess.DEVNULL)
            time.sleep(pause)
            if pause > 2:
                self.assertGreater(len(engines()), len(processes))
            host.send_signal(kill)
            host.wait(60)
            for _ in range(100):
                if engines() <= processes and shared_memory() <= memory:
                    break
                time.sleep(0.1)
            # What others left before may go with it: nobody used it.
            self.assertLessEqual(engines(), processes)
            self.assertLessEqual(shared_memory(), memory)


if __name__ == "__main__":
    unittest.main()
