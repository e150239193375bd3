#!/bin/sh
# wine.sh PREFIX PROGRAM [ARGUMENT...]: runs a program of Windows with Wine.
# PREFIX is the folder for what Wine keeps; it is made when it is not there.
# wine.sh PREFIX --stop: ends what Wine has left running for that folder.
#
# Wine is quiet, has no display and does not offer to fetch .NET and HTML
# libraries. File names are UTF-8 whatever the locale.
set -eu

prefix="$1"
shift
# Debian's `wine` is a script that looks for its 32-bit half; what it starts lies
# here.
PATH="$PATH:/usr/lib/wine"
unset DISPLAY WAYLAND_DISPLAY
export PATH WINEPREFIX="$prefix" WINEDEBUG=-all LC_ALL=C.UTF-8
export WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe="
if [ "$1" = "--stop" ]; then
  for server in wineserver64 wineserver; do
    command -v "$server" >/dev/null || continue
    exec "$server" -k
  done
  exit 0
fi
exec wine64 "$@"
