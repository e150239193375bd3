#!/usr/bin/env python3
"""Compares frame models and memories on the room of the examples.

    scripts/simcore_study.py --out docs/results/simcore.csv [--only tiles]
                             [--seeds 1 2 3] [--jobs 2]

Per seed and group of variants: trains each variant on equal frames, some at a
time on one thread each, then probes all of them from scratch beside the
controls, on the same held-out episodes. Every command is printed before it runs
and can be run by hand. A run that is there already is not trained again, and a
group that is in the CSV is left out: a study may be stopped and goes on. Ends
with 1 when a claim does not hold; every row is written all the same.
"""

import argparse
import concurrent.futures
import csv
import dataclasses
import json
import pathlib
import sys

from demo import CONFIGS, ROOT, credo, knowledge
from measured import commit_name

COLUMNS = ["world", "frame_model", "overshoot", "memory", "seed", "frames",
           "seconds", "row", "reader", "map_remembered",
           "map_remembered_low", "map_remembered_high", "map_unseen",
           "position", "heading", "commit"]


@dataclasses.dataclass
class Variant:
    frame_model: str
    overshoot: int
    memory: str
    config: str
    settings: list = dataclasses.field(default_factory=list)

    @property
    def name(self):
        return f"{self.frame_model}_{self.overshoot}_{self.memory}"


def overshoots(frame_model, config, *settings, one=()):
    """A frame model twelve steps ahead, and one, there with settings `one`."""
    return [Variant(frame_model, 12, "addressed", config, list(settings)),
            Variant(frame_model, 1, "addressed", config,
                    ["auxiliary.0.overshoot=1", *one, *settings])]


def oracle(config):
    return Variant("oracle", 0, "addressed", config,
                   ["auxiliary=[]", "oracle=true"])


@dataclasses.dataclass
class Group:
    """Variants that are trained on equal frames and probed together."""
    world: str
    variants: list
    probing: list = dataclasses.field(default_factory=list)


# One step ahead with as many decoded frames as twelve: two of ten starts in
# place of five of four.
TEN_STARTS = ["auxiliary.0.frames=1", "auxiliary.0.starts=10"]

GROUPS = {
    "tiles": Group("grid", [
        *overshoots("deterministic", "grid_simulator"),
        *overshoots("latent", "grid_latent"),
        *overshoots("cpc", "grid_cpc"),
        Variant("mean_frame", 12, "addressed", "grid_simulator",
                ["auxiliary.0.decoder={kind: mean_frame}"]),
        Variant("deterministic", 12, "none", "grid_none"),
        Variant("deterministic", 12, "slots", "grid_slots"),
        Variant("deterministic", 12, "kanerva", "grid_kanerva"),
        Variant("deterministic", 12, "kanerva_dkm", "grid_kanerva_dkm"),
        Variant("deterministic", 12, "delta", "grid_delta"),
        oracle("grid_simulator"),
    ]),
    "pictures": Group("grid_picture", [
        variant for model, config in (("conv_draw", "grid_picture_conv_draw"),
                                      ("deterministic", "grid_picture"),
                                      ("cpc", "grid_picture_cpc"))
        for variant in overshoots(model, config, "learner.frames=2000000",
                                  one=TEN_STARTS)
    ] + [
        Variant("oracle", 0, "addressed", "grid_picture",
                ["auxiliary=[]", "oracle=true", "learner.frames=2000000"]),
    ]),
    # Where the view turns with the character, positions are hard to know; they
    # come long before the map.
    "rotating": Group("grid_rotating", [
        Variant(f"cpc{suffix}", overshoot, "addressed", "grid_rotating",
                ["auxiliary.0.decoder={kind: cpc, target: observation, "
                 "temperature: 1}",
                 f"auxiliary.0.overshoot={overshoot}",
                 "learner.frames=2000000", "probing.frames=1000000",
                 *settings])
        for suffix, settings in (("", []),
                                 ("_no_actions",
                                  ["auxiliary.0.actions=false"]))
        for overshoot in (8, 1)
    ], ["--no-oracle"]),
}

# What frame models and memories are compared with.
MEMORY_OF_FRAME_MODELS = "addressed"
MODEL_OF_MEMORIES = "deterministic"


class Measurement:
    """One group with one seed."""

    def __init__(self, name, seed, arguments):
        self.group = GROUPS[name]
        self.seed = seed
        self.folder = f"{arguments.folder}/{name}_{seed}"
        self.extra = arguments.extra
        self.jobs = arguments.jobs

    def run(self, variant):
        return f"{self.folder}/{variant.name}"

    def train(self, variant):
        folder = ROOT / self.run(variant)
        if (folder / "model.safetensors").exists():
            return
        arguments = [f"{CONFIGS}/{variant.config}.yaml", "--run",
                     self.run(variant), "--set", f"seed={self.seed}"]
        for setting in variant.settings + self.extra:
            arguments += ["--set", setting]
        credo("train", *arguments, *(["--resume"] if folder.exists() else []))

    def measure(self, commit):
        variants = self.group.variants
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            for job in [pool.submit(self.train, v) for v in variants]:
                job.result()
        table = json.loads(credo("probe", *map(self.run, variants),
                                 "--threads", str(self.jobs),
                                 *self.group.probing, "--json"))
        runs = {v.name: (v, ROOT / self.run(v)) for v in variants}
        return [csv_row(row, runs, world=self.group.world, seed=self.seed,
                        commit=commit) for row in table["rows"]]


