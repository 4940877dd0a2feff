#!/bin/sh
# Build the browser parts into the package, unless they are there already for this lock file and these sources.
set -eu
cd "$(dirname "$0")/../web"
command -v npm >/dev/null 2>&1 || {
  echo "Node is not installed: the site is published without search, map zoom and query editor" >&2
  exit 0
}
stamp=../src/moro_lod/site/assets/built/.stamp
want=$(cat package-lock.json package.json ./*.mjs src/* 2>/dev/null | cksum)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && exit 0
echo "building the browser parts …"
npm ci --silent --ignore-scripts --no-audit --no-fund
npm run --silent build
mkdir -p "$(dirname "$stamp")"
echo "$want" >"$stamp"
