#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own: a new cluster in a temporary folder on a free port, gone afterwards.
# usage: scripts/postgres.sh COMMAND…    (the command finds the address in BARAZA_TEST_POSTGRES)
set -euo pipefail

bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1 || true)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || true)")
[ -x "$bin/initdb" ] || { echo "PostgreSQL is missing: apt-get install postgresql" >&2; exit 1; }

dir=$(mktemp -d "${TMPDIR:-/tmp}/baraza-postgres.XXXXXX")
as_owner=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
    owner=$(id -un postgres 2>/dev/null || echo nobody)
    chown "$owner" "$dir"
    as_owner=(setpriv "--reuid=$owner" "--regid=$(id -gn "$owner")" --clear-groups env "HOME=$dir")
fi
run() { (cd "$dir" && "${as_owner[@]}" "$@"); }

stop() {
    run "$bin/pg_ctl" stop --silent --pgdata="$dir/data" --mode=immediate >/dev/null 2>&1 || true
    rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

run "$bin/initdb" --pgdata="$dir/data" --username=baraza --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" ||
    { cat "$dir/initdb.log" >&2; exit 1; }
# Nothing here outlives the run, so nothing waits for the disk.
run tee -a "$dir/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_connections = 500
CONF

for _ in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + RANDOM % 20000))
    if run "$bin/pg_ctl" start --silent --wait --pgdata="$dir/data" --log="$dir/server.log" -o "-p $port" >/dev/null 2>&1; then
        export BARAZA_TEST_POSTGRES="postgres://baraza@127.0.0.1:$port"
        "$@"
        exit
    fi
done
cat "$dir/server.log" >&2
exit 1
