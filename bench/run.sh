#!/usr/bin/env bash
# Builds the program, prepares the peers, measures, and prints one table.
# usage: bench/run.sh [MEASURE…]     (all without names: xlsform submissions collect requests board rows tables cube indicators ingest pages weight lighthouse form offline opensdg dashboard live scorecards contracts)
#   BENCH_PROFILE=quick|release   which code to measure; quick by default
#   BENCH_ROWS=10000000           persons in the big file
#   BENCH_REQUESTS=1000000        requests taken in, swept and shown
#   BENCH_SUBMISSIONS=1000000 submissions put into tables
#   BENCH_SECONDS=8               how long each kind of asker asks for the dashboard
#   BARAZA_REAL_DATA=FOLDER       where the site of Open SDG is, ../shared/data without it
#   BENCH_QUESTIONS=SQL           of "tables" and "large", only what has these words in its name
#   BENCH_WRITE=1                 also write docs/bench.md
set -euo pipefail
cd "$(dirname "$0")/.."
# Who looks at data first is not what is measured.
export BARAZA_REVIEW=none
profile=${BENCH_PROFILE:-quick}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/baraza-target}
cargo build --locked --profile "$profile" -p baraza -p baraza-tables -p baraza-typeset --bin baraza --bin baraza-typeset --example bench --example persons --example requests --example board --example catalogue --example collect --example watchers --example nation --example dashboard --example scorecards
cargo build --locked --profile "$profile" -p baraza-formats --example walk
[ -e web/node_modules/.package-lock.json ] || (cd web && npm ci --no-audit --no-fund)

home=${XDG_CACHE_HOME:-$HOME/.cache}/baraza-bench
mkdir -p "$home"
if ! cmp -s bench/requirements.txt "$home/requirements.txt"; then
    rm -rf "$home/venv"
    python3 -m venv "$home/venv"
    "$home/venv/bin/pip" install --quiet --disable-pip-version-check -r bench/requirements.txt
    cp bench/requirements.txt "$home/requirements.txt"
fi
if [ ! -e e2e/node_modules/.package-lock.json ]; then
    (cd e2e && npm ci --no-audit --no-fund)
fi
if [ ! -e bench/node_modules/.package-lock.json ]; then
    (cd bench && npm ci --no-audit --no-fund)
fi
exec node bench/bench.mjs "$CARGO_TARGET_DIR/$profile/baraza" "$home" "$@"