def csv_row(row, runs, **found):
    """A row of a probe table as the CSV has it.

    `runs` holds the variant and the folder of each run by its name; `found` what
    is known of the table.
    """
    found["row"] = row["control"] or "belief"
    named = [run for name, run in runs.items()
             if row["name"] == name or f"({name})" in row["name"]]
    variant, folder = named[0] if named else next(iter(runs.values()))
    if row["control"] in ("", "oracle"):
        log = (folder / "metrics.jsonl").read_text()
        last = json.loads(log.splitlines()[-1])
        found["frames"] = last["frames"]
        # As if never stopped.
        found["seconds"] = round(last["frames"] / last["frames_per_second"])
        found["frame_model"] = variant.frame_model
        found["overshoot"] = variant.overshoot
    if row["control"] != "constant":
        found["memory"] = variant.memory
    found["reader"] = row["scores"]["map"].get("reader", "")
    found.update({column: round(value, 4)
                  for column, value in knowledge(row).items()
                  if column in COLUMNS})
    return {column: str(found.get(column, "")) for column in COLUMNS}


def is_in(rows, group, seed):
    """Whether all variants of a group are among the rows of the CSV."""
    there = {(r["frame_model"], r["overshoot"], r["memory"]) for r in rows
             if r["world"] == group.world and r["seed"] == str(seed)}
    return all((v.frame_model, str(v.overshoot), v.memory) in there
               for v in group.variants)


def apart(higher, lower):
    return (float(higher["map_remembered_low"]) >
            float(lower["map_remembered_high"]))


def claims(rows):
    """[(claim, whether it holds)] of all rows."""
    found = []
    for world, seed in sorted({(r["world"], r["seed"]) for r in rows}):
        here = [r for r in rows if r["world"] == world and r["seed"] == seed]

        def find(row, **wanted):
            return next((r for r in here if r["row"] == row and
                         all(r[k] == str(v) for k, v in wanted.items())), None)

        def belief(frame_model, overshoot, memory):
            return find("belief", frame_model=frame_model, overshoot=overshoot,
                        memory=memory)

        def claim(text, holds, *rows):
            if None not in rows:
                found.append((f"{world} {seed}: {text}", holds(*rows)))

        memory = MEMORY_OF_FRAME_MODELS
        untrained = find("untrained", memory=memory)
        for model in ("deterministic", "latent", "conv_draw", "cpc"):
            far = belief(model, 12, memory)
            claim(f"{model} at 12 above its overshoot 1", apart, far,
                  belief(model, 1, memory))
            claim(f"{model} at 12 above the untrained core", apart, far,
                  untrained)
        model = MODEL_OF_MEMORIES
        for other in ("addressed", "slots", "kanerva", "kanerva_dkm",
                      "delta"):
            claim(f"{other} above none", apart, belief(model, 12, other),
                  belief(model, 12, "none"))
        for model, overshoot in (("cpc", 1), ("cpc_no_actions", 8),
                                 ("cpc_no_actions", 1)):
            claim(f"cpc at 8 better at position than {model} at {overshoot}",
                  lambda a, b: float(a["position"]) > float(b["position"]),
                  belief("cpc", 8, memory), belief(model, overshoot, memory))
    return found


def read(path):
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def write(rows, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, metavar="FILE.csv")
    parser.add_argument("--folder", default="build/simcore_study",
                        help="where runs are kept")
    parser.add_argument("--only", nargs="*", default=list(GROUPS),
                        choices=list(GROUPS))
    parser.add_argument("--seeds", nargs="*", type=int, default=[1, 2, 3])
    parser.add_argument("--jobs", type=int, default=2,
                        help="runs, and rows probed, at a time")
    parser.add_argument("--set", action="append", default=[], dest="extra",
                        metavar="KEY=VALUE", help="for all runs")
    arguments = parser.parse_args()
    out = pathlib.Path(arguments.out)
    commit = commit_name()
    rows = read(out)
    for seed in arguments.seeds:
        for name in arguments.only:
            if is_in(rows, GROUPS[name], seed):
                continue
            rows += Measurement(name, seed, arguments).measure(commit)
            write(rows, out)
    good = True
    for claim, holds in claims(rows):
        print(f"{claim}: {'holds' if holds else 'FAILS'}")
        good &= holds
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
