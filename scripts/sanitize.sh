#!/usr/bin/env bash
# Builds what needs no LibTorch under sanitizers and runs all of its tests:
#   scripts/sanitize.sh asan|tsan [FOLDER]
# asan: addresses, leaks and undefined behaviour; tsan: threads. FOLDER is where
# it is built, build/sanitize/KIND by default.
set -euo pipefail

kind="${1:-}"
# Thousands of loads in one thread show nothing about threads.
case "$kind" in
  asan) except='^$' ;;
  tsan) except='Mutation|FailingNew' ;;
  *)
    echo "usage: scripts/sanitize.sh asan|tsan [FOLDER]" >&2
    exit 2
    ;;
esac
cd "$(dirname "$0")/.."
folder="${2:-build/sanitize/$kind}"
jobs="${JOBS:-$(nproc)}"

cmake --preset "$kind" -B "$folder" -DCREDO_LEARN=OFF -DCREDO_BENCHMARKS=OFF \
  >/dev/null
cmake --build "$folder" -j "$jobs"

# A gigabyte at once is more than any test needs: a file that asks for it is a
# finding. So is a leak, and any report at all.
export ASAN_OPTIONS=max_allocation_size_mb=1024:detect_leaks=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
ctest --test-dir "$folder" -j "$jobs" --output-on-failure --no-tests=error \
  -E "$except"
