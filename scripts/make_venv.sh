#!/bin/sh
# Makes .venv with the locked dependencies: make_venv.sh PYTHON LOCKFILE
set -eu
python=$1
lock=$2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "OpenDTM needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11" >&2
    exit 1
}
if ! [ -x .venv/bin/python ]; then
    echo "Making .venv"
    "$python" -m venv .venv 2>/dev/null || {
        rm -rf .venv
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
            "$python" -m venv .venv
        else
            echo "Python's venv module is missing; install it with: sudo apt-get install python3-venv" >&2
            exit 1
        fi
    }
fi
echo "Installing what $lock pins (a few minutes the first time)"
# The lock names every package, so pip need not ask what each of them needs; modules are compiled when first used.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile --require-hashes -r "$lock"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
