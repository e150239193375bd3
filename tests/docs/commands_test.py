"""Every command that a page shows does what the page says.

Each page is followed in a folder of its own that looks like the root of the
project: build/release and examples are there, all else is made by the commands.
"""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import pages

BINARIES = pathlib.Path(
    os.environ.get("CREDO_BINARY_DIR", pages.SOURCE / "build/release"))

# Commands that are not run, and why.
SKIPPED = {
    r"make\b": "builds and tests the whole tree, this test included",
    r"scripts/": "is started by make and takes minutes",
    r"build/release/credo (sweep|table) .*build/city": "takes hours",
    r"(cmake|ctest|git|sudo|apt|python3|pip)\b": "sets up a machine",
}

# What is added to commands of pages that are no guides, so that they take
# seconds.
SHORTENED = {
    r"build/release/\w+ train\b":
        "--set learner.frames=8448 --set probing.frames=8448",
    r"build/release/\w+ probe\b": "--episodes 200",
}


def runnable(block, shortened):
    """The commands of a block, without those of SKIPPED."""
    commands = []
    for line in block.text.replace("\\\n", " ").splitlines():
        line = re.sub(r"(^|\s+)#.*$", "", line)
        if not line or any(re.match(skip, line) for skip in SKIPPED):
            continue
        for pattern, more in shortened.items():
            if re.match(pattern, line):
                line += " " + more
        commands.append(line)
    return commands


class Followed(unittest.TestCase):
    """Follows one page; `outputs` holds what each sh block printed."""

    def follow(self, page, shortened):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "build").mkdir()
        (self.root / "build/release").symlink_to(BINARIES)
        (self.root / "examples").symlink_to(pages.SOURCE / "examples")
        self.outputs = []
        last = None
        for block in page.blocks:
            if block.language == "sh":
                last = self.run_block(page, block, shortened)
            elif block.language == "text" and last is not None:
                if not shortened:
                    self.assertTrue(
                        pages.shown_in(block.text, last),
                        f"{page.path}:{block.line}: expected\n{block.text}\n"
                        f"found\n{last}")
                last = None
            else:
                last = None

    def run_block(self, page, block, shortened):
        commands = runnable(block, shortened)
        if not commands:
            return None
        expected = int((re.fullmatch(r"exit (\d+)", block.info) or [0, 0])[1])
        done = subprocess.run(
            ["bash", "-c", "set -euo pipefail\n" + "\n".join(commands)],
            cwd=self.root, capture_output=True, text=True, timeout=300,
            check=False)
        self.assertEqual(
            done.returncode, expected,
            f"{page.path}:{block.line}:\n{block.text}{done.stdout}"
            f"{done.stderr}")
        output = done.stderr if expected else done.stdout
        self.outputs.append(output)
        return output

    def last_metrics(self, run):
        lines = (self.root / run / "metrics.jsonl").read_text().splitlines()
        return json.loads(lines[-1])


class Commands(unittest.TestCase):
    """The rules above are able to fail."""

    def test_leaves_out_what_is_skipped_and_comments(self):
        block = pages.Block("sh", "", "make test\n# a\nls a  # b\nls \\\n b\n",
                            1)
        self.assertEqual(runnable(block, {}), ["ls a", "ls   b"])

    def test_shortens_what_takes_long(self):
        block = pages.Block("sh", "", "build/release/credo train x  # y\n", 1)
        self.assertEqual(
            runnable(block, SHORTENED),
            ["build/release/credo train x " + SHORTENED[
                r"build/release/\w+ train\b"]])


class AddAWorld(Followed):
    def test_ends_in_an_agent_that_remembers_the_sign(self):
        self.follow(pages.read("docs/guides/add_a_world.md"), {})
        returns = [float(re.search(r"return (\S+)", output)[1])
                   for output in self.outputs if "return" in output]
        remembering, forgetful = returns
        self.assertGreater(remembering, 0.8)
        self.assertLess(abs(forgetful), 0.4)
        self.assertLess(self.last_metrics("runs/maze")["loss.probes"], 0.1)
        self.assertGreater(self.last_metrics("runs/floor")["loss.probes"], 0.4)
        self.assertGreater((self.root / "runs/report.html").stat().st_size, 0)


class ManyRanks(Followed):
    def test_two_of_either_kind_end_like_one(self):
        self.follow(pages.read("docs/guides/many_ranks.md"), SHORTENED)
        shards, ranks = (self.last_metrics(f"runs/{name}")
                         for name in ("shards", "ranks"))
        for name in ("loss.auxiliary.0.simcore", "loss.probes"):
            self.assertAlmostEqual(shards[name], ranks[name],
                                   delta=1e-4 * max(1, shards[name]))


class AddAnAuxiliaryLoss(Followed):
    def test_ends_in_a_belief_that_remembers_more(self):
        self.follow(pages.read("docs/guides/add_an_auxiliary_loss.md"), {})
        metrics = self.last_metrics("runs/recall")
        self.assertLess(metrics["loss.auxiliary.0.recall"], 8)
        self.assertGreater(metrics["gradient.auxiliary.0.recall"], 0)
        self.assertGreater(metrics["time.auxiliary.0"], 0)
        table = json.loads((self.root / "runs/recall/probe.json").read_text())
        rows = {row["control"]: row["scores"]["map"]["parts"]
                for row in table["rows"]}
        for control in ("untrained", "encoder_only", "constant"):
            self.assertGreater(rows[""]["remembered"]["low"],
                               rows[control]["remembered"]["high"], control)
        self.assertLess(rows[""]["unseen"]["mean"],
                        rows["constant"]["unseen"]["mean"] + 0.05)


class AddAMemory(Followed):
    def test_ends_in_a_belief_that_was_probed(self):
        self.follow(pages.read("docs/guides/add_a_memory.md"), {})
        metrics = self.last_metrics("runs/echo")
        self.assertGreater(metrics["gradient.auxiliary.0.simcore"], 0)
        table = json.loads((self.root / "runs/echo/probe.json").read_text())
        self.assertEqual({row["control"] for row in table["rows"]},
                         {"", "encoder_only", "untrained", "constant"})


class LearnInYourGame(Followed):
    def test_ends_in_a_run_that_learned(self):
        self.follow(pages.read("docs/guides/learn_in_your_game.md"), {})
        metrics = self.last_metrics("runs/rooms")
        self.assertGreater(metrics["frames"], 10000)
        self.assertIn("episode.return", metrics)
        self.assertRegex(self.outputs[-1], r"generation 2: return")


class Readme(Followed):
    def test_shows_commands_that_run(self):
        self.follow(pages.read("README.md"), SHORTENED)
        self.assertTrue(self.outputs)

    def test_shows_a_configuration_that_runs(self):
        screens = [block for block in pages.read("README.md").blocks
                   if block.language == "yaml"]
        self.assertEqual(len(screens), 1)
        self.follow(pages.parse("README.md", ""), {})
        (self.root / "screen.yaml").write_text(screens[0].text)
        self.run_block(
            pages.parse("README.md", ""),
            pages.Block("sh", "", "build/release/credo train screen.yaml "
                        "--run runs/screen\n", screens[0].line), SHORTENED)
        self.assertIn("loss.probes", self.last_metrics("runs/screen"))


class OtherPages(Followed):
    def test_show_commands_that_run(self):
        for page in pages.all_pages():
            if str(page.path) == "README.md" or "guides" in page.path.parts:
                continue
            with self.subTest(page=str(page.path)):
                self.follow(page, SHORTENED)


if __name__ == "__main__":
    unittest.main()
