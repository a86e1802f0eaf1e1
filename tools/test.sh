#!/bin/sh
# test.sh - runs every test and adds the figures up; the sum is the last line.
# Each part prints "N passed, N failed" last.  One that does not has failed.
cd "$(dirname "$0")/.." || exit 1
said=$(mktemp) || exit 1
trap 'rm -f "$said"' EXIT
passed=0 failed=0

part() { # part NAME COMMAND...
    name=$1
    shift
    "$@" > "$said" 2>&1
    code=$?
    figures=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$said" | tail -1)
    ok=${figures%% *} bad=${figures#*, }
    bad=${bad%% *}
    if [ -z "$figures" ] || { [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; }; then
        ok=${ok:-0} bad=$((${bad:-0} + 1))
        echo "FAIL $name ended with $code"
        tail -40 "$said"
    elif [ "$bad" -ne 0 ]; then
        cat "$said"
    fi
    grep '^NOTE ' "$said"
    printf '%-30s %5d passed, %d failed\n' "$name" "$ok" "$bad"
    passed=$((passed + ok)) failed=$((failed + bad))
}

part "layers" tools/layers.sh
part "rules of the sources" tools/rules.sh
part "unit tests" build/release/unit-tests
part "unit tests on PostgreSQL" tools/pg.sh build/release/unit-tests
part "templates that are refused" tests/templates_refused.sh
part "contrast of colours" node tools/contrast.mjs
part "command line" node tests/cli/run.mjs
part "command line on PostgreSQL" tools/pg.sh node tests/cli/run.mjs
part "browser" node tests/browser/run.mjs
part "browser on PostgreSQL" tools/pg.sh node tests/browser/run.mjs
for script in tests/*/run.sh; do
    [ ! -f "$script" ] || part "$(basename "$(dirname "$script")")" "$script"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
