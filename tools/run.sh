#!/bin/sh
# run.sh - the demo, served on this machine.  Data of an earlier run is kept.
set -eu
cd "$(dirname "$0")/.."
build/linden demo seed
echo
exec build/linden serve --log "${LINDEN_LOG:-${LINDEN_DATA:-./var}/linden.log}"
