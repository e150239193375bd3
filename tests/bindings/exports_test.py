"""What libcredo.so shows and weighs."""

import os
import pathlib
import subprocess
import tempfile
import unittest

LIBRARY = pathlib.Path(os.environ["CREDO_LIBRARY"]).resolve()
SYMBOLS = pathlib.Path(__file__).resolve().parent / "symbols.txt"


class Exports(unittest.TestCase):
    def test_are_the_listed_ones(self):
        shown = subprocess.run(
            [os.environ["CREDO_NM"], "-D", "--defined-only", LIBRARY],
            capture_output=True, text=True, check=True)
        found = sorted(line.split()[2].split("@")[0]
                       for line in shown.stdout.splitlines()
                       if line.split()[1] != "A")
        self.assertEqual(found, SYMBOLS.read_text().split())

    def test_weigh_at_most_a_megabyte(self):
        if os.environ.get("CREDO_BUILD_TYPE") != "Release":
            self.skipTest("the weight of a build that is not optimised")
        with tempfile.TemporaryDirectory() as folder:
            stripped = pathlib.Path(folder) / "stripped.so"
            subprocess.run(
                [os.environ["CREDO_STRIP"], "-o", stripped, LIBRARY],
                check=True)
            self.assertLessEqual(stripped.stat().st_size, 1 << 20)


if __name__ == "__main__":
    unittest.main()
