"""Learning: the command `credo`, and runs as objects."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

_HERE = pathlib.Path(__file__).resolve().parent


class CredoError(RuntimeError):
    """The command ended with an error; its message is the command's."""

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code  # 2: wrong input


def _program():
    program = os.environ.get("CREDO_COMMAND") or _HERE / "bin" / "credo"
    if not pathlib.Path(program).exists():
        raise CredoError(
            "expected the command `credo` in this package, found none: it was "
            "built without LibTorch, and can load and act but not learn", 1)
    return str(program)


def _environment():
    """The command finds the LibTorch of the installed torch, and worlds in
    Python this interpreter and package."""
    environment = dict(os.environ, CREDO_PYTHON=sys.executable)
    try:
        import importlib.util
        found = importlib.util.find_spec("torch")
        if found is not None and found.submodule_search_locations:
            torch = pathlib.Path(list(found.submodule_search_locations)[0])
            environment["LD_LIBRARY_PATH"] = os.pathsep.join(
                filter(None, [str(torch / "lib"),
                              environment.get("LD_LIBRARY_PATH")]))
    except ImportError:
        pass
    environment["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(_HERE.parent), environment.get("PYTHONPATH")]))
    return environment


def command(*arguments, capture=True):
    """Runs `credo ARGUMENTS`; what it printed."""
    done = subprocess.run(
        [_program(), *map(str, arguments)], env=_environment(), text=True,
        stdout=subprocess.PIPE if capture else None,
        stderr=subprocess.PIPE if capture else None, check=False)
    if done.returncode != 0:
        said = [line for line in (done.stderr or "").splitlines()
                if line.strip() and "--help for more" not in line]
        raise CredoError(said[-1] if said else
                         f"credo {arguments[0]} ended with {done.returncode}",
                         done.returncode)
    return done.stdout


class Run:
    """The folder of a run."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    @property
    def model(self):
        return self.folder / "model.safetensors"

    def load(self):
        """Its agent."""
        from credo import load
        return load(self.model)

    def metrics(self):
        """One dict per logged update."""
        path = self.folder / "metrics.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()]

    def probe(self, *others, episodes=1000, oracle=False):
        """What its beliefs know, beside controls and the runs `others`: rows
        with name, control and scores."""
        arguments = ["probe", self.folder, *(run.folder for run in others),
                     "--episodes", episodes, "--json"]
        if not oracle:
            arguments.append("--no-oracle")
        return json.loads(command(*arguments))

    def evaluate(self, episodes=100, greedy=False):
        """Return on held-out episodes, with a 95 % interval."""
        arguments = ["eval", self.folder, "--episodes", episodes, "--json"]
        return json.loads(command(*arguments, *["--greedy"] * greedy))

    def beliefs(self, file, episodes=100):
        """Writes beliefs and ground truth of held-out episodes as
        safetensors."""
        command("beliefs", self.folder, "--out", file, "--episodes", episodes)
        return pathlib.Path(file)

    def __repr__(self):
        return f"credo.Run({str(self.folder)!r})"


def open_run(folder):
    """A run that is there already."""
    run = Run(folder)
    if not (run.folder / "config.yaml").exists():
        raise FileNotFoundError(f"{folder}: expected a run, found none")
    return run


def train(config, run, settings=(), resume=False, quiet=False):
    """Trains `config` (a YAML file, its text or a dict) into the folder `run`.

    `settings` are "key=value" on top. With `resume` a run that is there goes
    on.
    """
    text = None
    if isinstance(config, dict):
        text = json.dumps(config)  # JSON is YAML
    elif isinstance(config, str) and "\n" in config:
        text = config
    with tempfile.TemporaryDirectory() as folder:
        if text is not None:
            config = pathlib.Path(folder) / "config.yaml"
            config.write_text(text)
        arguments = ["train", config, "--run", run]
        for setting in settings:
            arguments += ["--set", setting]
        if resume:
            arguments.append("--resume")
        command(*arguments, capture=quiet)
    return Run(run)


def main():
    """The command `credo` of this package."""
    try:
        program = _program()
    except CredoError as error:
        sys.exit(f"credo: {error}")
    os.execve(program, [program, *sys.argv[1:]], _environment())
