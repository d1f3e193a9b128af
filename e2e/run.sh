#!/usr/bin/env bash
# Prepares one end-to-end program and runs it against a built Baraza.
# usage: e2e/run.sh prepare|journeys|requests|publishing|indicators|offline|hall|clients|catalogues|portal|sdmx1|estimates|wire|maps|engines|channels|hostile|kill|full|screenshots PROGRAM
set -euo pipefail
cd "$(dirname "$0")"
what=$1 program=$2
[ -x "$program" ] || { echo "$program is missing: build it first" >&2; exit 1; }

# Who looks at data first is what "publishing" is about; elsewhere they are published at once.
export BARAZA_REVIEW=none

# The Python clients live beside the compiled code, so that a fresh clone finds them.
home=${XDG_CACHE_HOME:-$HOME/.cache}/baraza-clients
python_clients() {
    cat requirements.txt requirements-alone.txt | cmp -s - "$home/requirements.txt" && return
    rm -rf "$home"
    python3 -m venv "$home"
    "$home/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
    "$home/bin/pip" install --quiet --disable-pip-version-check --no-deps -r requirements-alone.txt
    cat requirements.txt requirements-alone.txt >"$home/requirements.txt"
}
node_clients() {
    if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
        npm ci --no-audit --no-fund
    fi
}

case $what in
prepare)
    python_clients
    node_clients
    ;;
clients)
    python_clients
    exec "$home/bin/python" clients.py "$program"
    ;;
catalogues)
    # The example that writes a small portal in every format stands beside the program.
    python_clients
    exec "$home/bin/python" catalogues.py "$(dirname "$program")/examples/portal"
    ;;
portal)
    python_clients
    exec "$home/bin/python" portal.py "$program"
    ;;
sdmx1)
    python_clients
    exec "$home/bin/python" sdmx1.py "$program"
    ;;
estimates)
    python_clients
    exec "$home/bin/python" estimates.py "$program"
    ;;
wire)
    python_clients
    # Superset has a SQLAlchemy of its own.
    superset=$home/superset
    [ -d "$superset" ] || "$home/bin/pip" install --quiet --disable-pip-version-check --target "$superset" "SQLAlchemy==1.4.54"
    exec "$home/bin/python" wire.py "$program" "$superset"
    ;;
engines)
    # JavaRosa comes with pyxform; the walker of our Rust engine stands beside the program.
    python_clients
    node_clients
    # Web Forms knows no place but the machine's; the walks are of Jakarta.
    TZ=Asia/Jakarta exec node engines.mjs "$(dirname "$program")/examples/walk"
    ;;
journeys | requests | publishing | indicators | offline | hall | screenshots | channels)
    node_clients
    exec node "$what.mjs" "$program"
    ;;
maps)
    exec node maps.mjs "$program"
    ;;
hostile | kill)
    exec node "$what.mjs" "$program"
    ;;
full)
    namespace=(unshare --user --map-root-user --mount)
    if ! "${namespace[@]}" true 2>/dev/null; then
        echo "a disk that fills needs a mount namespace of its own, which this machine does not give"
        echo "0 passed, 0 failed, 1 skipped"
        exit 0
    fi
    exec "${namespace[@]}" node full.mjs "$program"
    ;;
*)
    echo "unknown: $what" >&2
    exit 1
    ;;
esac
