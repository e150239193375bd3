#!/usr/bin/env python3
"""The demo: what a belief knows, and what it does for acting.

Trains agents that explore a room, or search a goal in it, with and without a
simulator that shapes their belief; probes all of them beside the controls; writes
DIR/report.html and DIR/results.json and prints the table. Every command is
printed before it runs and can be run by hand. Two runs go side by side.
"""

import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CREDO = os.environ.get("CREDO", "build/release/credo")
CONFIGS = "examples/configs"

# A run whose probes train its belief, and nothing else does: what a belief of
# the same agent could hold.
ORACLE = ["actions=scripted", "auxiliary=[]", "oracle=true"]


@dataclasses.dataclass
class Training:
    name: str
    config: str
    settings: list = dataclasses.field(default_factory=list)


# What a belief knows: simulator first, then next step, then oracle.
ROOM6 = ["world.room=6", "world.colours=4"]
BELIEF = {
    "compass": [
        Training("simulator", "grid_simulator"),
        Training("next_step", "grid_next_step"),
        Training("oracle", "grid_simulator", ORACLE),
    ],
    # Twice the frames for a room with 4^36 maps in place of 3^25.
    "room6": [
        Training("simulator", "grid_simulator",
                 ROOM6 + ["learner.frames=6000000"]),
        Training("next_step", "grid_next_step",
                 ROOM6 + ["learner.frames=6000000"]),
        Training("oracle", "grid_simulator",
                 ROOM6 + ORACLE + ["learner.frames=6000000"]),
    ],
    "rotating": [
        Training("simulator", "grid_rotating"),
        Training("next_step", "grid_rotating", ["auxiliary.0.overshoot=1"]),
        Training("oracle", "grid_rotating", ORACLE),
    ],
}
# What it does for acting: equal in frames, seed and learner.
ACTING = [
    Training("rl_simulator", "grid_rl_simulator"),
    Training("rl_only", "grid_rl_only"),
    Training("rl_oracle", "grid_rl_simulator",
             ORACLE + ["learner.frames=2000000"]),
]


def credo(*arguments):
    """Runs the command, prints it first, returns what it printed."""
    command = [CREDO, *arguments]
    print("$ " + shlex.join(command), flush=True)
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode != 0:
        sys.exit(f"{pathlib.Path(sys.argv[0]).stem}: {shlex.join(command)} "
                 f"ended with {done.returncode}")
    return done.stdout


class Demo:
    def __init__(self, out, seed):
        self.out = out
        self.seed = seed

    def run(self, name):
        return f"{self.out}/runs/{name}"

    def train(self, training):
        arguments = [f"{CONFIGS}/{training.config}.yaml", "--run",
                     self.run(training.name)]
        for setting in training.settings:
            arguments += ["--set", setting]
        if self.seed != 1:
            arguments += ["--set", f"seed={self.seed}"]
        begin = time.monotonic()
        credo("train", *arguments)
        seconds = time.monotonic() - begin
        frames = self.last_metrics(training.name)["frames"]
        print(f"  {training.name}: {frames / 1e6:.1f} M frames in "
              f"{seconds:.0f} s", flush=True)

    def last_metrics(self, name):
        path = ROOT / self.run(name) / "metrics.jsonl"
        return json.loads(path.read_text().splitlines()[-1])

    def train_all(self, trainings):
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            for job in [pool.submit(self.train, t) for t in trainings]:
                job.result()

    def probe(self, names):
        """{run or control: its row of results.json}"""
        table = json.loads(credo("probe", *map(self.run, names),
                                 "--threads", "2", "--json"))
        return {row["control"] or row["name"]: knowledge(row)
                for row in table["rows"]}

    def evaluate(self, name):
        found = json.loads(credo("eval", self.run(name), "--episodes", "500",
                                 "--json"))
        return {key: found[key]
                for key in ("return", "return_low", "return_high")}


