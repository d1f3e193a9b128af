#!/usr/bin/env bash
# Makes the sample regency when there is none yet, then serves it until Ctrl-C.
# usage: scripts/demo.sh BARAZA DATA_DIR LISTEN
set -euo pipefail
baraza=$1 data=$2 listen=$3

if [ -z "$(ls -A "$data" 2>/dev/null)" ]; then
    # Made beside its final place and moved there whole: an interrupted run leaves nothing half-filled.
    rm -rf "$data.unfinished"
    echo "Making the sample regency: 12,500 households, about two minutes."
    "$baraza" demo --data "$data.unfinished"
    rmdir "$data" 2>/dev/null || true
    mv "$data.unfinished" "$data"
else
    echo "Serving the data that is in $data already (make clean-demo throws it away)."
fi
exec "$baraza" serve --data "$data" --listen "$listen"
