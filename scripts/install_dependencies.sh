#!/usr/bin/env bash
# Installs the system packages that Credo is built with, when some are missing.
# Debian and Ubuntu; elsewhere, install the packages of the list by hand.
set -euo pipefail

packages=(
  g++ cmake ninja-build pkg-config python3 python3-pip python3-venv python3-dev
  libabsl-dev libyaml-cpp-dev nlohmann-json3-dev libcli11-dev libpng-dev
  libprotobuf-dev protobuf-compiler libisal-dev libxxhash-dev
  libgtest-dev libgmock-dev libbenchmark-dev libsdl2-dev libgloo-dev ccache mold
  iproute2
)

if ! command -v dpkg-query >/dev/null; then
  echo "install_dependencies: not a Debian system; needed are: ${packages[*]}" >&2
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  status="$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)"
  [[ "$status" == "installed" ]] || missing+=("$package")
done
# A tool that is there by another way than the package is good enough.
wanted=()
for package in "${missing[@]}"; do
  case "$package" in
    python3|python3-pip) python3 -m pip --version >/dev/null 2>&1 && continue ;;
    python3-venv) python3 -c 'import ensurepip, venv' 2>/dev/null && continue ;;
    python3-dev)
      [[ -e "$(python3 -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h" ]] &&
        continue ;;
    cmake|ccache|mold|g++) command -v "$package" >/dev/null && continue ;;
    ninja-build) command -v ninja >/dev/null && continue ;;
    iproute2) command -v ip >/dev/null && continue ;;
    pkg-config) command -v pkg-config >/dev/null && continue ;;
  esac
  wanted+=("$package")
done
[[ ${#wanted[@]} -eq 0 ]] && exit 0

sudo=""
[[ "$(id -u)" -eq 0 ]] || sudo="sudo"
echo "install_dependencies: installing ${wanted[*]}"
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq \
  --no-install-recommends "${wanted[@]}" >/dev/null
