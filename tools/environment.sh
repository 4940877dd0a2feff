#!/bin/sh
# Set up the virtual environment: environment.sh PYTHON VENV [EXTRA]
# Everything is pinned in constraints.txt; what is already there is not fetched again.
set -eu
python=$1 venv=$2 extra=${3:-}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "$python: Python 3.11 or newer is needed; install it, or name it: make PYTHON=/path/to/python3.11 …" >&2
  exit 2
fi
if [ ! -x "$venv/bin/pip" ]; then
  rm -rf "$venv"
  "$python" -m venv "$venv" || {
    echo "$python: the module venv is missing; on Debian and Ubuntu install the package python3-venv" >&2
    exit 2
  }
fi
echo "setting up $venv …"
"$venv/bin/pip" install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".${extra:+[$extra]}"
