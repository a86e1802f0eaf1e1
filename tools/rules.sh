#!/bin/sh
# rules.sh - what no source may hold: functions that do not know where to stop,
# memory that nobody owns, notes to oneself, files too long to read.
cd "$(dirname "$0")/.." || exit 1
passed=0 failed=0

# rule NAME FOUND: what was found breaks it.
rule() {
    if [ -z "$2" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $1"
        echo "$2" | sed 's/^/  /' | head -20
    fi
}

sources=$(find src tools -name '*.[ch]' | LC_ALL=C sort)
everything=$(find src tests tools migrations assets -type f ! -path '*/node_modules/*' \
    \( -name '*.[ch]' -o -name '*.def' -o -name '*.sh' -o -name '*.mjs' -o -name '*.html' \
       -o -name '*.text' -o -name '*.sql' -o -name '*.js' -o -name '*.css' \) | LC_ALL=C sort)

machinery='^src/(app|access|html|web|cli)/'

# shellcheck disable=SC2086
rule "functions that are not used here" "$(grep -nwE \
    '(strcpy|strcat|sprintf|vsprintf|gets|strtok|strncpy|strncat|system|popen|alloca|atoi|atol|tmpnam|mktemp|rand|srand|localtime|gmtime)[[:space:]]*\(' \
    $sources)"
# The machinery under the arena may allocate; pages and the domain may not.
# shellcheck disable=SC2046
rule "memory comes from the arena" "$(grep -nwE \
    '(malloc|calloc|realloc|strdup|strndup|asprintf|free)[[:space:]]*\(' \
    $(echo "$sources" | grep -E "$machinery"))"
# shellcheck disable=SC2086
rule "remarks are /* like this */" "$(grep -nE '^[[:space:]]*//|;[[:space:]]+//' $sources)"
# In pieces, so that this line is not found itself.
# shellcheck disable=SC2086
rule "nothing is left for later" "$(grep -nwE "TO""DO|FIX""ME|XX""X|HA""CK" $everything)"
# shellcheck disable=SC2086
rule "no blanks at the end of a line" "$(grep -nE '[[:space:]]+$' $sources)"
rule "no file is longer than 600 lines" "$(for file in $everything; do
    lines=$(wc -l < "$file")
    [ "$lines" -le 600 ] || echo "$file has $lines lines"
done)"
rule "the first line of a source says what it is" "$(for file in $everything; do
    case $file in *.[ch]) ;; *) continue ;; esac
    head -1 "$file" | grep -q "^/\* $(basename "$file" | sed 's/\./\\./') - " || echo "$file"
done)"
rule "a folder holds about a dozen sources" "$(find src -type d | while read -r folder; do
    n=$(find "$folder" -maxdepth 1 -name '*.c' | wc -l)
    [ "$n" -le 15 ] || echo "$folder has $n"
done)"
rule "each mistake of mutants.sh still fits the sources" "$(MUTANTS=fit tools/mutants.sh | grep "^FAIL")"
rule "scripts parse and can be run" "$(for script in tools/*.sh tests/*.sh .ci/run; do
    sh -n "$script" 2>&1 && [ -x "$script" ] || echo "$script"
done)"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
