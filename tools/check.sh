#!/bin/sh
# check.sh - what takes longer than make test: sanitizers, a second compiler,
# static analysis, fuzzing.  The sum is the last line.
#
#   FUZZ_SECONDS=60 tools/check.sh [PART-OF-A-NAME]
cd "$(dirname "$0")/.." || exit 1
only=${1:-}
jobs=-j$(nproc)
said=build/check.log
mkdir -p build
passed=0 failed=0

part() { # part NAME COMMAND...
    name=$1
    shift
    case $name in *"$only"*) ;; *) return ;; esac
    if "$@" > "$said" 2>&1; then
        passed=$((passed + 1))
        echo "ok   $name  $(grep -E '^[0-9]+ passed' "$said" | tail -1)"
    else
        failed=$((failed + 1))
        echo "FAIL $name"
        grep -aE 'error: |warning: |^FAIL' "$said" | head -40
        tail -40 "$said"
    fi
}

build() { make -s "$jobs" "$@"; }

sanitized() { # sanitized CONFIG
    build "CONFIG=$1" "build/$1/unit-tests" "build/$1/linden" && POWER_CUTS=20 "build/$1/unit-tests" \
        && LINDEN=build/$1/linden node tests/cli/run.mjs
}

with_clang() {
    build CONFIG=clang CC=clang build/clang/unit-tests build/clang/linden && build/clang/unit-tests
}

# Left out besides matters of taste: valist.Uninitialized, which takes every va_list
# that came as a parameter for an unset one, and widening of products of small constants.
tidied() {
    build build/linden || return # what is generated
    flags="-std=gnu2x -D_GNU_SOURCE -I. -Isrc -Ibuild/gen -Ibuild/llhttp $(pkg-config --cflags libpq pangocairo libqrencode jansson libfido2 libcrypto)"
    checks='-*,clang-analyzer-*,bugprone-*,-bugprone-easily-swappable-parameters,-bugprone-reserved-identifier,-bugprone-macro-parentheses,-bugprone-narrowing-conversions,-bugprone-branch-clone,-bugprone-suspicious-include,-bugprone-implicit-widening-of-multiplication-result,-clang-analyzer-valist.Uninitialized,-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling'
    # shellcheck disable=SC2016
    find src -name '*.c' | xargs -P "$(nproc)" -n 6 \
        sh -c 'checks=$1 flags=$2; shift 2; clang-tidy --quiet --warnings-as-errors="*" --checks="$checks" "$@" -- $flags' tidy "$checks" "$flags"
}

fuzzed() { # fuzzed NAME
    build CONFIG=fuzz CC=clang "build/fuzz/fuzz-$1" \
        && "build/fuzz/fuzz-$1" -max_total_time="${FUZZ_SECONDS:-60}" -max_len=4096 -print_final_stats=1
}

part "address and undefined behaviour (gcc)" sanitized asan
part "threads (gcc)" sanitized tsan
part "clang" with_clang
part "clang-tidy" tidied
for target in tests/fuzz/*_fuzz.c; do
    part "fuzz $(basename "$target" _fuzz.c)" fuzzed "$(basename "$target" _fuzz.c)"
done
races() { build build/release/unit-tests && POWER_CUTS=10000 RACES=200 build/release/unit-tests writer_test tests/races; }
part "10 000 power cuts and 200 rounds of each race" races
part "mutants" tools/mutants.sh
for script in tests/*/check.sh; do
    [ ! -f "$script" ] || part "long $(basename "$(dirname "$script")")" "$script"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
