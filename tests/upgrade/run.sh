#!/bin/sh
# run.sh - a new version comes while the old one works, on PostgreSQL with two nodes, and on SQLite.
cd "$(dirname "$0")/../.." || exit 1
make -s build/linden build/release/later/1 build/release/later/2 || exit 1
exec tools/pg.sh node tests/upgrade/upgrade_test.mjs "$@"
