#!/bin/sh
# Build the browser parts into the package, unless they are there already for these sources (web/stamp.mjs says what counts).
set -eu
cd "$(dirname "$0")/../web"
command -v npm >/dev/null 2>&1 || {
  echo "Node is not installed: the site is published without search, map zoom and query editor" >&2
  exit 0
}
built=../src/moro_lod/site/assets/built/stamp.txt
[ -f "$built" ] && [ "$(cat "$built")" = "$(node stamp.mjs)" ] && exit 0
echo "building the browser parts …"
installed=node_modules/.package-lock.json
[ -f "$installed" ] && [ "$installed" -nt package-lock.json ] || npm ci --silent --ignore-scripts --no-audit --no-fund
npm run --silent build
