#!/bin/sh
# Programs that some tests need: installed where that is possible without asking (root on Debian). Where they are missing,
# those tests are skipped and say so.
set -u
missing=
for pair in chromium:chromium nginx:nginx-light apache2:apache2 curl:curl java:default-jre-headless; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || [ -x "/usr/sbin/${pair%%:*}" ] || missing="$missing ${pair#*:}"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing for the tests:$missing"
  export DEBIAN_FRONTEND=noninteractive
  # Servers are for the tests to start, not for the machine.
  policy=/usr/sbin/policy-rc.d
  if [ -e "$policy" ]; then policy=; else printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"; fi
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >/tmp/moro-lod-apt.log 2>&1 ||
    echo "not installed (see /tmp/moro-lod-apt.log); tests that need them are skipped"
  [ -z "$policy" ] || rm -f "$policy"
else
  echo "missing, so that some tests are skipped:$missing"
fi
exit 0
