#!/bin/sh
# run.sh - two nodes on one PostgreSQL of their own.
cd "$(dirname "$0")/../.." || exit 1
exec tools/pg.sh node tests/nodes/nodes_test.mjs "$@"
