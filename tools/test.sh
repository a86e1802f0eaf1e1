#!/bin/sh
# test.sh - runs every test and adds the figures up; the sum is the last line.
# Each part prints "N passed, N failed" last.  One that does not has failed.
# Three lanes run beside each other; what a part says comes in one piece.
cd "$(dirname "$0")/.." || exit 1
lanes=$(mktemp -d) || exit 1
trap 'rm -rf "$lanes"' EXIT
trap 'kill $(jobs -p) 2> /dev/null; exit 130' INT TERM HUP

part() { # part NAME COMMAND...
    name=$1
    shift
    "$@" > "$lane.said" 2>&1
    code=$?
    figures=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$lane.said" | tail -1)
    ok=${figures%% *} bad=${figures#*, }
    bad=${bad%% *}
    {
        if [ -z "$figures" ] || { [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; }; then
            ok=${ok:-0} bad=$((${bad:-0} + 1))
            echo "FAIL $name ended with $code"
            tail -40 "$lane.said"
        elif [ "$bad" -ne 0 ]; then
            cat "$lane.said"
        fi
        grep '^NOTE ' "$lane.said"
        printf '%-30s %5d passed, %d failed\n' "$name" "$ok" "$bad"
    } > "$lane.part"
    flock "$lanes" cat "$lane.part"
    echo "$ok $bad" >> "$lane.sums"
}

on_sqlite() {
    lane=$lanes/sqlite
    part "layers" tools/layers.sh
    part "rules of the sources" tools/rules.sh
    part "templates that are refused" tests/templates_refused.sh
    part "contrast of colours" node tools/contrast.mjs
    part "unit tests" build/release/unit-tests
    part "command line" node tests/cli/run.mjs
    part "browser" node tests/browser/run.mjs
    echo ended >> "$lane.ended"
}

# The pages are looked at in the smaller build of the browser here, and in the whole one above.
on_postgres() {
    lane=$lanes/postgres
    part "unit tests on PostgreSQL" tools/pg.sh build/release/unit-tests
    part "browser on PostgreSQL" env CHROMIUM=/usr/bin/chromium-headless-shell tools/pg.sh node tests/browser/run.mjs
    echo ended >> "$lane.ended"
}

# What waits more than it works.
beside() {
    lane=$lanes/beside
    part "command line on PostgreSQL" tools/pg.sh node tests/cli/run.mjs
    part "nodes" tests/nodes/run.sh
    part "weather" tests/weather/run.sh
    part "upgrade" tests/upgrade/run.sh
    echo ended >> "$lane.ended"
}

on_sqlite &
on_postgres &
beside &
wait

passed=0 failed=0
while read -r ok bad; do
    passed=$((passed + ok)) failed=$((failed + bad))
done << END
$(cat "$lanes"/*.sums)
END
[ "$(cat "$lanes"/*.ended | wc -l)" -eq 3 ] || { echo "FAIL a lane broke off" && failed=$((failed + 1)); }
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
