#!/usr/bin/env python3
"""Times the worlds, acting and the updates, and prints where the time goes.

    scripts/bench.py --build build/release [--json FILE]

Runs the benchmark program (each benchmark several times, in random order; what
is printed are medians of CPU time), then short whole runs of the command with
and without a thread for the actors. docs/benchmarks.md says how to read it.
"""

import argparse
import collections
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import sys
import tempfile

from measured import commit_name, machine

ROOT = pathlib.Path(__file__).resolve().parent.parent

# The losses, and the frames per second of one core that are aimed at.
AIMS = {"simulator": 29000, "next_step": 33000, "oracle": 50000,
        "rl_only": 18000, "rl_simulator": 18000}
# Those whose actions come from the policy.
ACTING = ("rl_only", "rl_simulator")
PARTS = ("encoder", "core", "memory", "simulator", "frame_model", "heads",
         "probes", "optimiser")
# What whole runs with two threads bring over one.
AIM_RATIO = 1.7


def run(command):
    print("$ " + shlex.join(str(word) for word in command), flush=True)
    done = subprocess.run(command, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        # The last line says why; before it, a program may tell of the machine.
        why = done.stderr.strip().splitlines()[-1:]
        raise SystemExit(f"bench: {command[0]} ended with "
                         f"{done.returncode}: {''.join(why)}")


def times_of(report):
    """{benchmark: {counter: median}} of Google Benchmark's JSON."""
    values = collections.defaultdict(lambda: collections.defaultdict(list))
    for entry in report["benchmarks"]:
        if entry["run_type"] != "iteration":
            continue
        for key, value in entry.items():
            if isinstance(value, (int, float)):
                values[entry["run_name"]][key].append(value)
    return {name: {key: statistics.median(list_)
                   for key, list_ in counters.items()}
            for name, counters in values.items()}


def stages_of(times, setting):
    """{stage: microseconds per frame} that add up to a run on one core."""
    def part(name):
        return times.get(f"Part/{setting}/{name}", {}).get("us/frame", 0.0)

    stages = {"world": part("world"), "acting": 0.0}
    if setting in ACTING:
        acting = times[f"Acting/{setting}"]["us/frame"]
        stages["acting"] = acting - stages["world"]
    for name in PARTS:
        stages[name] = part(name)
    update = times[f"Update/{setting}"]["us/frame"]
    # Between the parts: gathering, joining beliefs, adding gradients.
    stages["the rest"] = update - sum(stages[name] for name in PARTS)
    return stages


def print_rows(title, times, prefix):
    print(f"\n{title:<44}{'us/frame':>12}{'frames/s':>14}")
    for name, counters in sorted(times.items()):
        if name.startswith(prefix):
            print(f"  {name[len(prefix):]:<42}{counters['us/frame']:>12.3f}"
                  f"{counters['frames/s']:>14,.0f}")


def print_stages(times):
    stages = {setting: stages_of(times, setting) for setting in AIMS}
    totals = {setting: sum(stages[setting].values()) for setting in AIMS}
    print("\nus per frame and share of a run on one core")
    print(f"{'':<12}" + "".join(f"{setting:>16}" for setting in AIMS))
    for stage in stages["simulator"]:
        cells = []
        for setting in AIMS:
            spent = stages[setting][stage]
            cells.append(f"{spent:8.2f}{spent / totals[setting]:6.0%}"
                         if spent else "-")
        print(f"{stage:<12}" + "".join(f"{cell:>16}" for cell in cells))
    print(f"{'sum':<12}" +
          "".join(f"{totals[setting]:>10.2f}{'':6}" for setting in AIMS))
    rates = {setting: 1e6 / totals[setting] for setting in AIMS}
    print(f"{'frames/s':<12}" +
          "".join(f"{rates[setting]:>16,.0f}" for setting in AIMS))
    print(f"{'aim':<12}" + "".join(f"{aim:>16,}" for aim in AIMS.values()))
    print(f"{'of the aim':<12}" + "".join(
        f"{rates[setting] / aim:>16.2f}" for setting, aim in AIMS.items()))
    return {setting: {"us_per_frame": stages[setting],
                      "frames_per_second": rates[setting]}
            for setting in AIMS}


def ratios_of(times, commit):
    """What bench/learner.json holds: ratios of one run."""
    def cost(name):
        return times[f"Simcore/{name}"]["us/frame"]

    ratios = {"overshoot_32_vs_1":
              cost("overshoot_32") / cost("overshoot_1")}
    for name in sorted(times):
        setting = name.removeprefix("Simcore/")
        if setting == name:
            continue
        if setting.startswith("memory_") and setting != "memory_addressed":
            ratios[f"{setting.removeprefix('memory_')}_vs_addressed"] = (
                cost(setting) / cost("memory_addressed"))
        if setting.endswith("_vs_agent"):
            agent = ("agent_pictures" if setting.startswith("conv_draw")
                     else "agent_tiles")
            # Frames per second: 1 is a loss that costs nothing.
            ratios[setting] = cost(agent) / cost(setting)
    return {**{name: round(ratio, 4) for name, ratio in ratios.items()},
            "machine": machine(), "commit": commit}


def print_ratios(times, path):
    ratios = ratios_of(times, commit_name())
    print("\nlosses and memories, ratios of one run")
    for name, ratio in ratios.items():
        if isinstance(ratio, float):
            print(f"  {name:<32}{ratio:>8.2f}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(ratios, indent=1) + "\n")


def whole_run(credo, config, frames, *more):
    """Frames per second of a run, as its log has them."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.relpath(ROOT / "examples/configs" / config)
        run([credo, "train", path, "--run", f"{folder}/run",
             "--set", f"learner.frames={frames}",
             "--set", "learner.checkpoint_every=1000000", *more])
        lines = pathlib.Path(folder, "run/metrics.jsonl").read_text()
    return json.loads(lines.splitlines()[-1])["frames_per_second"]


def print_whole_runs(credo, frames, repetitions):
    # Of this script itself: 1. Whoever else computes takes the second core.
    load = os.getloadavg()[0]
    results = {"load_before": load}
    for setting in ("simulator", "rl_only", "rl_simulator"):
        rates = {0: [], 1: []}
        for _ in range(repetitions):  # side by side in time: machines drift
            for threads, list_ in rates.items():
                list_.append(
                    whole_run(credo, f"grid_{setting}.yaml", frames, "--set",
                              f"learner.actor_threads={threads}"))
        results[setting] = {threads: statistics.median(list_)
                            for threads, list_ in rates.items()}
    print(f"\nwhole runs, frames/s{'':<14}{'one thread':>12}"
          f"{'actors apart':>14}{'ratio':>8}  (aim {AIM_RATIO})")
    for setting, rates in results.items():
        if setting == "load_before":
            continue
        print(f"  {setting:<32}{rates[0]:>12,.0f}{rates[1]:>14,.0f}"
              f"{rates[1] / rates[0]:>8.2f}")
    if load > 1.5:
        print(f"  the machine was not idle (load {load:.1f}): the ratio says "
              "little")
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/release", type=pathlib.Path,
                        help="folder of the programs")
    parser.add_argument("--program", help="the benchmark program")
    parser.add_argument("--json", metavar="FILE",
                        help="keep all numbers in this file")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--frames", type=int, default=150000,
                        help="of each whole run; 0: none")
    parser.add_argument("--check", action="store_true",
                        help="run everything once, whatever the times")
    arguments = parser.parse_args()
    program = arguments.program or arguments.build / "credo_benchmark"
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "benchmark.json")
        # Random order: a slow minute of the machine then falls on all alike.
        pace = (["--benchmark_min_time=0"] if arguments.check else
                ["--benchmark_min_time=0.2",
                 f"--benchmark_repetitions={arguments.repetitions}",
                 "--benchmark_enable_random_interleaving=true"])
        run([program, *pace, f"--benchmark_out={out}",
             "--benchmark_out_format=json"])
        report = json.loads(out.read_text())
    times = times_of(report)
    results = {"context": {key: report["context"][key]
                           for key in ("num_cpus", "mhz_per_cpu")}}
    print_rows("worlds, 16 characters", times, "World/")
    print_rows("acting, worlds included", times, "Acting/")
    print_rows("updates", times, "Update/")
    results["losses"] = print_stages(times)
    if not arguments.check:
        print_ratios(times, ROOT / "bench/learner.json")
    if not arguments.check and arguments.frames > 0:
        results["whole_runs"] = print_whole_runs(
            arguments.build / "credo", arguments.frames, 3)
    if arguments.json:
        results["benchmarks"] = times
        pathlib.Path(arguments.json).write_text(
            json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