def knowledge(row):
    """A row of a probe table as results.json has it."""
    parts = row["scores"]["map"]["parts"]
    remembered = parts["remembered"]
    return {
        "map_seen": parts["seen"]["mean"],
        "map_remembered": remembered["mean"],
        "map_remembered_low": remembered["low"],
        "map_remembered_high": remembered["high"],
        "map_unseen": parts["unseen"]["mean"],
        "position": row["scores"]["pose.cell"]["parts"]["all"]["mean"],
        "heading": row["scores"]["pose.heading"]["parts"]["all"]["mean"],
    }


def measure(out, seed, variant, acting):
    """Trains and probes; the contents of results.json."""
    demo = Demo(out, seed)
    shutil.rmtree(ROOT / out / "runs", ignore_errors=True)
    (ROOT / out / "runs").mkdir(parents=True)
    belief_trainings = BELIEF[variant]
    begin = time.monotonic()
    # Longest first, so that both cores end at about the same time.
    demo.train_all(belief_trainings[:1] + (ACTING if acting else []) +
                   belief_trainings[1:])
    # Probes are trained as well: they count as training.
    belief = demo.probe([t.name for t in belief_trainings])
    searchers = ["rl_only", "rl_simulator"]
    acting_rows = demo.probe(searchers + ["rl_oracle"]) if acting else {}
    seconds = time.monotonic() - begin
    shown = ["simulator", "next_step"] + (searchers if acting else [])
    results = {
        "commit": subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40",
             "--exclude=*"], cwd=ROOT, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, check=False).stdout.strip(),
        "seconds": round(seconds, 1),
        "frames_per_second":
            demo.last_metrics("simulator")["frames_per_second"],
        "belief": {name: belief[name]
                   for name in ("simulator", "next_step", "untrained",
                                "encoder_only", "constant", "oracle")},
    }
    if acting:
        results["acting"] = {
            name: {**acting_rows[name], **demo.evaluate(name)}
            for name in searchers}
        results["acting_controls"] = {
            name: row for name, row in acting_rows.items()
            if name not in searchers}
    credo("report", *map(demo.run, shown), "--out", f"{out}/report.html")
    (ROOT / out / "results.json").write_text(
        json.dumps(results, indent=1) + "\n")
    return results


def show(results):
    print(f"\nTrainings took {results['seconds']:.0f} s; the simulator run read "
          f"{results['frames_per_second']:.0f} frames/s. One training seed;\n"
          "accuracies over held-out episodes, 95 % intervals over episodes in "
          "brackets.\n")
    print(f"{'belief of':<14}{'map seen':>9}{'remembered':>24}{'unseen':>8}"
          f"{'position':>10}{'heading':>9}{'return':>22}")
    for part in ("belief", "acting", "acting_controls"):
        for name, row in results.get(part, {}).items():
            remembered = (f"{row['map_remembered']:.3f} "
                          f"[{row['map_remembered_low']:.3f}, "
                          f"{row['map_remembered_high']:.3f}]")
            gained = ""
            if "return" in row:
                gained = (f"{row['return']:.2f} [{row['return_low']:.2f}, "
                          f"{row['return_high']:.2f}]")
            print(f"{name:<14}{row['map_seen']:>9.3f}{remembered:>24}"
                  f"{row['map_unseen']:>8.3f}{row['position']:>10.3f}"
                  f"{row['heading']:>9.3f}{gained:>22}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", default="demo", metavar="DIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--variant", choices=BELIEF, default="compass")
    parser.add_argument("--no-acting", action="store_true",
                        help="what beliefs know alone")
    arguments = parser.parse_args()
    show(measure(arguments.out, arguments.seed, arguments.variant,
                 not arguments.no_acting))
    print(f"\n{arguments.out}/report.html shows curves and pictures; "
          f"{arguments.out}/results.json holds the numbers.")


if __name__ == "__main__":
    main()
