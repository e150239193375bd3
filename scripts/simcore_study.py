#!/usr/bin/env python3
"""Compares frame models and memories on the room of the examples.

    scripts/simcore_study.py --out docs/results/simcore.csv [--only tiles]
                             [--seeds 1 2 3] [--list]

Per seed and group of variants: trains each variant on equal frames, two at a
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
import subprocess
import sys
import time

from demo import CONFIGS, ROOT, credo, knowledge

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


def overshoots(frame_model, config, *settings):
    """A frame model twelve steps ahead, and one."""
    return [Variant(frame_model, 12, "addressed", config, list(settings)),
            Variant(frame_model, 1, "addressed", config,
                    ["auxiliary.0.overshoot=1", *settings])]


def oracle(config):
    return Variant("oracle", 0, "addressed", config,
                   ["auxiliary=[]", "oracle=true"])


# Groups that are probed together: one world, equal frames.
GROUPS = {
    "tiles": ("grid", [
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
    "cpc": ("grid", [
        Variant("cpc_no_actions", 12, "addressed", "grid_cpc",
                ["auxiliary.0.actions=false"]),
        Variant("cpc_no_actions", 1, "addressed", "grid_cpc",
                ["auxiliary.0.overshoot=1", "auxiliary.0.actions=false"]),
    ]),
    "pictures": ("grid_picture", [
        *overshoots("conv_draw", "grid_picture_conv_draw",
                    "auxiliary.0.frames=1"),
        *overshoots("deterministic", "grid_picture", "auxiliary.0.frames=1"),
        *overshoots("cpc", "grid_picture_cpc", "auxiliary.0.frames=1"),
        oracle("grid_picture"),
    ]),
}


class Group:
    def __init__(self, name, seed, folder, extra):
        self.name = name
        self.seed = seed
        self.folder = folder
        self.extra = extra
        self.world, self.variants = GROUPS[name]

    def run(self, variant):
        return f"{self.folder}/{self.name}_{self.seed}/{variant.name}"

    def seconds_file(self, variant):
        return ROOT / self.run(variant) / "seconds.json"

    def train(self, variant):
        if self.seconds_file(variant).exists():
            return
        arguments = [f"{CONFIGS}/{variant.config}.yaml", "--run",
                     self.run(variant), "--set", f"seed={self.seed}"]
        for setting in variant.settings + self.extra:
            arguments += ["--set", setting]
        if (ROOT / self.run(variant)).exists():
            arguments += ["--resume"]
        begin = time.monotonic()
        credo("train", *arguments)
        self.seconds_file(variant).write_text(
            json.dumps(time.monotonic() - begin))

    def measure(self, commit):
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            for job in [pool.submit(self.train, v) for v in self.variants]:
                job.result()
        table = json.loads(credo("probe", *map(self.run, self.variants),
                                 "--threads", "2", "--json"))
        return [self.row(row, commit) for row in table["rows"]]

    def row(self, row, commit):
        """A row of the probe table as the CSV has it."""
        found = {"world": self.world, "seed": self.seed,
                 "row": row["control"] or "belief", "commit": commit}
        named = [v for v in self.variants
                 if row["name"] == v.name or f"({v.name})" in row["name"]]
        variant = named[0] if named else self.variants[0]
        if row["control"] in ("", "oracle"):
            metrics = (ROOT / self.run(variant) / "metrics.jsonl").read_text()
            found["frames"] = json.loads(metrics.splitlines()[-1])["frames"]
            found["seconds"] = round(
                json.loads(self.seconds_file(variant).read_text()))
            found["frame_model"] = variant.frame_model
            found["overshoot"] = variant.overshoot
        if row["control"] != "constant":
            found["memory"] = variant.memory
        found["reader"] = row["scores"]["map"].get("reader", "")
        found.update({column: round(value, 4)
                      for column, value in knowledge(row).items()
                      if column in COLUMNS})
        return found


def apart(higher, lower):
    return (float(higher["map_remembered_low"]) >
            float(lower["map_remembered_high"]))


def claims(rows):
    """[(claim, whether it holds)] of all rows."""
    found = []
    keys = sorted({(r["world"], str(r["seed"])) for r in rows})
    for world, seed in keys:
        here = [r for r in rows
                if r["world"] == world and str(r["seed"]) == seed]

        def find(row="belief", **wanted):
            for r in here:
                if r["row"] == row and all(str(r.get(k)) == str(v)
                                           for k, v in wanted.items()):
                    return r
            return None

        def claim(text, higher, lower):
            if higher is not None and lower is not None:
                found.append((f"{world} {seed}: {text}", apart(higher, lower)))

        for model in ("deterministic", "latent", "conv_draw"):
            far = find(frame_model=model, overshoot=12, memory="addressed")
            claim(f"{model} at 12 above its overshoot 1", far,
                  find(frame_model=model, overshoot=1, memory="addressed"))
            claim(f"{model} at 12 above the untrained core", far,
                  find("untrained", memory="addressed"))
        none = find(frame_model="deterministic", overshoot=12, memory="none")
        for memory in ("addressed", "slots", "kanerva", "kanerva_dkm",
                       "delta"):
            claim(f"{memory} above none",
                  find(frame_model="deterministic", overshoot=12,
                       memory=memory), none)
        cpc = find(frame_model="cpc", overshoot=12)
        for other, name in ((find(frame_model="cpc", overshoot=1),
                             "one step"),
                            (find(frame_model="cpc_no_actions", overshoot=12),
                             "no actions"),
                            (find(frame_model="cpc_no_actions", overshoot=1),
                             "one step without actions")):
            if cpc and other:
                found.append((f"{world} {seed}: cpc better at position than "
                              f"with {name}",
                              float(cpc["position"]) >
                              float(other["position"])))
    return found


def write(rows, out):
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="",
                                lineterminator="\n")
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
    parser.add_argument("--set", action="append", default=[], dest="extra",
                        metavar="KEY=VALUE", help="for all runs")
    arguments = parser.parse_args()
    out = pathlib.Path(arguments.out)
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT,
        capture_output=True, text=True, check=False).stdout.strip()
    done_file = ROOT / arguments.folder / "groups.json"
    done = json.loads(done_file.read_text()) if done_file.exists() else {}
    for seed in arguments.seeds:
        for name in arguments.only:
            key = f"{name}_{seed}"
            if key not in done:
                group = Group(name, seed, arguments.folder, arguments.extra)
                done[key] = group.measure(commit)
                done_file.parent.mkdir(parents=True, exist_ok=True)
                done_file.write_text(json.dumps(done))
            write([row for rows in done.values() for row in rows], out)
    good = True
    for claim, holds in claims([r for rows in done.values() for r in rows]):
        print(f"{claim}: {'holds' if holds else 'FAILS'}")
        good &= holds
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
