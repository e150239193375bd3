#!/usr/bin/env python3
"""The demo: what a belief knows, what it does for acting, what it looks like.

Trains agents that explore a room, or search a goal in it, with and without a
simulator that shapes their belief, and others that walk through a city that they
see with their own eyes; probes all of them beside the controls; writes
DIR/report.html, DIR/results.json and pictures of the city, and prints the tables.
Every command is printed before it runs and can be run by hand. Two runs go side
by side.
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

from measured import commit_name

ROOT = pathlib.Path(__file__).resolve().parent.parent
CREDO = os.environ.get("CREDO", "build/release/credo")
CONFIGS = "examples/configs"

# A run whose probes train its belief, and nothing else does: what a belief of
# the same agent could hold.
ORACLE = ["actions=scripted", "auxiliary=[]", "oracle=true"]


# The demo has minutes, which the study over seeds has not to heed. Half the
# frames are enough for the probes of a room.
QUICK_PROBES = ["probing.frames=500000"]


@dataclasses.dataclass
class Training:
    name: str
    config: str
    settings: list = dataclasses.field(default_factory=list)
    # Of the demo alone.
    quick: list = dataclasses.field(default_factory=lambda: QUICK_PROBES)


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
    Training("rl_simulator", "grid_rl_simulator",
             quick=QUICK_PROBES + ["learner.frames=2000000"]),
    Training("rl_only", "grid_rl_only",
             quick=QUICK_PROBES + ["learner.frames=2000000"]),
    Training("rl_oracle", "grid_rl_simulator",
             ORACLE + ["learner.frames=2000000"],
             quick=QUICK_PROBES + ["learner.frames=1500000"]),
]
# In the city: the same rows, and the same agent without any loss, whose probes
# alone learn. Beliefs of both are drawn beside each other.
QUICK_CITY = ["learner.frames=1700000"]
CITY = [
    Training("city_simulator", "city_small", quick=QUICK_CITY),
    # As many decoded frames: two of six starts in place of three of four.
    Training("city_next_step", "city_small",
             ["auxiliary.0.overshoot=1", "auxiliary.0.frames=1",
              "auxiliary.0.starts=6"], quick=QUICK_CITY),
    Training("city_oracle", "city_small", ORACLE, quick=QUICK_CITY),
    Training("city_without", "city_small",
             ["auxiliary=[]"], quick=["learner.frames=1000000"]),
]
CITY_NOTE = (
    "The city is learned here in the minutes that a demo has; what longer runs "
    "and other frame models give stands in docs/results/simcore.md.")
# What is drawn of one held-out episode of the city, and as what it is kept.
CITY_PICTURES = {"belief": "city_belief.png", "imagined": "city_imagined.png",
                 "paths": "city_paths.png", "film": "city_film.png"}


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
    def __init__(self, out, seed, quick):
        self.out = out
        self.seed = seed
        self.quick = quick

    def run(self, name):
        return f"{self.out}/runs/{name}"

    def train(self, training):
        arguments = [f"{CONFIGS}/{training.config}.yaml", "--run",
                     self.run(training.name)]
        for setting in (training.settings +
                        (training.quick if self.quick else [])):
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

    def draw_city(self):
        """Beliefs with and without training, and imagined frames."""
        folder = f"{self.out}/runs/city_pictures"
        credo("rollout", self.run("city_simulator"), "--beside",
              self.run("city_without"), "--episodes", "1", "--out", folder)
        for what, name in CITY_PICTURES.items():
            shutil.copyfile(ROOT / folder / f"episode_000_{what}.png",
                            ROOT / self.out / name)

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


ROWS = ("simulator", "next_step", "untrained", "encoder_only", "constant",
        "oracle")


def measure(out, seed, variant, acting, city=False, quick=False):
    """Trains and probes; the contents of results.json."""
    demo = Demo(out, seed, quick)
    shutil.rmtree(ROOT / out / "runs", ignore_errors=True)
    (ROOT / out / "runs").mkdir(parents=True)
    belief_trainings = BELIEF[variant]
    begin = time.monotonic()
    # Longest first, so that both cores end at about the same time.
    demo.train_all((CITY[:2] if city else []) + belief_trainings[:1] +
                   (ACTING if acting else []) + belief_trainings[1:] +
                   (CITY[2:] if city else []))
    # Probes are trained as well: they count as training.
    belief = demo.probe([t.name for t in belief_trainings])
    searchers = ["rl_only", "rl_simulator"]
    acting_rows = demo.probe(searchers + ["rl_oracle"]) if acting else {}
    city_rows = demo.probe([t.name for t in CITY[:3]]) if city else {}
    seconds = time.monotonic() - begin
    shown = ["simulator", "next_step"] + (searchers if acting else [])
    results = {
        "commit": commit_name(),
        "seconds": round(seconds, 1),
        "frames_per_second":
            demo.last_metrics("simulator")["frames_per_second"],
        "belief": {name: belief[name] for name in ROWS},
    }
    note = []
    if city:
        city_rows = {name.removeprefix("city_"): row
                     for name, row in city_rows.items()}
        results["city"] = {name: city_rows[name] for name in ROWS}
        shown += [training.name for training in CITY]
        note = ["--note", CITY_NOTE]
        demo.draw_city()
    if acting:
        results["acting"] = {
            name: {**acting_rows[name], **demo.evaluate(name)}
            for name in searchers}
        results["acting_controls"] = {
            name: row for name, row in acting_rows.items()
            if name not in searchers}
    credo("report", *map(demo.run, shown), "--out", f"{out}/report.html",
          *note)
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
    for part in ("belief", "acting", "acting_controls", "city"):
        if part == "city" and part in results:
            print("In the city, which is seen from within:")
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
                        help="without agents that search a goal")
    parser.add_argument("--no-city", action="store_true",
                        help="without the city")
    arguments = parser.parse_args()
    city = not arguments.no_city
    show(measure(arguments.out, arguments.seed, arguments.variant,
                 not arguments.no_acting, city, quick=True))
    print(f"\n{arguments.out}/report.html shows curves and pictures; "
          f"{arguments.out}/results.json holds the numbers.")
    if city:
        print(f"{arguments.out}/{CITY_PICTURES['belief']}: what the agent sees, "
              "the true view from above, and the\nview decoded from its belief "
              "with and without belief training; beside it frames\nthat it "
              f"imagines ({CITY_PICTURES['imagined']}).\n{CITY_NOTE}")


if __name__ == "__main__":
    main()
