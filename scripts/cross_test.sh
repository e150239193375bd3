#!/usr/bin/env bash
# Builds libcredo for another system and runs its tests there, emulated.
#
# cross_test.sh windows|arm64 [BUILD_FOLDER]
#
# Windows is MinGW-w64 and Wine, arm64 is GCC and qemu. Ends with 77 when their
# packages cannot be installed, with 1 when anything fails, and within an hour.
# JOBS says how many compilers and tests run at a time.
set -euo pipefail
cd "$(dirname "$0")/.."

system="${1:-}"
if [[ "$system" != "windows" && "$system" != "arm64" ]]; then
  echo "usage: scripts/cross_test.sh windows|arm64 [BUILD_FOLDER]" >&2
  exit 2
fi
build="${2:-build/$system}"
jobs="${JOBS:-2}"

# What is stopped with this script: `timeout` and all that it started.
running=""
wine=()
finish() {
  [[ -z "$running" ]] || kill "$running" 2>/dev/null || true
  [[ ${#wine[@]} -eq 0 ]] || "${wine[@]}" --stop || true
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

# step SECONDS NAME COMMAND...: says what failed and how.
step() {
  local seconds="$1" name="$2" status=0
  shift 2
  echo "cross_test: $system: $name"
  timeout --kill-after=10 "$seconds" "$@" </dev/null &
  running=$!
  wait "$running" || status=$?
  running=""
  [[ $status -eq 0 ]] && return 0
  if [[ $status -eq 124 || $status -eq 137 ]]; then
    echo "cross_test: $system: $name took more than $seconds seconds" >&2
  else
    echo "cross_test: $system: $name failed" >&2
  fi
  return 1
}

step 900 "install the tools" scripts/install_cross_tools.sh "$system" || exit 77
step 120 "configure" cmake --preset "$system" -B "$build"
step 1500 "build" cmake --build "$build" -j "$jobs"
if [[ "$system" == "windows" ]]; then
  # Else the first tests would wait until Wine has made its folder. It serves
  # all programs from one process, which would outlive them.
  wine=(cmake/toolchains/wine.sh "$(realpath "$build")/wine")
  step 300 "start Wine" bash -c '"$@" >"$0" 2>&1' "$build/wine.log" \
    "${wine[@]}" wineboot --init || { cat "$build/wine.log" >&2; exit 1; }
fi
step 600 "test" ctest --test-dir "$build" -j "$jobs" \
  --no-tests=error --output-on-failure
# How many cases there were; CTest counts programs.
awk '/\[  PASSED  \]/ {cases += $4; ++programs}
     END {printf "cross_test: '"$system"': %d cases of %d programs passed\n",
          cases, programs}' "$build/Testing/Temporary/LastTest.log"
