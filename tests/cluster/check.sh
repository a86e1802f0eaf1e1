#!/bin/sh
# check.sh - the short run on a cluster, for make check; `make cluster-test` is the long one.
cd "$(dirname "$0")/../.." || exit 1
make -s build/linden && exec node tests/cluster/run.mjs --short
