#!/usr/bin/env bash
# scripts/test-run counts what happened: nothing that went wrong may add up to "0 failed".
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset TALLY
n=0
program() { printf '#!/bin/sh\n%s\n' "$2" >"$work/$1"; chmod +x "$work/$1"; }
# counts NAME "last line" STATUS PROGRAM...
counts() {
	local name=$1 want=$2 status=$3 out got
	shift 3
	out=$(cd "$work" && "$root/scripts/test-run" "$@" 2>&1)
	got=$?
	n=$((n + 1))
	if [ "$(tail -n 1 <<<"$out")" = "$want" ] && [ $got -eq "$status" ]; then
		echo "ok $n - $name"
	else
		printf 'exit %s\n%s\n' $got "$out" | sed 's/^/# /'
		echo "not ok $n - $name"
	fi
}
program good 'echo 1..2; echo "ok 1 - a"; echo "ok 2 - b"'
program bad 'echo "ok 1 - a"; echo "not ok 2 - b"; exit 1'
program skips 'echo "ok 1 - a"; echo "ok 2 - b # SKIP no disk"'
program cmocka 'echo "ok 1 - a"; echo "not ok 2 # SKIP b"; exit 0'
program dies 'echo "ok 1 - a"; kill -SEGV $$'
program mute 'exit 0'
program liar 'echo "not ok 1 - a"; exit 0'
# Fails the first time; and holds the watch as long as a paused machine would.
program paused 'if [ -e again ]; then echo "ok 1 - a"; exit; fi; : >again; echo "not ok 1 - a"
kill -STOP $PAUSE_WATCH; timeout 0.5 tail -f /dev/null; kill -CONT $PAUSE_WATCH; timeout 0.2 tail -f /dev/null; exit 1'
program broken 'echo "not ok 1 - a"; kill -STOP $PAUSE_WATCH; timeout 0.5 tail -f /dev/null; kill -CONT $PAUSE_WATCH
timeout 0.2 tail -f /dev/null; echo run >>runs; exit 1'
program flaky 'if [ -e flaked ]; then echo "ok 1 - a"; exit; fi; : >flaked; echo "not ok 1 - a"; exit 1'
program three 'for i in $(cat runs); do echo "ok - $i"; done'
program hangs 'echo "ok 1 - a"; exec tail -f /dev/null'
counts 'all is well' '2 passed, 0 failed' 0 ./good
counts 'a failure' '3 passed, 1 failed' 1 ./good ./bad
counts 'a skip is neither' '1 passed, 0 failed, 1 skipped' 0 ./skips
counts 'nor is one as cmocka writes it' '1 passed, 0 failed, 1 skipped' 0 ./cmocka
counts 'death counts as a failure' '1 passed, 1 failed' 1 ./dies
counts 'no test is a failure' '0 passed, 1 failed' 1 ./mute
counts 'not ok is a failure whatever the exit status' '0 passed, 1 failed' 1 ./liar
counts 'a program that is not there is a failure' '2 passed, 1 failed' 1 ./none ./good
counts 'a program that hangs is ended and counted' '1 passed, 1 failed' 1 -t 1 ./hangs
counts 'side by side, each is counted once' '6 passed, 3 failed' 1 -j 3 ./good ./bad ./good ./dies ./mute
counts 'side by side, a hang does not hide the others' '3 passed, 1 failed' 1 -j 2 -t 1 ./hangs ./good
counts 'who failed while the machine stood still gets another chance' '1 passed, 0 failed' 0 ./paused
counts 'and not a fourth' '0 passed, 1 failed' 1 ./broken
counts 'three runs are what that was' '3 passed, 0 failed' 0 ./three
counts 'who fails on a machine that runs gets none' '0 passed, 1 failed' 1 ./flaky
echo "1..$n"
