"""Commands that a test runs."""

import subprocess


def run(*command, **more):
    """What the command printed; fails with all of its output."""
    done = subprocess.run([str(part) for part in command], text=True,
                          capture_output=True, check=False, **more)
    if done.returncode != 0:
        raise AssertionError(f"{command}\n{done.stdout}\n{done.stderr}")
    return done.stdout
