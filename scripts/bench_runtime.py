#!/usr/bin/env python3
"""Times the runtime's tick beside ONNX Runtime and LibTorch; prints ratios.

    scripts/bench_runtime.py --build build/release [--json bench/runtime.json]

The peers come from PyPI into build/peers/. One program then runs all three with
the same weights on one thread, in turns. docs/benchmarks.md says how to read
what is printed.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv

from measured import commit_name, machine

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ROOT / "build/peers"
PACKAGES = ("onnxruntime==1.32.0", "onnx==1.23.2", "numpy==2.4.6")
STARTS = 21

# Each ratio, what it divides by the quickest of what, and the most that is
# aimed at.
ORT = ("onnxruntime",)
RATIOS = {
    "hot_p50_vs_onnxruntime": ("hot_p50_us", "credo", ORT, 0.7),
    "hot_p99_vs_onnxruntime": ("hot_p99_us", "credo", ORT, 0.7),
    "hot_p50_vs_libtorch": ("hot_p50_us", "credo", ("libtorch",), 0.7),
    "paced_p50_vs_onnxruntime": ("paced_p50_us", "credo", ORT, 0.7),
    # The peer's own 8 bits may be slower than its floats.
    "paced_int8_p50_vs_onnxruntime":
        ("paced_p50_us", "credo_int8", ORT + ("onnxruntime_int8",), 0.5),
    # Of the peer's tick as all above; then of our own for one character, from
    # hot caches and from memory as in a game.
    "per_character_16": ("hot_p50_us", "credo_16", ORT, 0.4),
    "per_character_16_vs_one_alone":
        ("hot_p50_us", "credo_16", ("credo",), 0.4),
    "paced_per_character_16_vs_one_alone":
        ("paced_p50_us", "credo_16", ("credo",), 0.4),
}


def run(command):
    done = subprocess.run([str(word) for word in command], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise SystemExit(f"bench_runtime: {command[0]} ended with "
                         f"{done.returncode}: {done.stderr.strip()}")
    return done.stdout


def install_peers():
    """The Python that has the peers, and ONNX Runtime's library."""
    python = PEERS / "bin/python"
    done = PEERS / "installed"
    if not done.exists() or done.read_text() != " ".join(PACKAGES):
        shutil.rmtree(PEERS, ignore_errors=True)
        venv.create(PEERS, with_pip=True)
        run([python, "-m", "pip", "install", "--quiet",
             "--only-binary=:all:", *PACKAGES])
        done.write_text(" ".join(PACKAGES))
    (library,) = PEERS.glob(
        "lib/python*/site-packages/onnxruntime/capi/libonnxruntime.so.*")
    return python, library


def start_ms(program, model):
    """From before the process exists to its first action, in milliseconds."""
    times = []
    for _ in range(STARTS):
        begin = time.monotonic_ns()
        end = int(run([program, "first", model]))
        times.append((end - begin) / 1e6)
    return statistics.median(times)


def measure(build, model):
    python, library = install_peers()
    int8 = model.with_suffix(".int8.safetensors")
    onnx = model.with_suffix(".onnx")
    onnx_int8 = model.with_suffix(".int8.onnx")
    run([build / "credo_tick", "write_int8", int8])
    run([python, ROOT / "scripts/tick_onnx.py", model, onnx, onnx_int8])
    results = {"machine": machine()}
    raw = json.loads(run([build / "credo_runtime_benchmark", model, int8, onnx,
                          onnx_int8, library]))
    for name, (time_, above, below, _) in RATIOS.items():
        characters = 16 if above == "credo_16" else 1
        quickest = min(raw[peer][time_] for peer in below)
        results[name] = round(raw[above][time_] / quickest / characters, 3)
    results["process_start_to_first_action_ms"] = round(
        start_ms(build / "credo_tick", model), 2)
    results["raw"] = raw
    results["commit"] = commit_name()
    return results


def print_table(results):
    raw = results["raw"]
    columns = ("hot_p50_us", "hot_p99_us", "paced_p50_us")
    print(f"{'microseconds a tick':<28}" +
          "".join(f"{column[:-3]:>12}" for column in columns))
    for name, times in raw.items():
        print(f"  {name:<26}" +
              "".join(f"{times[column]:>12.1f}" for column in columns))
    print(f"\n{'ratio':<38}{'measured':>12}{'aim':>12}")
    for name, (_, _, _, aim) in RATIOS.items():
        print(f"  {name:<36}{results[name]:>12.3f}{aim:>12}")
    print("\nfrom process start to the first action: "
          f"{results['process_start_to_first_action_ms']} ms")
    print("load of the machine, this program itself 1: "
          f"{results['machine']['load']:.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/release", type=pathlib.Path,
                        help="folder of the programs")
    parser.add_argument("--json", metavar="FILE", type=pathlib.Path,
                        help="keep all numbers in this file")
    parser.add_argument("--check", action="store_true",
                        help="some ticks of Credo alone, whatever the times")
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    with tempfile.TemporaryDirectory() as folder:
        model = pathlib.Path(folder, "tick.safetensors")
        run([build / "credo_tick", "write", model])
        if arguments.check:
            run([build / "credo_tick", "check", model])
            run([build / "credo_tick", "write_int8", model])
            run([build / "credo_tick", "check", model])
            run([build / "credo_tick", "first", model])
            return 0
        results = measure(build, model)
    print_table(results)
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
