"""The Python package, as pip makes it, in a fresh virtual environment.

The runtime's half is built into the wheel; what learns is the command of this
build (CREDO_COMMAND), which a wheel with LibTorch holds too.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from commands import run

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = ["numpy", "safetensors", "gymnasium==1.4.0", "minigrid==3.2.0",
            "mypy"]


class Package(unittest.TestCase):
    def test_installs_and_does_what_it_says(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            run(sys.executable, "-m", "venv", folder / "venv")
            python = folder / "venv/bin/python"
            settings = ["cmake.define.CREDO_LEARN=OFF"]
            if shutil.which("ccache"):
                settings.append("cmake.define.CMAKE_CXX_COMPILER_LAUNCHER=ccache")
            run(python, "-m", "pip", "wheel", ROOT, "--no-deps", "-w",
                folder / "wheels",
                *(part for it in settings for part in ("-C", it)))
            (wheel,) = (folder / "wheels").glob("credo-*.whl")
            run(python, "-m", "pip", "install", "--quiet", wheel, *PACKAGES)
            self.expect_inside(python, folder)

    def expect_inside(self, python, folder):
        """The tests of inside.py, by the package that was installed."""
        shutil.copy(HERE / "inside.py", folder)
        done = subprocess.run(
            [python, "-m", "unittest", "-v", "inside"], cwd=folder,
            env={**os.environ, "CREDO_ROOT": str(ROOT)}, text=True,
            capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
