#!/bin/sh
# setup.sh - installs what is missing, and says so first:  setup.sh build|test|check|bench
#
#   build  compiler, libraries, icons, time zones, the source of the HTTP parser
#   test   besides: Node, Chromium and the two modules that browser tests need
#   check  besides: clang, its analysis and its fuzzer
#
# Installs nothing when all is there.
set -eu
cd "$(dirname "$0")/.."
what=${1:-build}

packages="make gcc libc6-dev pkg-config libsqlite3-dev libsodium-dev libcurl4-openssl-dev libpq-dev libidn2-dev
    libunistring-dev zlib1g-dev libbrotli-dev bootstrap-icons tzdata"
missing=

have_package() {
    dpkg-query -W -f='${Status}' "$1" 2> /dev/null | grep -q '^install ok installed$'
}

want() { # want PACKAGE [COMMAND that will do as well]
    if [ $# -gt 1 ] && command -v "$2" > /dev/null; then return; fi
    have_package "$1" || missing="$missing $1"
}

for package in $packages; do want "$package"; done
if [ "$what" = test ] || [ "$what" = check ]; then
    want nodejs node
    want npm npm
    want chromium chromium
fi
if [ "$what" = bench ]; then
    want nodejs node
    want wrk wrk
    want nginx-light nginx
    want binutils strip
fi
if [ "$what" = check ]; then
    for package in clang clang-tidy libclang-rt-14-dev; do want "$package"; done
fi

may_install() {
    if [ "$(id -u)" -eq 0 ] || command -v sudo > /dev/null; then return; fi
    echo "Packages are missing, and there is neither root nor sudo here.  As root, run:" >&2
    echo "  apt-get update && apt-get install --no-install-recommends -y$1" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# A fresh machine knows no packages yet; one that has not looked for long knows old ones.
lists_known() {
    find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' 2> /dev/null | grep -q .
}

if [ -n "$missing" ]; then
    may_install "$missing"
    echo "Installing with apt:$missing"
    # shellcheck disable=SC2086
    set -- env DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends -y $missing
    { lists_known && as_root "$@" > /dev/null 2>&1; } || {
        as_root apt-get -qq update
        as_root "$@" > /dev/null
    }
fi

# Unpacked, not installed; see llhttp.sh.
if [ ! -f build/llhttp/llhttp.c ]; then
    apt-cache show node-llhttp > /dev/null 2>&1 || {
        may_install " pkg-config"
        echo "Asking apt what there is"
        as_root apt-get -qq update
    }
fi

if [ "$what" = test ] || [ "$what" = check ]; then
    modules=tests/browser/node_modules
    if [ -f tests/browser/package-lock.json ] \
        && ! cmp -s tests/browser/package-lock.json $modules/.installed; then
        echo "Installing with npm, for browser tests only: playwright-core, axe-core"
        (cd tests/browser && npm ci --loglevel=error --no-audit --no-fund --ignore-scripts > /dev/null)
        cp tests/browser/package-lock.json $modules/.installed
    fi
fi
