#!/bin/sh
# pg.sh - runs a command beside a PostgreSQL of its own:  tools/pg.sh [--durable] COMMAND...
#
# The cluster lives in a temporary folder, listens on a socket there and nowhere
# else, belongs to a user without rights, and is gone when the command ends.
# The command finds it as LINDEN_TEST_DB=postgres://..., and may stop, kill and
# start it with "$LINDEN_TEST_PG stop|kill|start".  With other words it makes more,
# each in a folder of its own beside the first, whose name is that of its socket:
#   standby    a copy that follows it, read-only until "promote"
#   small      another cluster, whose data and WAL are on small disks (data, wal);
#              ends with 77 where no file system can be mounted
#   bouncer MODE   PgBouncer in front of it
# and "standby-stop", "small-restart", "bouncer-stop".  A durable one, for
# measuring, is as servers are: what it has committed is on the disk.
set -eu
bin=$(pg_config --bindir 2> /dev/null) && [ -x "$bin/initdb" ] || bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
[ -x "$bin/initdb" ] || { echo "There is no PostgreSQL here: 'make setup test' installs it" >&2; exit 1; }

# PostgreSQL refuses to run as root, also as one that is only called so (unshare -rm).
real_root() { [ "$(id -u)" -eq 0 ] && grep -q '4294967295$' /proc/self/uid_map; }
as_nobody() {
    if [ "$(id -u)" -ne 0 ]; then "$@"
    elif ! real_root; then unshare -U --map-user=1000 --map-group=1000 "$@"
    else
        user=postgres
        id "$user" > /dev/null 2>&1 || user=nobody
        (cd / && exec setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups "$@")
    fi
}

# What is lost when the power fails is not what is tested here, so nothing is synced.
quick="-c fsync=off -c full_page_writes=off -c autovacuum_naptime=5"
start() {
    [ ! -f "$1/durable" ] || quick=
    as_nobody "$bin/pg_ctl" -D "$1/data" -l "$1/log" -w -t 60 -s start -o "-c listen_addresses='' \
        -c unix_socket_directories='$1' -c max_connections=200 -c logging_collector=off $quick"
}

stop() { as_nobody "$bin/pg_ctl" -D "$1/data" -w -s -m "$2" stop; }

# folder FOLDER...: new, and its own.
folder() {
    mkdir "$@"
    ! real_root || chown "$(as_nobody id -u)" "$@"
}

# The locale sorts unlike C, so that a missing COLLATE would be noticed.
# Everybody is let in but those whose password is tested.
init() {
    folder=$1
    shift
    as_nobody "$bin/initdb" -D "$folder/data" -U linden --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
        --locale-provider=icu --icu-locale=en-US --no-sync "$@" > "$folder/initdb.log" 2>&1 \
        || { cat "$folder/initdb.log" >&2; exit 1; }
    as_nobody sh -c "printf 'local all locked scram-sha-256\nlocal all,replication all trust\n' > '$folder/data/pg_hba.conf'"
}

standby() {
    [ -d "$1/standby" ] || folder "$1/standby"
    as_nobody "$bin/pg_basebackup" -D "$1/standby/data" -d "host=$1 user=linden" -R -c fast --no-sync
    start "$1/standby"
}

small() {
    folder "$1/small" "$1/small/data" "$1/small/wal"
    for disk in data:128m wal:24m; do
        mount -t tmpfs -o "size=${disk#*:}" linden "$1/small/${disk%:*}" || exit 77
        ! real_root || chown "$(as_nobody id -u)" "$1/small/${disk%:*}"
        chmod 700 "$1/small/${disk%:*}"
    done
    init "$1/small" --waldir="$1/small/wal" --wal-segsize=1
    as_nobody sh -c "printf 'min_wal_size = 2MB\nmax_wal_size = 8MB\n' >> '$1/small/data/postgresql.conf'"
    start "$1/small"
}

# Linden's own parameters are let through, else it would be refused before it looks.
bouncer() {
    command -v pgbouncer > /dev/null || { echo "There is no PgBouncer here: 'make setup test' installs it" >&2; exit 1; }
    [ -d "$1/bouncer" ] || folder "$1/bouncer"
    printf '"linden" ""\n' > "$1/bouncer/users"
    cat > "$1/bouncer/ini" <<- END
		[databases]
		* = host=$1
		[pgbouncer]
		unix_socket_dir = $1/bouncer
		listen_port = 5432
		auth_type = trust
		auth_file = $1/bouncer/users
		pool_mode = $2
		logfile = $1/bouncer/log
		pidfile = $1/bouncer/pid
		${3:+ignore_startup_parameters = $3}
	END
    as_nobody pgbouncer -q -d "$1/bouncer/ini"
    until [ -S "$1/bouncer/.s.PGSQL.5432" ]; do sleep 0.05; done # it answers before it listens
}
bouncer_stop() {
    [ ! -f "$1/bouncer/pid" ] || as_nobody kill "$(cat "$1/bouncer/pid")"
    while [ -f "$1/bouncer/pid" ]; do sleep 0.05; done
}

case ${1:-} in
--cluster)
    where=$2
    case $3 in
    standby) standby "$where" ;;
    promote) as_nobody "$bin/pg_ctl" -D "$where/standby/data" -w -s promote ;;
    standby-stop) stop "$where/standby" fast && rm -rf "$where/standby/data" ;;
    small) small "$where" ;;
    small-restart) stop "$where/small" immediate > /dev/null 2>&1 || true; start "$where/small" ;;
    bouncer) bouncer "$where" "$4" "${5:-}" ;;
    bouncer-stop) bouncer_stop "$where" ;;
    start) start "$where" ;;
    stop) stop "$where" fast ;;
    kill) stop "$where" immediate ;;
    *) echo "pg.sh: $3?" >&2 && exit 2 ;;
    esac
    exit ;;
esac

durable=
[ "${1:-}" != --durable ] || { durable=yes && shift; }
where=$(mktemp -d "${TMPDIR:-/tmp}/linden-pg-XXXXXX")
here=$(cd "$(dirname "$0")" && pwd)
clean_up() {
    bouncer_stop "$where"
    for one in "$where/standby" "$where/small" "$where"; do
        stop "$one" immediate > /dev/null 2>&1 || true
    done
    ! [ -d "$where/small" ] || umount -l "$where/small/data" "$where/small/wal" 2> /dev/null || true
    rm -rf "$where"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
chmod 755 "$where"
[ -z "$durable" ] || touch "$where/durable"
! real_root || chown "$(as_nobody id -u)" "$where"
init "$where"
start "$where"
export LINDEN_TEST_DB="postgres://linden@/?host=$where"
export LINDEN_TEST_PG="$here/pg.sh --cluster $where"
"$@"
