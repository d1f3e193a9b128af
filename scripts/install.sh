#!/usr/bin/env bash
# Installs the Debian packages, and for fuzzing the cargo command, that this machine lacks for building, testing or measuring Baraza.
# usage: scripts/install.sh build|test|bench|fuzz
set -euo pipefail

missing=()
need() { # need COMMAND PACKAGE: asks for the package when nothing answers to the command
    command -v "$1" >/dev/null || [ -x "$1" ] || missing+=("$2")
}

command -v cargo >/dev/null || { echo "cargo is missing: install Rust 1.95 or newer first" >&2; exit 1; }
if ! node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null; then
    echo "Node.js 20 or newer is missing: install it first" >&2
    exit 1
fi

if [ "${1:-build}" = fuzz ] && ! cargo fuzz --version >/dev/null 2>&1; then
    cargo install --quiet --locked --version 0.13.2 cargo-fuzz
fi

need cc build-essential
need c++ build-essential
if [ "${1:-build}" = test ] || [ "${1:-build}" = bench ]; then
    need chromium chromium
    fc-list 2>/dev/null | grep -q . || missing+=(fonts-dejavu-core)
    need python3 python3
    python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
fi
if [ "${1:-build}" = test ]; then
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
    need javac default-jdk-headless
    # Message gateways; they are started by the tests themselves, on ports of their own.
    need /usr/sbin/bearerbox kannel
    need /usr/sbin/dovecot dovecot-imapd
    need /usr/lib/dovecot/lmtp dovecot-lmtpd
    need openssl openssl
    # Reads back what stands in the PDFs.
    need pdftotext poppler-utils
    # How Metabase speaks with PostgreSQL.
    [ -e /usr/share/java/postgresql.jar ] || missing+=(libpostgresql-jdbc-java)
    # Reads features as QGIS does.
    need ogrinfo gdal-bin
fi
if [ "${1:-build}" = bench ]; then
    need wrk wrk
fi

[ ${#missing[@]} -gt 0 ] || exit 0
echo "Installing Debian packages: ${missing[*]}"
as_root=()
if [ "$(id -u)" != 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "run this first, then try again: sudo apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo -n)
fi
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -qq "$@"; }
apt update
apt install -y --no-install-recommends "${missing[@]}" >/dev/null
