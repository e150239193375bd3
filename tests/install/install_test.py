"""An install tree is enough to build a host, with CMake and with pkg-config, and
a trainer with a world and a loss of its own."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from commands import run

BINARIES = pathlib.Path(os.environ["CREDO_BINARY_DIR"])
HERE = pathlib.Path(__file__).resolve().parent
HOST = HERE / "host"
EXAMPLES = HERE.parents[1] / "examples"
TRAINER_YAML = """
world: {kind: t_maze}
agent: {encoder: {kind: mlp, sizes: [8]}, core: {kind: lstm, size: 8}}
auxiliary: [{kind: recall, back: 2}]
learner: {frames: 640, unroll: 8, batch: 4}
"""

GAME = """
cmake_minimum_required(VERSION 3.24)
project(game LANGUAGES CXX)
find_package(credo 1.0 REQUIRED COMPONENTS in_game)
set(CMAKE_CXX_STANDARD 20)
include_directories(.)
foreach(name plays learns)
  add_executable(${name} examples/game_loop/${name}.cc
    examples/sixty_hz/room.cc)
endforeach()
target_link_libraries(plays PRIVATE credo::runtime)
target_link_libraries(learns PRIVATE credo::in_game)
"""


class Prefix(unittest.TestCase):
    """A folder of the test's own, with one component installed below it."""
    component = "runtime"

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.prefix = self.root / "prefix"
        run("cmake", "--install", BINARIES, "--component", self.component,
            "--prefix", self.prefix)

    def configure_error(self, source, *definitions):
        """What CMake says when it refuses to configure `source`."""
        done = subprocess.run(
            ["cmake", "-S", source, "-B", self.root / "build",
             f"-DCMAKE_PREFIX_PATH={self.prefix}", *definitions],
            text=True, capture_output=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        return done.stderr


class Installed(Prefix):
    def expect_hosts(self, folder, **more):
        self.assertRegex(run(folder / "c_host", **more),
                         r"^1\d{3}: memory: header: expected")
        self.assertRegex(run(folder / "cpp_host", **more),
                         r"^1\d{3}: nowhere\.safetensors: cannot open")

    def test_holds_library_headers_and_packages(self):
        found = {str(path.relative_to(self.prefix))
                 for path in self.prefix.rglob("*") if path.is_file()}
        for name in ("include/credo/credo.h", "include/credo/credo.hpp"):
            self.assertIn(name, found)
        # No header of the library's own inside is let out.
        headers = {name for name in found if name.startswith("include/")}
        self.assertEqual(len(headers), 2)
        for name in found:
            if not name.endswith((".cmake", ".pc")):
                continue
            text = (self.prefix / name).read_text()
            self.assertNotIn(str(BINARIES), text)
            self.assertNotIn(str(HOST.parents[2]), text)


class CMake(Installed):
    def test_finds_the_package(self):
        build = self.root / "build"
        run("cmake", "-S", HOST, "-B", build,
            f"-DCMAKE_PREFIX_PATH={self.prefix}")
        run("cmake", "--build", build)
        self.expect_hosts(build)
        self.assertEqual(run(build / "c_host_static"), run(build / "c_host"))

    def test_is_told_of_a_component_that_is_not_there(self):
        text = (HOST / "CMakeLists.txt").read_text()
        (self.root / "CMakeLists.txt").write_text(
            text.replace("COMPONENTS runtime", "COMPONENTS paint"))
        self.assertIn("no component 'paint'", self.configure_error(self.root))


class Trainer(Prefix):
    component = "learn"

    def test_trains_with_parts_of_its_own(self):
        root = self.root
        for path in self.prefix.rglob("*.cmake"):
            self.assertNotIn(str(HERE.parents[1]), path.read_text())
        self.assertIn("grid", run(self.prefix / "bin/credo", "parts"))
        source = root / "trainer"
        shutil.copytree(HERE / "trainer", source)
        for part in ("own_world/t_maze.cc", "own_loss/recall.cc"):
            shutil.copy(EXAMPLES / part, source)
        run("cmake", "-S", source, "-B", root / "build",
            f"-DCMAKE_PREFIX_PATH={self.prefix}",
            "-DCMAKE_BUILD_TYPE=Release")
        run("cmake", "--build", root / "build")
        (root / "own.yaml").write_text(TRAINER_YAML)
        trainer = root / "build/trainer"
        run(trainer, "train", root / "own.yaml", "--run", root / "run")
        self.assertIn('"return"', run(trainer, "eval", root / "run", "--json",
                                      "--episodes", "3"))
        parts = run(trainer, "parts")
        self.assertIn("t_maze", parts)
        self.assertIn("recall", parts)

    def test_refuses_another_libtorch(self):
        torch = self.root / "torch"
        torch.mkdir()
        (torch / "TorchConfig.cmake").write_text("set(TORCH_LIBRARIES m)\n")
        (torch / "TorchConfigVersion.cmake").write_text(
            "set(PACKAGE_VERSION 1.2.3)\n")
        error = self.configure_error(HERE / "trainer", f"-DTorch_DIR={torch}")
        self.assertRegex(" ".join(error.split()),
                         r"expected LibTorch [0-9.]+, which it was built with, "
                         r"found 1\.2\.3")


SUBDIRECTORY = """
cmake_minimum_required(VERSION 3.24)
project(game VERSION 7.8 LANGUAGES C CXX)
add_subdirectory({root} credo)
add_executable(host {host})
target_link_libraries(host PRIVATE credo::runtime)
get_property(options DIRECTORY PROPERTY COMPILE_OPTIONS)
if(options OR CMAKE_RUNTIME_OUTPUT_DIRECTORY OR CMAKE_CXX_STANDARD
   OR NOT PROJECT_VERSION STREQUAL "7.8" OR TARGET credo)
  message(FATAL_ERROR "something of Credo's has leaked: ${{options}}")
endif()
"""


class Subdirectory(unittest.TestCase):
    """Credo's tree within a game's: add_subdirectory in place of a package."""

    def test_is_the_runtime_and_nothing_of_the_games(self):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            (root / "CMakeLists.txt").write_text(SUBDIRECTORY.format(
                root=HERE.parents[1], host=EXAMPLES / "embed_c/host.c"))
            run("cmake", "-S", root, "-B", root / "build", "-G", "Ninja",
                "-DCMAKE_BUILD_TYPE=Release")
            run("cmake", "--build", root / "build", "--target", "host")
            done = subprocess.run([root / "build/host", "nowhere"], text=True,
                                  capture_output=True, check=False)
            self.assertIn("nowhere", done.stdout + done.stderr)


class Version(unittest.TestCase):
    def test_stands_once(self):
        header = (HERE.parents[1] /
                  "bindings/c/include/credo/credo.h").read_text()
        numbers = re.findall(r"define CREDO_VERSION_(?:MAJOR|MINOR) (\d+)",
                             header)
        cache = (BINARIES / "CMakeCache.txt").read_text()
        self.assertIn(f"CMAKE_PROJECT_VERSION:STATIC={'.'.join(numbers)}.0",
                      cache)


class OldSystems(unittest.TestCase):
    """What docs/embedding.md says that libraries ask of a system."""

    def test_are_as_old_as_the_page_says(self):
        page = (HERE.parents[1] / "docs/embedding.md").read_text()
        for library in ("libcredo.so", "libcredo_learn.so"):
            if not (BINARIES / library).exists():
                continue
            row = re.search(rf"\| `{library}`[^|]*\| ([0-9.]+) \| GCC (\d+)",
                            page)
            told = run("objdump", "-T", BINARIES / library)
            for symbol, most in (
                    ("GLIBC_", row[1]),
                    # Of GCC 11 and 12.
                    ("GLIBCXX_", {"11": "3.4.29", "12": "3.4.30"}[row[2]])):
                found = max((version(text) for text in re.findall(
                    rf"{symbol}([0-9.]+)", told)), default=())
                self.assertLessEqual(found, version(most), library + symbol)


def version(text):
    return tuple(int(part) for part in text.split("."))


class InGame(Prefix):
    def test_learns_in_a_game_of_its_own(self):
        run("cmake", "--install", BINARIES, "--component", "in_game",
            "--prefix", self.prefix)
        source = self.root / "game"
        shutil.copytree(EXAMPLES, source / "examples")
        (source / "CMakeLists.txt").write_text(GAME)
        build = self.root / "build"
        run("cmake", "-S", source, "-B", build,
            f"-DCMAKE_PREFIX_PATH={self.prefix}")
        run("cmake", "--build", build)
        folder = self.root / "run"
        run(build / "learns", EXAMPLES / "configs/rooms_in_game.yaml", folder,
            "1")
        self.assertTrue((folder / "checkpoint.safetensors").exists())
        self.assertIn("rewards", run(build / "plays",
                                     folder / "model.safetensors", "0.1"))


class PkgConfig(Installed):
    def flags(self, *more):
        library = next(self.prefix.rglob("libcredo.so")).parent
        return library, run("pkg-config", "--cflags", "--libs", *more, "credo",
                            env={**os.environ, "PKG_CONFIG_PATH":
                                 library / "pkgconfig"}).split()

    def test_links_a_static_program_in_c(self):
        _, flags = self.flags("--static")
        host = self.root / "static_host"
        run(os.environ["CC"], "-std=c11", "-static", HOST / "host.c", "-o", host,
            *flags)
        self.assertRegex(run(host), r"^1\d{3}: memory: header: expected")

    def test_finds_the_library(self):
        library, flags = self.flags()
        run(os.environ["CC"], "-std=c11", "-Wall", "-Werror", HOST / "host.c",
            "-o", self.root / "c_host", *flags)
        run(os.environ["CXX"], "-std=c++20", "-Wall", "-Werror",
            "-fno-exceptions", "-fno-rtti", HOST / "host.cc",
            "-o", self.root / "cpp_host", *flags)
        self.expect_hosts(self.root,
                          env={**os.environ, "LD_LIBRARY_PATH": str(library)})


if __name__ == "__main__":
    unittest.main()
