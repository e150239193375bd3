#!/usr/bin/env python3
"""The learner beside other systems, in one run: bench/peers.json.

    scripts/bench_peers.py --build build/release [--seconds 10]

A recurrent V-trace learner as PyTorch programs have it (peer_learner.py), eager
and compiled; ViZDoom and MiniWorld beside the world `city`; what two threads and
two processes bring. The peers come from PyPI into build/peers_python (some GB).
docs/performance.md says what the ratios are of.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

from bench import times_of, whole_run
from bench_gymnasium import environment
from measured import commit_name, machine

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Each ratio and the least that is aimed at.
AIMS = {"learner_vs_torchbeast": 2.0, "simulator_vs_torchbeast": 2.0,
        "share_of_sgemm": 0.5, "deterministic_vs_agent": 0.75,
        "conv_draw_vs_agent": 0.5, "kanerva_vs_agent": 0.7,
        "two_shards_vs_one": 1.7, "two_ranks_vs_one": 1.6,
        "city_vs_vizdoom": 10, "city_vs_miniworld": 50}

# Multiplications of one frame's pass through the net of 64 and 64 units:
# forward, towards weights, and towards inputs but those of the first layer.
FIRST = 24 * 24 * 3 * 64
OTHERS = (64 + 3 + 1 + 64) * 4 * 64 + 2 * 64 * 4
SMALL_FLOPS = 2 * (2 * FIRST + 3 * OTHERS)

WORLDS = """
import sys, time

def rate(reset, step, seconds):
    reset()
    frames, begin = 0, time.process_time()
    while time.process_time() - begin < seconds:
        if step():
            reset()
        frames += 1
    return frames / (time.process_time() - begin)

def doom(seconds):
    import os, vizdoom
    game = vizdoom.DoomGame()
    game.load_config(os.path.join(vizdoom.scenarios_path, "my_way_home.cfg"))
    game.set_screen_resolution(vizdoom.ScreenResolution.RES_160X120)
    game.set_screen_format(vizdoom.ScreenFormat.RGB24)
    game.set_window_visible(False)
    game.set_audio_buffer_enabled(False)
    game.init()
    def step():
        game.make_action([0, 0, 1])
        if game.is_episode_finished():
            return True
        game.get_state().screen_buffer
        return False
    # The engine is a process of its own: by the clock.
    time.process_time = time.perf_counter
    return rate(game.new_episode, step, seconds)

def miniworld(seconds):
    import pyglet
    pyglet.options["headless"] = True
    import gymnasium, miniworld
    env = gymnasium.make("MiniWorld-FourRooms-v0", obs_width=80, obs_height=60)
    def step():
        _, _, terminated, truncated, _ = env.step(2)
        return terminated or truncated
    return rate(env.reset, step, seconds)

print({"doom": doom, "miniworld": miniworld}[sys.argv[1]](float(sys.argv[2])))
"""


def updates(build, repetitions):
    """{setting: (frames per second)} of Credo's learner, medians."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "out.json")
        subprocess.run(
            [build / "credo_benchmark", "--benchmark_filter=^Peer/|^World/city",
             "--benchmark_min_time=0.5",
             f"--benchmark_repetitions={repetitions}",
             "--benchmark_enable_random_interleaving=true",
             f"--benchmark_out={out}", "--benchmark_out_format=json"],
            check=True, stdout=subprocess.DEVNULL)
        report = json.loads(out.read_text())
    return {name: counters["frames/s"]
            for name, counters in times_of(report).items()}


def sharing(build, frames):
    """Weak scaling: twice the batch on both cores, beside one of each."""
    def rate(cores, *more):
        return whole_run(build / "credo", "city_conv_draw.yaml",
                         cores * frames, "--set", "probes=[]", "--set",
                         f"learner.batch={16 * cores}", *more)

    rates = {"one": [], "shards": [], "ranks": []}
    for _ in range(3):
        rates["one"].append(rate(1))
        rates["shards"].append(rate(2, "--set", "learner.shards=2"))
        rates["ranks"].append(rate(2, "--ranks", "2"))
    return {name: statistics.median(list_) for name, list_ in rates.items()}


def world_rate(python, name, seconds):
    # ViZDoom writes a file where it runs.
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([python, "-c", WORLDS, name, str(seconds)],
                              capture_output=True, text=True, check=False,
                              cwd=folder)
    if done.returncode != 0:
        print(f"{name} was not run: {done.stderr.strip().splitlines()[-1:]}")
        return None
    return float(done.stdout.split()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--frames", type=int, default=150000)
    parser.add_argument("--json", default="bench/peers.json")
    arguments = parser.parse_args()
    build = (ROOT / arguments.build).resolve()
    python = environment()
    found = {"machine": machine()}
    # Before the peers and after them: a machine is not as quick all the time.
    before = updates(build, 3)
    done = subprocess.run(
        [python, ROOT / "scripts/peer_learner.py", str(arguments.seconds)],
        check=True, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"})
    peer = json.loads(done.stdout.splitlines()[-1])
    rates = sharing(build, arguments.frames)
    worlds = {name: (size, world_rate(python, name.replace("viz", ""),
                                      arguments.seconds))
              for name, size in (("vizdoom", "120x160"),
                                 ("miniworld", "60x80"))}
    after = updates(build, 3)
    ours = {name: statistics.mean([rate, after[name]])
            for name, rate in before.items()}

    def against_torchbeast(subject, size):
        return ours[f"Peer/{subject}_{size}"] / max(
            rate for name, rate in peer.items()
            if name.startswith(f"{subject}_{size}"))

    def against_agent(subject):
        return ours[f"Peer/{subject}"] / ours["Peer/agent"]

    ratios = {
        "learner_vs_torchbeast": against_torchbeast("agent", 64),
        "simulator_vs_torchbeast": against_torchbeast("simulator", 64),
        "learner_vs_torchbeast_128": against_torchbeast("agent", 128),
        "simulator_vs_torchbeast_128": against_torchbeast("simulator", 128),
        "share_of_sgemm": ours["Peer/agent_64"] * SMALL_FLOPS / 1e9 /
                          peer["sgemm_gflops"],
        "deterministic_vs_agent": against_agent("deterministic"),
        "conv_draw_vs_agent": against_agent("conv_draw"),
        "conv_draw_patch_4_vs_agent": against_agent("conv_draw_patch_4"),
        "kanerva_vs_agent": against_agent("kanerva"),
    }
    ratios["two_shards_vs_one"] = rates["shards"] / rates["one"]
    ratios["two_ranks_vs_one"] = rates["ranks"] / rates["one"]
    for name, (size, rate) in worlds.items():
        city = ours.get(f"World/city/city_{size}/scripted")
        if rate is not None and city is not None:
            ratios[f"city_vs_{name}"] = city / rate
            found[f"{name}_frames_per_second"] = rate
    found.update({"commit": commit_name(), **ratios, "credo": ours,
                  "torchbeast": peer, "whole_runs": rates})
    out = ROOT / arguments.json
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(found, indent=1) + "\n")
    for name, aim in AIMS.items():
        value = ratios.get(name)
        print(f"{name:<28}" + ("not run" if value is None else
                               f"{value:8.2f}  aim {aim}: " +
                               ("holds" if value >= aim else "MISSED")))
    for name in ratios.keys() - AIMS.keys():
        print(f"{name:<28}{ratios[name]:8.2f}")


if __name__ == "__main__":
    main()
