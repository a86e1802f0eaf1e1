#!/bin/sh
# assets.sh - prints everything the browser loads as one C file.
# The icons come out of the Debian package bootstrap-icons, only those that
# tools/icons.txt names, in one sprite: <use href="/assets/icons.HASH.svg#pencil"/>.
set -eu
svg=${ICONS:-/usr/share/bootstrap-icons/svg}
sprite=build/gen/icons.svg
mkdir -p build/gen
if [ ! -d "$svg" ]; then
    echo "There are no icons in $svg: install the Debian package bootstrap-icons" >&2
    exit 1
fi
{
    printf '<svg xmlns="http://www.w3.org/2000/svg">'
    grep -v '^#' tools/icons.txt | while read -r name from; do
        [ -n "$name" ] || continue
        printf '<symbol id="%s" viewBox="0 0 16 16" fill="currentColor">' "$name"
        # The drawing without its frame, on one line.
        tr '\n' ' ' < "$svg/$from.svg" | sed -e 's/<svg[^>]*>//' -e 's/<\/svg>//' -e 's/> *</></g' \
            -e 's/^ *//' -e 's/ *$//'
        printf '</symbol>'
    done
    printf '</svg>\n'
} > "$sprite"
files=$(find assets -type f ! -name '.*' ! -name '*.md' | LC_ALL=C sort)
# shellcheck disable=SC2086
exec build/tools/embed "$sprite" $files
