#!/usr/bin/env bash
# What a GPU brings: builds nothing, ends within four minutes, prints a table and
# writes device.json.
#
#     scripts/device_check.sh CREDO [device.json]
#
# CREDO is the command, whose LibTorch has its half for CUDA beside it
# (scripts/fetch_libtorch.sh --cuda) or on LD_LIBRARY_PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
exec python3 scripts/device_check.py "$@"
