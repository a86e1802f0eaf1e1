#!/bin/sh
# fill.sh - writes one machine's files from the settings of all three:
#
#   deploy/fill.sh SETTINGS A|B|C FOLDER
#
# In the templates beside this script @A_HOST@ is a line A_HOST=… of the
# settings, and @MY_HOST@ that line of the machine asked for.  What the settings
# leave out has the usual value below.  Fails if a template asks for more, and
# then writes nothing.  `make cluster` fills in the same files.
set -eu
umask 077
from=$(dirname "$0")
[ $# -eq 3 ] || { sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2; }
settings=$1 me=$2 to=$3
case $me in A | B | C) ;; *) echo "the machine is A, B or C" >&2; exit 2 ;; esac

usual() {
    for m in A B C; do
        printf '%s\n' "${m}_NAME=$(printf '%s' $m | tr ABC abc)" ${m}_PEER_PORT=2380 ${m}_ETCD_PORT=2379 \
            ${m}_PG_PORT=5432 ${m}_REST_PORT=8008 ${m}_LINDEN_PORT=8080
    done
    printf '%s\n' ETCD_DATA=/var/lib/etcd/linden PG_DATA=/var/lib/postgresql/15/linden \
        PG_BIN=/usr/lib/postgresql/15/bin PG_SOCKETS=/run/postgresql PG_PASS=/var/lib/postgresql/.linden-pass \
        PG_CERTIFICATE=/etc/patroni/server.crt PG_KEY=/etc/patroni/server.key \
        DB_LISTEN=127.0.0.1:5000 WEB_LISTEN=127.0.0.1:8000 HAPROXY_SOCKET=/run/haproxy/admin.sock \
        LINDEN_DATA=/var/lib/linden PG_MEMORY=1GB PG_CONNECTIONS=100
}

script=$(mktemp)
trap 'rm -f "$script"' EXIT
# The last line that names a key counts, so settings win over the usual.
{ usual; grep -E '^[A-Z][A-Z_0-9]*=' "$settings"; } | awk -v me="$me" '
    { key = substr($0, 1, index($0, "=") - 1); value[key] = substr($0, index($0, "=") + 1) }
    END {
        for (key in value) {
            v = value[key]; gsub(/[\\&|]/, "\\\\&", v)
            print "s|@" key "@|" v "|g"
            if (index(key, me "_") == 1) print "s|@MY_" substr(key, 3) "@|" v "|g"
        }
    }' > "$script"

for pass in look write; do
    for file in etcd.env patroni.yml haproxy.cfg nginx.conf linden.conf; do
        text=$(sed -f "$script" "$from/$file")
        # A comment may speak of placeholders.
        if printf '%s\n' "$text" | grep -v '^ *#' | grep -oE '@[A-Z][A-Z_0-9]*@' | sort -u | grep .; then
            echo "$file: these are not among the settings" >&2
            exit 1
        fi
        [ $pass = look ] || { mkdir -p "$to" && printf '%s\n' "$text" > "$to/$file"; }
    done
done
