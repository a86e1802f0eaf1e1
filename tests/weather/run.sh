#!/bin/sh
# run.sh - bad weather, and all of it real: a copy that follows, full disks, PgBouncer.
cd "$(dirname "$0")/../.." || exit 1
# A file system is mounted by root, or by whoever may be called root in a namespace.
[ "$(id -u)" -eq 0 ] || ! unshare -rm true 2> /dev/null || exec unshare -rm "$0" "$@"
exec tools/pg.sh node tests/weather/weather_test.mjs "$@"
