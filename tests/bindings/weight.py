"""What of a library or a program is shipped, in bytes."""

import os
import pathlib
import subprocess
import tempfile


def weight(case, binary):
    """Of the stripped binary; skips the test case when it is not optimised."""
    if os.environ.get("CREDO_BUILD_TYPE") != "Release":
        case.skipTest("the weight of a build that is not optimised")
    with tempfile.TemporaryDirectory() as folder:
        stripped = pathlib.Path(folder) / "stripped"
        subprocess.run([os.environ["CREDO_STRIP"], "-o", stripped, binary],
                       check=True)
        return stripped.stat().st_size
