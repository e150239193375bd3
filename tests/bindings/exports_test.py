"""What libcredo.so shows and weighs."""

import os
import pathlib
import subprocess
import unittest

from weight import weight

LIBRARY = pathlib.Path(os.environ["CREDO_LIBRARY"]).resolve()
STATIC_HOST = pathlib.Path(os.environ["CREDO_STATIC_HOST"])
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
        self.assertLessEqual(weight(self, LIBRARY), 1 << 20)

    def test_weigh_at_most_two_within_a_program(self):
        self.assertLessEqual(weight(self, STATIC_HOST), 2 << 20)


if __name__ == "__main__":
    unittest.main()
