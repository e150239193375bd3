#!/usr/bin/env bash
# Installs what builds and runs Credo's runtime for other systems: MinGW-w64 and
# Wine for Windows, GCC and qemu for 64-bit ARM. Debian and Ubuntu.
#
# install_cross_tools.sh [windows|arm64 ...]: for all of them when none is named.
# Ends with 1 and one line when they cannot be had.
set -euo pipefail

fail() {
  echo "install_cross_tools: $*" >&2
  exit 1
}

[[ $# -gt 0 ]] || set -- windows arm64
# GoogleTest is built from the sources in its package; the headers are the
# machine's own.
packages=(cmake ninja-build libgtest-dev nlohmann-json3-dev libxxhash-dev)
for system in "$@"; do
  case "$system" in
    windows) packages+=(g++-mingw-w64-x86-64-posix wine64) ;;
    arm64) packages+=(g++-aarch64-linux-gnu qemu-user) ;;
    *) fail "expected windows or arm64, found '$system'" ;;
  esac
done

command -v dpkg-query >/dev/null ||
  fail "not a Debian system; needed are: ${packages[*]}"
missing=()
for package in "${packages[@]}"; do
  status="$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)"
  [[ "$status" == "installed" ]] && continue
  # A tool that is there by another way than the package is good enough.
  case "$package" in
    cmake) command -v cmake >/dev/null && continue ;;
    ninja-build) command -v ninja >/dev/null && continue ;;
  esac
  missing+=("$package")
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

# Never waits for a password.
sudo=""
[[ "$(id -u)" -eq 0 ]] || sudo="sudo -n"
export DEBIAN_FRONTEND=noninteractive
echo "install_cross_tools: installing ${missing[*]}"
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
# Another apt may be at work; wait for it a while.
install() {
  $sudo apt-get update -qq &&
    $sudo apt-get -o DPkg::Lock::Timeout=120 install -y -qq \
      --no-install-recommends "${missing[@]}"
}
install </dev/null >"$log" 2>&1 ||
  fail "cannot install ${missing[*]}: $(grep -m 1 '^E:' "$log" || tail -n 1 "$log")"
