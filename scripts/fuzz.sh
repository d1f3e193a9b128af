#!/usr/bin/env bash
# Throws damaged files at the readers of what strangers send, each for a minute, beginning with sound ones made here.
# usage: scripts/fuzz.sh [TARGET…]     (all without names)
#   FUZZ_SECONDS=60   how long each
# What was found stays in fuzz/artifacts/TARGET; run it again with: cargo fuzz run --fuzz-dir fuzz -s none TARGET FILE
set -euo pipefail
cd "$(dirname "$0")/.."
home=${XDG_CACHE_HOME:-$HOME/.cache}/baraza-fuzz
export CARGO_TARGET_DIR=$home/target
# The compiler's own hooks for fuzzing are not in its stable interface.
export RUSTC_BOOTSTRAP=1
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(xlsx workbook xform instance multipart catalogue)

cargo run --quiet --manifest-path fuzz/Cargo.toml --example seeds -- fuzz/corpus
failed=()
for target in "${targets[@]}"; do
    mkdir -p "fuzz/artifacts/$target"
    # Safe Rust needs no sanitizer; what is looked for are panics, endless loops and more than a gigabyte of memory.
    if ! cargo fuzz run --fuzz-dir fuzz -s none "$target" -- \
        -max_total_time="${FUZZ_SECONDS:-60}" -timeout=10 -rss_limit_mb=1024 -max_len=100000 -verbosity=0 -print_final_stats=1; then
        failed+=("$target")
    fi
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "found something: ${failed[*]}; the files are in fuzz/artifacts" >&2
    exit 1
fi
echo "${#targets[@]} targets, nothing found"
