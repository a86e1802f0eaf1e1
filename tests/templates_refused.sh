#!/bin/sh
# templates_refused.sh - every template in tests/refused/ must be refused with
# its file and line: those in types/ by the C compiler, the others by tools/tmpl.
# A good template beside them proves that it is not all the same.
set -u
cd "$(dirname "$0")/.."
tmpl=build/tools/tmpl
made=$(mktemp -d) || exit 1
trap 'rm -rf "$made"' EXIT
passed=0 failed=0

verdict() { # verdict NAME yes|no WHY
    if [ "$2" = yes ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $1: $3"
    fi
}

compile() { # compile MADE.h
    { echo '#include "html/html.h"'; cat "$1"; } \
        | ${CC:-gcc} -std=gnu2x -D_GNU_SOURCE -Wall -Wextra -Werror -Isrc -I. -Ibuild/gen \
            -fsyntax-only -x c -
}

for file in tests/refused/*.html; do
    if "$tmpl" "$file" > "$made/x.h" 2> "$made/why"; then
        verdict "$file" no "was accepted"
    elif grep -q "^$file:[0-9][0-9]*: ." "$made/why"; then
        verdict "$file" yes
    else
        verdict "$file" no "no file and line in: $(cat "$made/why")"
    fi
done

for file in tests/refused/types/*.html; do
    if ! "$tmpl" "$file" > "$made/x.h" 2> "$made/why"; then
        verdict "$file" no "was refused too early: $(cat "$made/why")"
    elif compile "$made/x.h" > "$made/why" 2>&1; then
        verdict "$file" no "compiles"
    elif grep -q "$file:2:.*\(error\|note\)" "$made/why"; then
        verdict "$file" yes
    else
        verdict "$file" no "the error does not name its line: $(head -3 "$made/why")"
    fi
done

good=tests/html/sample.html
build/tools/text tests/html/sample.text > "$made/sample.text.h"
if "$tmpl" "$good" > "$made/x.h" && compile "$made/x.h" 2> "$made/why"; then
    verdict "$good" yes
else
    verdict "$good" no "was refused: $(cat "$made/why")"
fi

# Catalogues: each line is one bad file, with \n for a new line.
while read -r bad; do
    printf '%b\n' "$bad" > "$made/bad.text"
    if build/tools/text "$made/bad.text" > /dev/null 2> "$made/why"; then
        verdict "catalogue '$bad'" no "was accepted"
    elif grep -q "^$made/bad.text:[0-9][0-9]*: ." "$made/why"; then
        verdict "catalogue '$bad'" yes
    else
        verdict "catalogue '$bad'" no "no file and line in: $(cat "$made/why")"
    fi
done << 'BAD'
a = one\na = two
a = one\\ttwo
a = one\ttwo
a = one \\\\n two
a = {
a = one } two
a = {}
a = {n:one}
a = {n:one|two|three}
a = {n:one|{m:two|three}}
a = {n:one|two
a = {cx}
a={n}
a =
1a = one
a b = one
just text
BAD

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
