#!/usr/bin/env bash
# Makes build/doom_python, an environment of Python with ViZDoom in it: what
# examples/doom embeds. Its engine, the free levels and the scenarios are in the
# package.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=build/doom_python
wanted="vizdoom==1.3.2 pybind11==3.1.0"
[[ -e $folder/made_of && $(<"$folder/made_of") == "$wanted" ]] && exit 0
echo "install_doom: making $folder"
rm -rf "$folder"
python3 -m venv "$folder"
# shellcheck disable=SC2086
"$folder/bin/pip" install --quiet $wanted
echo "$wanted" >"$folder/made_of"
