#!/usr/bin/env python3
"""Credo's Python package beside sb3-contrib's RecurrentPPO on two Gymnasium
tasks: a MiniGrid task that asks a memory, and a picture task of ViZDoom.

    scripts/bench_gymnasium.py --build build/release [--minutes 20]
        [--tasks memory picture] [--out docs/results/gymnasium.csv]

Makes build/peers_python (PyTorch and all that it needs: some GB), installs this
package into it, and trains both with the same steps and the same time. Writes
one row per point of a curve and draws them.
"""

import argparse
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from measured import commit_name

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ROOT / "build/peers_python"
PACKAGES = ["torch==2.15.0", "sb3-contrib==2.9.2", "gymnasium==1.4.0",
            "minigrid==3.2.0", "vizdoom==1.3.2", "miniworld==2.1.0",
            "matplotlib"]
CONFIGS = {"memory": "minigrid_memory", "picture": "vizdoom_basic"}


def environment():
    """Makes the peers' environment once; its interpreter."""
    python = PEERS / "bin/python"
    made = PEERS / "made_of"
    if not made.exists() or made.read_text() != " ".join(PACKAGES):
        subprocess.run([sys.executable, "-m", "venv", "--clear", PEERS],
                       check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES],
                       check=True)
        made.write_text(" ".join(PACKAGES))
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps",
                    "--force-reinstall", ROOT, "-C",
                    "cmake.define.CREDO_LEARN=OFF"], check=True)
    return python


def credo_curve(build, task, seconds, seed, folder):
    """[(steps, seconds, return)] of held-out episodes while it trains."""
    # The package's own command. Stopped by a signal it saves and ends with 143.
    subprocess.run(
        ["timeout", "-s", "TERM", str(seconds), PEERS / "bin/credo", "train",
         ROOT / "examples/configs" / f"{CONFIGS[task]}.yaml", "--run", folder,
         "--set", f"seed={seed}"], check=False, cwd=folder.parent,
        env={**os.environ, "CREDO_COMMAND": str(ROOT / build / "credo")})
    rows = []
    for line in (folder / "metrics.jsonl").read_text().splitlines():
        told = json.loads(line)
        if "eval.return" in told:
            rows.append((told["frames"], round(told["time.seconds"], 1),
                         told["eval.return"]))
    return rows


def ppo_curve(python, task, seconds, steps, seed, folder):
    """The same of the episodes that it learns from."""
    out = folder / "ppo.csv"
    subprocess.run([python, ROOT / "scripts/recurrent_ppo.py", task,
                    str(seconds), str(steps), str(seed), out], check=True,
                   cwd=folder,
                   env={**os.environ, "OMP_NUM_THREADS": "2"})
    with open(out, newline="") as file:
        return [(int(a), float(b), float(c)) for a, b, c in csv.reader(file)]


def draw(python, path, image):
    program = f"""
import csv, matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
rows = list(csv.DictReader(open({str(path)!r})))
tasks = list(dict.fromkeys(row["task"] for row in rows))
figure, axes = plt.subplots(len(tasks), 2, squeeze=False,
                            figsize=(9, 3.2 * len(tasks)))
for line, task in zip(axes, tasks):
    for ax, key, label in zip(line, ("steps", "seconds"),
                              ("steps", "seconds on two cores")):
        for learner in ("credo", "recurrent_ppo"):
            mine = [row for row in rows
                    if (row["task"], row["learner"]) == (task, learner)]
            ax.plot([float(row[key]) for row in mine],
                    [float(row["return"]) for row in mine], label=learner)
        ax.set_xlabel(label); ax.set_ylabel("return"); ax.set_title(task)
        ax.legend()
figure.tight_layout(); figure.savefig({str(image)!r}, dpi=110)
"""
    subprocess.run([python, "-c", program], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--tasks", nargs="+", default=list(CONFIGS),
                        choices=list(CONFIGS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", default="docs/results/gymnasium.csv")
    parser.add_argument("--image", default="docs/images/gymnasium.png")
    arguments = parser.parse_args()
    python = environment()
    seconds = arguments.minutes * 60
    out = ROOT / arguments.out
    kept = []
    if out.exists():
        with open(out, newline="") as file:
            kept = [row for row in csv.DictReader(file)
                    if row["task"] not in arguments.tasks]
    rows = []
    for task in arguments.tasks:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            # Games of ViZDoom that make it at once run into each other.
            (folder / "_vizdoom").mkdir()
            ours = credo_curve(arguments.build, task, seconds, arguments.seed,
                               folder / "run")
            theirs = ppo_curve(python, task, seconds, ours[-1][0] * 2,
                               arguments.seed, folder)
        for learner, curve in (("credo", ours), ("recurrent_ppo", theirs)):
            print(f"{task} {learner}: {curve[-1][0]} steps in "
                  f"{curve[-1][1]:.0f} s, return {curve[-1][2]:.3f}")
            rows += [{"task": task, "learner": learner,
                      "seed": arguments.seed, "commit": commit_name(),
                      "steps": steps, "seconds": at, "return": value}
                     for steps, at, value in curve]
    with open(out, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept + rows)
    draw(python, out, ROOT / arguments.image)


if __name__ == "__main__":
    main()
