#!/usr/bin/env python3
"""A game that learns while it runs: what that costs its ticks, and its learner.

    scripts/bench_ingame.py --build build/release [--seconds 600]
                            [--json bench/ingame.json]

Runs build/release/game_loop once; docs/benchmarks.md says how to read what is
printed. Ends with 1 when a bar is missed; the numbers are written all the same.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

from measured import commit_name, machine

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Name, whether it must be at most or at least, and what.
BARS = [("late_frames", "<=", 0),
        ("tick_p99_beside_learner_vs_idle", "<=", 1.5),
        ("learner_rate_vs_solo", ">=", 0.9)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--json", default="bench/ingame.json")
    parser.add_argument("--chart", default="docs/images/ingame.svg")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = pathlib.Path(folder) / "found.json"
        subprocess.run(
            [pathlib.Path(arguments.build) / "game_loop",
             "examples/configs/rooms_in_game.yaml",
             pathlib.Path(folder) / "run", "--seconds",
             str(arguments.seconds), "--idle", "30", "--json", found,
             "--chart", arguments.chart],
            cwd=ROOT, check=True)
        result = json.loads(found.read_text())
    result = {"machine": machine(), "commit": commit_name(), **result}
    out = ROOT / arguments.json
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(result, indent=1) + "\n")
    good = True
    for name, how, bar in BARS:
        value = result[name]
        holds = value <= bar if how == "<=" else value >= bar
        good &= holds
        print(f"{name} {value:.3g}, {how} {bar}: "
              f"{'holds' if holds else 'MISSED'}")
    rises = result["return_last"] > result["return_first"]
    print(f"return {result['return_first']:.2f} -> "
          f"{result['return_last']:.2f}: {'rises' if rises else 'MISSED'}")
    sys.exit(0 if good and rises else 1)


if __name__ == "__main__":
    main()
