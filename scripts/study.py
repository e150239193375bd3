#!/usr/bin/env python3
"""Repeats the demo over seeds and harder rooms, and checks what it claims.

    scripts/study.py --out docs/results/study.csv [compass:2 room6:1 ...]

One row of CSV per run and control. Ends with 1 when a claim does not hold; every
row is written all the same. A study of all variants takes about an hour on two
cores.
"""

import argparse
import csv
import pathlib
import sys

import demo

ALL = ["compass:1", "compass:2", "compass:3", "room6:1", "rotating:1",
       "rotating:2", "rotating:3"]
# How much of the way from the best control to the oracle the simulator goes at
# least, on remembered cells.
SHARE = {"compass": 0.75, "room6": 0.75, "rotating": 0.5}
CONTROLS = ("next_step", "untrained", "encoder_only", "constant")
LEAK = 0.05


def claims(variant, results):
    """[(claim, whether it holds)]"""
    belief = results["belief"]
    simulator = belief["simulator"]
    best = max(belief[name]["map_remembered"] for name in CONTROLS)
    share = ((simulator["map_remembered"] - best) /
             (belief["oracle"]["map_remembered"] - best))
    apart = all(simulator["map_remembered_low"] >
                belief[name]["map_remembered_high"] for name in CONTROLS)
    found = [("intervals apart from every control", apart),
             (f"{share:.2f} of the way to the oracle",
              share >= SHARE[variant])]
    leaks = [belief]
    if "acting" in results:
        acting = results["acting"]
        found.append(("rl_simulator knows more than rl_only",
                      acting["rl_simulator"]["map_remembered_low"] >
                      acting["rl_only"]["map_remembered_high"]))
        leaks.append({**acting, **results["acting_controls"]})
    for rows in leaks:
        best = max(row["map_unseen"] for row in rows.values())
        gain = best - rows["constant"]["map_unseen"]
        found.append((f"unseen cells: best row {gain:+.3f} of the constant",
                      gain <= LEAK))
    return found


def write(rows, out):
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", newline="") as file:
        writer = csv.DictWriter(
            file, lineterminator="\n",
            fieldnames=["variant", "seed", "part", "row", "map_seen",
                        "map_remembered", "map_remembered_low",
                        "map_remembered_high", "map_unseen", "position",
                        "heading", "return", "return_low", "return_high",
                        "commit"])
        writer.writeheader()
        writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, metavar="FILE.csv")
    parser.add_argument("cases", nargs="*", default=ALL,
                        metavar="VARIANT:SEED")
    arguments = parser.parse_args()
    rows = []
    good = True
    for case in arguments.cases:
        variant, seed = case.split(":")
        results = demo.measure(f"build/study/{variant}_{seed}", int(seed),
                               variant, acting=variant == "compass")
        demo.show(results)
        for claim, holds in claims(variant, results):
            print(f"{case}: {claim}: {'holds' if holds else 'FAILS'}",
                  flush=True)
            good &= holds
        for part in ("belief", "acting", "acting_controls"):
            for name, row in results.get(part, {}).items():
                rows.append({"variant": variant, "seed": seed, "part": part,
                             "row": name,
                             **{key: round(value, 4)
                                for key, value in row.items()},
                             "commit": results["commit"]})
        # After each case, so that a study that is stopped leaves what it has.
        write(rows, pathlib.Path(arguments.out))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
