#!/bin/sh
# layers.sh - every #include against tools/layers.txt.
# Inside a feature x.c may not see the web, and x_web.c and x_api.c may not see the database;
# those that write letters see both, for the addresses in them.
cd "$(dirname "$0")/.." || exit 1
# shellcheck disable=SC2046
exec awk '
    FNR == NR { if ($1 != "#") for (i = 2; i <= NF; i++) ok[$1, $i]; next }
    FNR == 1 { files++ }
    match($0, /^#include "[a-z]+\//) {
        split(FILENAME, part, "/"); from = part[2]; sub(/\.c$/, "", from)
        to = substr($0, 11, RLENGTH - 11)
        made = $0 ~ /\.text\.h"/                  # words are neither web nor database
        shows = FILENAME ~ /(_web|_view|_form|_api)\.[ch]$/
        writes = FILENAME ~ /(_mail|onboarding)\.c$/
        bad = !((from, to) in ok) \
              || (from == "app" && !made && !shows && !writes && (to == "web" || to == "html")) \
              || (from == "app" && shows && to == "db")
        if (bad) {
            print "FAIL " FILENAME ":" FNR ": " from (shows ? " (pages)" : "") " may not include " to "/"
            wrong[FILENAME] = 1
        }
    }
    END {
        for (name in wrong) n++
        printf "%d passed, %d failed\n", files - n, n
        exit n > 0
    }
' tools/layers.txt $(find src -name '*.[ch]' | LC_ALL=C sort)
