#!/bin/sh
# pg.sh - runs a command beside a PostgreSQL of its own:  tools/pg.sh COMMAND...
#
# The cluster lives in a temporary folder, listens on a socket there and nowhere
# else, belongs to a user without rights, and is gone when the command ends.
# The command finds it as LINDEN_TEST_DB=postgres://..., and may stop, kill and
# start it with "$LINDEN_TEST_PG stop|kill|start".
set -eu
bin=$(pg_config --bindir 2> /dev/null) && [ -x "$bin/initdb" ] || bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
[ -x "$bin/initdb" ] || { echo "There is no PostgreSQL here: 'make setup test' installs it" >&2; exit 1; }

# PostgreSQL refuses to run as root.
as_nobody() {
    if [ "$(id -u)" -ne 0 ]; then "$@"; else
        user=postgres
        id "$user" > /dev/null 2>&1 || user=nobody
        (cd / && exec setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups "$@")
    fi
}

# What is lost when the power fails is not what is tested here, so nothing is synced.
start() {
    as_nobody "$bin/pg_ctl" -D "$1/data" -l "$1/log" -w -t 60 -s start -o "-c listen_addresses='' \
        -c unix_socket_directories='$1' -c fsync=off -c full_page_writes=off -c max_connections=200 \
        -c autovacuum_naptime=5 -c logging_collector=off"
}

case ${1:-} in
--cluster)
    where=$2
    case $3 in
    start) start "$where" ;;
    stop) as_nobody "$bin/pg_ctl" -D "$where/data" -w -s -m fast stop ;;
    kill) as_nobody "$bin/pg_ctl" -D "$where/data" -w -s -m immediate stop ;;
    esac
    exit ;;
esac

where=$(mktemp -d "${TMPDIR:-/tmp}/linden-pg-XXXXXX")
here=$(cd "$(dirname "$0")" && pwd)
clean_up() {
    as_nobody "$bin/pg_ctl" -D "$where/data" -s -m immediate stop > /dev/null 2>&1 || true
    rm -rf "$where"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
chmod 755 "$where"
[ "$(id -u)" -ne 0 ] || chown "$(as_nobody id -u)" "$where"
# The locale sorts unlike C, so that a missing COLLATE would be noticed.
as_nobody "$bin/initdb" -D "$where/data" -U linden --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
    --locale-provider=icu --icu-locale=en-US --no-sync > "$where/initdb.log" 2>&1 || { cat "$where/initdb.log" >&2; exit 1; }
# Everybody is let in but those whose password is tested.
as_nobody sh -c "printf 'local all locked scram-sha-256\nlocal all all trust\n' > '$where/data/pg_hba.conf'"
start "$where"
export LINDEN_TEST_DB="postgres://linden@/?host=$where"
export LINDEN_TEST_PG="$here/pg.sh --cluster $where"
"$@"
