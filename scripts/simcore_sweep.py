#!/usr/bin/env python3
"""Puts what a sweep found among the rows of the study, and says what holds.

    credo sweep examples/sweeps/city.yaml --out build/city
    scripts/simcore_sweep.py build/city --world city --out docs/results/simcore.csv

Rows of the same world are replaced. Seeds that are not probed yet are left out.
Ends with 1 when a claim does not hold; every row is written all the same.
"""

import argparse
import json
import pathlib
import re
import sys

from measured import commit_name
from simcore_study import Variant, claims, csv_row, read, write


def variant_of(run):
    """What a run was made of, out of its whole configuration."""
    text = (run / "config.yaml").read_text()

    def found(pattern):
        return re.search(pattern, text, re.MULTILINE | re.DOTALL)

    memory = found(r"^    memory:\n      kind: (\w+)")
    model = found(r"^    decoder:\n      kind: (\w+)")
    overshoot = found(r"^    overshoot: (\d+)")
    return Variant(model[1] if model else "oracle",
                   int(overshoot[1]) if overshoot else 0,
                   memory[1] if memory else "none", "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sweep", metavar="DIR")
    parser.add_argument("--world", required=True)
    parser.add_argument("--out", required=True, metavar="FILE.csv")
    arguments = parser.parse_args()
    folder = pathlib.Path(arguments.sweep)
    plan = json.loads((folder / "sweep.json").read_text())
    commit = commit_name()
    out = pathlib.Path(arguments.out)
    rows = [r for r in read(out) if r["world"] != arguments.world]
    for seed in plan["seeds"]:
        here = folder / f"seed_{seed}"
        if not (here / "probes.json").exists():
            continue
        runs = {name: (variant_of(here / name), here / name)
                for name in plan["variants"]
                if (here / name / "config.yaml").exists()}
        table = json.loads((here / "probes.json").read_text())
        rows += [csv_row(row, runs, world=arguments.world, seed=seed,
                         commit=commit) for row in table["rows"]]
    write(rows, out)
    good = True
    for claim, holds in claims([r for r in rows
                                if r["world"] == arguments.world]):
        print(f"{claim}: {'holds' if holds else 'FAILS'}")
        good &= holds
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
