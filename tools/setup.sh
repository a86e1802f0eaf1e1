#!/bin/sh
# setup.sh - installs what is missing, and says so first:  setup.sh build|test|check|bench|cluster
#
#   build  compiler, libraries, icons, time zones, the source of the HTTP parser
#   test   besides: Node, Chromium in both its builds and the modules that browser tests need, PostgreSQL, PgBouncer, Kannel, hledger
#   check  besides: clang, its analysis and its fuzzer
#   cluster  what three machines run besides Linden: etcd, PostgreSQL, Patroni, HAProxy
#
# Installs nothing when all is there.  No service of a package is started, now
# or when the machine boots, and PostgreSQL makes no cluster of its own.
set -eu
cd "$(dirname "$0")/.."
what=${1:-build}

packages="make gcc libc6-dev pkg-config libsqlite3-dev libsodium-dev libcurl4-openssl-dev libpq-dev libidn2-dev
    libunistring-dev zlib1g-dev libbrotli-dev libpango1.0-dev libqrencode-dev libfido2-dev libssl-dev libjansson-dev fonts-dejavu-core fonts-wqy-zenhei
    bootstrap-icons tzdata"
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
    want chromium-headless-shell
    want postgresql-15
    want pgbouncer pgbouncer
    want poppler-utils pdftotext
    want unzip unzip
    want hledger hledger
    want kannel
    want kannel-extras
fi
if [ "$what" = bench ]; then
    want nodejs node
    want wrk wrk
    want nginx-light nginx
    want binutils strip
    want postgresql-15
fi
if [ "$what" = check ]; then
    for package in clang clang-tidy libclang-rt-14-dev; do want "$package"; done
fi

if [ "$what" = check ] || [ "$what" = cluster ]; then
    want nodejs node
    for package in postgresql-15 patroni etcd-server etcd-client haproxy nginx-light openssl libfaketime; do
        want "$package"
    done
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

# Packages of servers start them, and enable them for the next boot.  For the
# time of the installation a policy says no; what was there before stays as it is.
policy=/usr/sbin/policy-rc.d
pg_policy=/etc/postgresql-common/createcluster.d/linden-setup.conf
servers= made=
quiet_begin() {
    for package in postgresql-15:postgresql etcd-server:etcd haproxy:haproxy patroni:patroni nginx-light:nginx pgbouncer:pgbouncer \
        kannel:kannel; do
        case " $missing " in *" ${package%:*} "*) servers="$servers ${package#*:}" ;; esac
    done
    [ -n "$servers" ] || return 0
    echo "None of these is started, nor enabled for the next boot:$servers"
    trap quiet_end EXIT
    trap 'exit 1' INT TERM
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\n# linden-setup\nexit 101\n' | as_root tee $policy > /dev/null
        as_root chmod 755 $policy
    fi
    [ -d ${pg_policy%/*} ] || { as_root mkdir -p ${pg_policy%/*} && made=yes; }
    echo 'create_main_cluster = false' | as_root tee $pg_policy > /dev/null
}
quiet_end() {
    [ -n "$servers" ] || return 0
    ! grep -qs '^# linden-setup$' $policy || as_root rm -f $policy
    as_root rm -f $pg_policy
    [ -z "$made" ] || as_root rmdir ${pg_policy%/*} 2> /dev/null || true
    ! command -v systemctl > /dev/null || for server in $servers; do
        as_root systemctl disable "$server" > /dev/null 2>&1 || true
    done
    servers=
}

if [ -n "$missing" ]; then
    may_install "$missing"
    echo "Installing with apt:$missing"
    quiet_begin
    # shellcheck disable=SC2086
    set -- env DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends -y $missing
    { lists_known && as_root "$@" > /dev/null 2>&1; } || {
        as_root apt-get -qq update
        as_root "$@" > /dev/null
    }
    quiet_end
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
        echo "Installing with npm, for browser tests only: playwright-core, axe-core, ical.js, fhir, standardwebhooks, openapi-schema-validator, oidc-provider"
        (cd tests/browser && npm ci --loglevel=error --no-audit --no-fund --ignore-scripts > /dev/null)
        cp tests/browser/package-lock.json $modules/.installed
    fi
fi
