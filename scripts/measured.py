"""What stands beside every number that was measured: by what, of what."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


def commit_name():
    """The commit of the tree, "-dirty" where it was changed."""
    return subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=40",
         "--exclude=*"], cwd=ROOT, capture_output=True, text=True,
        check=False).stdout.strip()


def machine():
    """The processor, its number of cores, and how busy they are."""
    info = dict(line.split(":", 1) for line in
                pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                if ":" in line)
    info = {key.strip(): value.strip() for key, value in info.items()}
    flags = info.get("flags", "").split()
    return {"processor": info.get("model name", "unknown"),
            "cores": os.cpu_count(),
            "vectors": next((name for name in ("avx512vl", "avx2")
                             if name in flags), "baseline"),
            "load": os.getloadavg()[0]}
