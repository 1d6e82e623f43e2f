#!/usr/bin/env bash
# scripts/setup asks for what is missing and for nothing else, once, and "check" asks for nothing at all.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset MAKEFLAGS
export BUILD=$work/build
n=0
result() { n=$((n + 1)); [ "$1" = 0 ] && echo "ok $n - $2" || { printf '%s\n' "${3:-}" | sed 's/^/# /'; echo "not ok $n - $2"; }; }

# A machine of paper: dpkg-query knows what the list says, apt-get and npm write down what they are asked.
mkdir -p "$work/bin" "$work/tree/scripts" "$work/tree/tests/peers" "$work/tree/bot/console"
cp "$root/scripts/setup" "$work/tree/scripts/"
echo '{}' | tee "$work/tree/tests/peers/package-lock.json" >"$work/tree/bot/console/package-lock.json"
tool() { cat >"$work/bin/$1"; chmod +x "$work/bin/$1"; }
tool dpkg-query <<'SH'
#!/bin/sh
for last; do :; done
grep -qxF -- "$last" "$ABSENT" && exit 1
case "$*" in *'db:Status-Status'*) printf installed ;; *) echo 'install ok installed' ;; esac
SH
tool apt-get <<'SH'
#!/bin/sh
echo "apt-get $*" >>"$ASKED"
case " $* " in *' install '*) : >"$ABSENT" ;; esac
SH
tool npm <<'SH'
#!/bin/sh
echo "npm $* in ${PWD#"$TREE"/}" >>"$ASKED"
[ -z "${NPM_AWAY:-}" ] || exit 1
mkdir -p node_modules
SH
tool sudo <<'SH'
#!/bin/sh
echo sudo >>"$ASKED"
exec "$@"
SH
tool id <<'SH'
#!/bin/sh
echo "${USER_ID:-0}"
SH
export PATH=$work/bin:$PATH ABSENT=$work/absent ASKED=$work/asked TREE=$work/tree
cd "$work/tree"
absent() { printf '%s\n' "$@" >"$ABSENT"; : >"$ASKED"; rm -rf "$BUILD" tests/peers/node_modules bot/console/node_modules; }

absent libopus-dev ffmpeg
out=$(scripts/setup check run 2>&1)
[ $? -eq 1 ] && grep -qx 'missing: libopus-dev' <<<"$out" && grep -q 'scripts/setup run' <<<"$out" && [ ! -s "$ASKED" ]
result $? 'check names what is missing to run, and installs nothing' "$out"

out=$(scripts/setup run 2>&1)
[ $? -eq 0 ] && grep -q 'apt-get.* install .*-y .*libopus-dev$' "$ASKED" && grep -q 'apt-get.* update$' "$ASKED" &&
	grep -qx 'npm ci .* in bot/console' "$ASKED" && ! grep -q 'ffmpeg\|peers' "$ASKED"
result $? 'run installs that and what builds the pages, and no more' "$(cat "$ASKED")"

: >"$ASKED"
out=$(scripts/setup run 2>&1) && [ -z "$out" ] && [ ! -s "$ASKED" ]
result $? 'a second time is silent' "$out"

absent ffmpeg libcmocka-dev
out=$(scripts/setup test 2>&1)
[ $? -eq 0 ] && grep -q 'install .*libcmocka-dev ffmpeg$' "$ASKED" && grep -q '^npm ci .* in tests/peers' "$ASKED"
result $? 'test installs the tools of tests and the peers' "$out"

: >"$ASKED"
echo '{"changed":1}' >tests/peers/package-lock.json
out=$(scripts/setup test 2>&1)
[ $? -eq 0 ] && grep -q '^npm ci' "$ASKED" && ! grep -q 'apt-get\|console' "$ASKED"
result $? 'a changed lock file asks npm again, and only npm, for that folder' "$(cat "$ASKED")"

absent
out=$(NPM_AWAY=1 scripts/setup run 2>&1)
[ $? -eq 1 ] && grep -q 'npm did not get the packages of bot/console.*registry is out of reach' <<<"$out"
result $? 'where npm is out of reach it says so, and what to do' "$out"

absent libopus-dev
out=$(USER_ID=1000 scripts/setup run 2>&1)
[ $? -eq 0 ] && grep -qx sudo "$ASKED" && grep -q 'install .*libopus-dev$' "$ASKED"
result $? 'who is not root goes by sudo' "$(cat "$ASKED")"

out=$(scripts/setup everything 2>&1)
[ $? -eq 2 ] && grep -q '^usage: ' <<<"$out"
result $? 'a word it does not know is answered with the usage' "$out"
echo "1..$n"
