"""What libcredo.dll shows, needs and weighs."""

import os
import pathlib
import re
import subprocess
import unittest

from weight import weight

LIBRARY = pathlib.Path(os.environ["CREDO_LIBRARY"]).resolve()
SYMBOLS = pathlib.Path(__file__).resolve().parent / "symbols.txt"


def objdump(option):
    """What it prints of the library."""
    return subprocess.run(
        [os.environ["CREDO_OBJDUMP"], option, "--no-show-raw-insn", LIBRARY],
        capture_output=True, text=True, check=True).stdout


def aligned_moves(code):
    """Moves between memory and wide registers that trap for some address."""
    return re.findall(
        r"\tv?mov(?:ap[sd]|dqa\d*)\s+(?=.*%[yz]mm)(?=.*\().*",
        code)


class Parsing(unittest.TestCase):
    """The checks below are able to fail."""

    def test_finds_aligned_moves(self):
        for line in ("vmovaps %ymm1,0x20(%rsp)", "vmovdqa64 (%rax),%zmm1",
                     "vmovdqa %ymm1,(%rax)", "vmovapd 0x40(%rbp),%ymm9"):
            self.assertTrue(aligned_moves("1:\t" + line), line)
        for line in ("vmovups %ymm1,0x20(%rsp)", "vmovdqu64 (%rax),%zmm1",
                     "vmovaps %ymm1,%ymm2", "movaps %xmm6,(%rsp)"):
            self.assertFalse(aligned_moves("1:\t" + line), line)


class Exports(unittest.TestCase):
    def test_are_the_listed_ones(self):
        table = objdump("-p").split("[Ordinal/Name Pointer] Table")[1]
        found = re.findall(r"^\s*\[ *\d+\] (\S+)$", table, re.MULTILINE)
        self.assertEqual(found, SYMBOLS.read_text().split())

    def test_need_what_every_windows_has(self):
        self.assertLessEqual(
            {name.lower() for name in
             re.findall(r"DLL Name: (\S+)", objdump("-p"))},
            {"kernel32.dll", "msvcrt.dll"})

    def test_move_vectors_to_any_address(self):
        # The stack of Windows lies on multiples of 16 bytes. This is the only
        # test of kernels that the processor does not have.
        code = objdump("-d")
        for register in ("%ymm", "%zmm"):
            self.assertIn(register, code)
        self.assertEqual(aligned_moves(code), [])

    def test_weigh_at_most_a_megabyte_and_a_half(self):
        # The C++ library is inside.
        self.assertLessEqual(weight(self, LIBRARY), 3 << 19)


if __name__ == "__main__":
    unittest.main()
