#!/usr/bin/env bash
# Runs the suite step by step, goes on after a failure, and closes with the totals of all steps.
# usage: scripts/test.sh all|quick|warm|docs
set -uo pipefail
cd "$(dirname "$0")/.." || exit
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/baraza-target}
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never} INSTA_UPDATE=no
[ -z "${CI:-}" ] || export CARGO_INCREMENTAL=0 # a clone that is used once
# The lints are told by the compiler that builds what the tests run: `cargo clippy` starts this driver in the same way, but would read
# every crate a second time, which takes ten minutes of a cold machine.
export RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__
baraza=$CARGO_TARGET_DIR/debug/baraza

passed=0 failed=0 skipped=0 broken=()
log=$(mktemp)

# step NAME COMMAND…: runs it, shows what it says, and adds up the closing lines of the test runners in it.
step() {
    local name=$1 began=$SECONDS status ok=0 bad=0 left=0 p f s
    shift
    printf '\n== %s\n' "$name"
    "$@" 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    while read -r p f s; do
        ok=$((ok + p)) bad=$((bad + f)) left=$((left + s))
    done < <(sed -nE \
        -e 's/^test result: [a-zA-Z]+\. ([0-9]+) passed; ([0-9]+) failed; ([0-9]+) ignored.*/\1 \2 \3/p' \
        -e 's/^([a-z0-9]+: )?([0-9]+) passed, ([0-9]+) failed$/\2 \3 0/p' \
        -e 's/^([a-z0-9]+: )?([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$/\2 \3 \4/p' "$log")
    if [ "$status" -ne 0 ]; then
        [ "$bad" -gt 0 ] || bad=1
        broken+=("$name")
    fi
    passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + left))
    printf -- '-- %s: %s in %s s\n' "$name" "$([ "$status" -eq 0 ] && echo done || echo FAILED)" $((SECONDS - began))
    return "$status"
}

compile() { cargo test --locked --workspace --no-run; }
# Addresses in the help of flags stay bare, as people will type them. It reads every dependency anew, so it is asked for by name (`make docs`).
rustdoc() { RUSTDOCFLAGS="-D warnings -A rustdoc::bare-urls" cargo doc --locked --workspace --no-deps --document-private-items; }

# The programs that try the built one from outside, each with a server and a folder of its own, in the order in which they are told of.
PROGRAMS=(
    "journeys: journeys in the browser"
    "requests: one request through the house"
    "publishing: data on their way to everybody"
    "indicators: numbers from their definition to another site"
    "offline: forms without a network"
    "hall: the meeting screen without a network"
    "clients: real clients"
    "catalogues: catalogues beside programs that read them"
    "portal: a whole portal by ckanapi"
    "sdmx1: every number as SDMX by sdmx1"
    "estimates: standard errors worked out anew by numpy"
    "wire: clients of PostgreSQL"
    "hostile: hostile files, and a kill in the middle"
    "maps: maps by GDAL"
    "engines: form engines not written here"
    "channels: message gateways"
    "kill: kill -9 while submissions arrive"
    "full: the disk fills while submissions arrive"
)
said=$(mktemp -d)
trap 'rm -rf "$log" "$said"' EXIT
# Half of them wait for phones, clocks and disks, so two run at once.
programs() {
    local program runs
    step "what the programs need" e2e/run.sh prepare "$baraza" || return
    printf '%s\n' "${PROGRAMS[@]%%:*}" |
        xargs -P 2 -I NAME sh -c 'e2e/run.sh NAME "$0" >"$1/NAME.log" 2>&1; echo $? >"$1/NAME.status"' "$baraza" "$said" &
    runs=$!
    for program in "${PROGRAMS[@]}"; do
        step "${program#*: }" heard "${program%%:*}" "$runs"
    done
}
# What one of them said, once it has ended; its outcome.
heard() {
    until [ -s "$said/$1.status" ] || ! kill -0 "$2" 2>/dev/null; do sleep 1; done
    cat "$said/$1.log"
    return "$(cat "$said/$1.status" || echo 1)"
}

case ${1:-all} in
warm)
    compile
    exit
    ;;
docs)
    rustdoc
    exit
    ;;
esac

step "format" cargo fmt --all --check
step "links in documents" node scripts/links.mjs
step "licences of dependencies" node scripts/licences.mjs
step "types of the islands" npm --prefix web run --silent check
if step "compile, with lints" compile; then
    step "unit tests, and the app on SQLite" cargo test --locked --workspace --no-fail-fast
    step "the form engine of the web beside that of Rust" npm --prefix web run --silent test
    if [ "${1:-all}" = all ]; then
        step "the app on PostgreSQL" scripts/postgres.sh cargo test --locked --workspace --test it --no-fail-fast
        programs
    fi
fi

echo
for name in "${broken[@]:-}"; do
    [ -z "$name" ] || echo "FAILED: $name"
done
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
