"""See device_check.sh."""

import array
import hashlib
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

from measured import commit_name, machine

ROOT = pathlib.Path(__file__).resolve().parent.parent

# A first-person city, 64 characters and unrolls of 32.
CITY = ["world={kind: city, room: 5, episode: 96, height: 12, width: 16}",
        "agent.encoder={kind: mlp, sizes: [512, 256], standardise: 16}",
        "agent.core.size=256", "agent.core.memory.slots=64",
        "auxiliary.0.size=256", "auxiliary.0.overshoot=16",
        "auxiliary.0.decoder.steps=3", "auxiliary.0.decoder.channels=32",
        "learner.batch=64", "learner.learning_rate=1.0e-3", "probes=[]",
        "learner.frames=100000000", "learner.evaluate_every=0"]
CORES = max(1, (os.cpu_count() or 2) - 1)
SCRIPTED = CITY + ["learner.log_every=40",
                   f"learner.actor_threads={min(4, CORES)}"]
POLICY = CITY + ["actions=policy", "world.task=goal", "learner.batch=256",
                 "learner.actor_group=16", "learner.log_every=40",
                 f"learner.actor_threads={CORES}"]
FIRST = CITY + ["learner.log_every=1", "learner.frames=6144"]
ONE = CITY + ["learner.log_every=1", "learner.frames=2048"]
# The first 16 of 40 updates standardise, the next one and the first that is
# logged are recorded; 22 are graphs, of which two are logged.
ENDS = 81920
REPEATED = CITY + ["learner.log_every=10", f"learner.frames={ENDS}"]
EAGER = ["learner.graphs=false"]
DOUBLES = ["learner.precision=f64"]


def named(what):
    """What `what` finds out; empty where it needs a program that is missing."""
    try:
        return what()
    except FileNotFoundError:
        return ""


def gpu_name():
    return subprocess.run(
        ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"],
        capture_output=True, text=True, check=False).stdout.strip()


def gradient(folder):
    """Adam's mean of gradients after one update: the flat gradient, scaled."""
    path = pathlib.Path(folder, "run/checkpoint.safetensors")
    if not path.exists():
        return []
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    mean = json.loads(data[8:8 + size])["learner.adam.mean"]
    begin, end = mean["data_offsets"]
    return array.array({"F32": "f", "F64": "d"}[mean["dtype"]],
                       data[8 + size + begin:8 + size + end])


def bits(folder):
    """What stands for all that a run learned that came to its end."""
    lines = pathlib.Path(folder, "run/metrics.jsonl").read_text().splitlines()
    if not lines or json.loads(lines[-1])["frames"] < ENDS:
        return None
    path = pathlib.Path(folder, "run/checkpoint.safetensors")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def gradient_error(expected, found):
    """Relative difference of two flat gradients."""
    if not expected or len(expected) != len(found) or not any(expected):
        return None
    return math.sqrt(sum((a - b) ** 2 for a, b in zip(expected, found)) /
                     sum(a ** 2 for a in expected))


FAILURES = []


def other_bits(first, second):
    """0 where both ended in the same ones, else 1."""
    return float(first != second) if first and second else None


def run(credo, device, settings, seconds, read=None):
    """The lines of metrics of a run that is stopped after so long, or what
    `read` makes of its folder; empty where it fails, which FAILURES tell."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["timeout", "-k", "5", "-s", "TERM", str(seconds), credo,
                   "train",
                   ROOT / "examples/configs/city_conv_draw.yaml", "--run",
                   f"{folder}/run", "--set", f"learner.device={device}"]
        for setting in settings:
            command += ["--set", setting]
        done = subprocess.run(command, capture_output=True, text=True,
                              check=False)
        metrics = pathlib.Path(folder, "run/metrics.jsonl")
        told = [done.stderr.strip()]
        if done.returncode in (0, 124):
            told = [line for line in done.stderr.splitlines()
                    if "operator by operator" in line]
        FAILURES.extend(line for line in told if line not in FAILURES)
        if done.returncode not in (0, 124):
            return []
        found = metrics.exists() and (
            read(folder) if read is not None else
            [json.loads(line) for line in metrics.read_text().splitlines()])
        if not found:
            FAILURES.append(f"cut off after {seconds} s: {' '.join(settings)}")
        return found or []


def rate(lines):
    """Frames per second of the second half of a run."""
    if len(lines) < 3:
        return None
    half, last = lines[len(lines) // 2], lines[-1]
    return ((last["frames"] - half["frames"]) /
            (last["time.seconds"] - half["time.seconds"]))


def error(expected, found):
    """The largest relative difference of losses and of gradients' norms."""
    if not expected or not found:
        return None
    pairs = [(b.get(name), value) for a, b in zip(expected, found)
             for name, value in a.items()
             if name.startswith(("loss.", "gradient."))]
    if any(None in pair for pair in pairs):
        FAILURES.append("a loss or a norm is not finite")
        return None
    return max(abs(b - a) / max(abs(a), 1e-6) for b, a in pairs)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: scripts/device_check.sh CREDO [device.json]")
    credo = sys.argv[1]
    path = pathlib.Path(sys.argv[2]) if len(sys.argv) == 3 else None
    found = {"machine": {**machine(), "gpu": named(gpu_name)},
             "commit": named(commit_name), "failures": FAILURES}
    for name, measure in {
        "device_gradient_error": lambda: gradient_error(
            run(credo, "cpu", ONE + DOUBLES, 15, gradient),
            run(credo, "cuda", ONE, 25, gradient)),
        "device_loss_error": lambda: error(run(credo, "cpu", FIRST, 15),
                                           run(credo, "cuda", FIRST, 20)),
        "graph_loss_error": lambda: error(
            run(credo, "cuda", REPEATED + EAGER, 20),
            run(credo, "cuda", REPEATED, 15)),
        "equal_runs_in_other_bits": lambda: other_bits(
            run(credo, "cuda", REPEATED, 15, bits),
            run(credo, "cuda", REPEATED, 15, bits)),
        "frames_per_second": lambda: rate(run(credo, "cuda", SCRIPTED, 20)),
        "eager_frames_per_second": lambda: rate(
            run(credo, "cuda", SCRIPTED + EAGER + ["learner.log_every=10"],
                20)),
        "graph_vs_eager": lambda: (
            found["frames_per_second"] / found["eager_frames_per_second"]
            if found["frames_per_second"] and found["eager_frames_per_second"]
            else None),
        "policy_frames_per_second": lambda: rate(
            run(credo, "cuda", POLICY, 25)),
    }.items():
        found[name] = value = measure()
        print(f"{name:<28}" +
              ("not found out" if value is None else f"{value:12.6g}"),
              flush=True)
        if path is not None:
            path.write_text(json.dumps(found, indent=1) + "\n")
    for failure in FAILURES:
        print(f"device_check: {failure}", file=sys.stderr)
    sys.exit(1 if FAILURES else 0)


if __name__ == "__main__":
    main()
