#!/usr/bin/env bash
# Each rule of the house finds the fault it is there for, names its place, and leaves sound code alone.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset MAKEFLAGS TALLY
export BUILD=$work/build GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
n=0

# A tree of its own with our Makefile and rules, and the floor to stand on.
cd "$work"
git init -q tree
cd tree
mkdir -p bot
cp -r "$root/Makefile" "$root/.clang-format" "$root/scripts" .
cp -r "$root/bot/base" bot/
pristine() { git clean -qfdx && git checkout -q . && rm -rf "$BUILD"; }
git add -A
git -c user.name=t -c user.email=t@localhost commit -qm floor

# plant FILE <<TEXT
plant() { mkdir -p "$(dirname "$1")"; cat >"$1"; }
result() { # result OK NAME [DIAGNOSTICS]
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || { printf '%s\n' "${3:-}" | sed 's/^/# /'; echo "not ok $n - $2"; }
}
# finds NAME RULE TEXT: the rule fails and says TEXT at the beginning of a line. Then the tree is clean again.
finds() {
	local out status
	out=$("scripts/lint-$2" 2>&1)
	status=$?
	[ $status -eq 1 ] && awk -v want="$3" 'index($0, want) == 1 { hit = 1 } END { exit !hit }' <<<"$out"
	result $? "$2: $1" "$out"
	pristine
}
passes() {
	local out
	out=$("scripts/lint-$2" 2>&1) && [ -z "$out" ]
	result $? "$2: $1" "$out"
	pristine
}

# ranks
mkdir -p bot/store
plant bot/store/store.h </dev/null
plant bot/core/a.c <<<'#include "bot/store/store.h"'
finds 'an include goes up' ranks 'bot/core/a.c:1: "bot/store/store.h": may include bot/base, bot/core'
plant bot/core/a.h </dev/null
plant bot/core/b.c <<<'#include "a.h"'
finds 'an include is not spelled from the root' ranks 'bot/core/b.c:1: "a.h" is not spelled from the root'
plant bot/core/a.h </dev/null
plant bot/core/a.c <<<$'#include "bot/base/err.h"\n#include "bot/core/a.h"'
finds 'the own header comes second' ranks 'bot/core/a.c:1: "bot/base/err.h" before the file'
plant bot/core/a.h </dev/null
plant bot/core/a.c <<<$'#include <string.h>\n#include "bot/core/a.h"'
finds 'the world comes first' ranks 'bot/core/a.c:1: <string.h> before the file'
plant bot/core/a.c <<<$'#include <string.h>\n#include "bot/base/err.h"'
finds 'ours after the world' ranks 'bot/core/a.c:2: "bot/base/err.h" after a header of the world'
plant bot/core/a.c <<<$'#include <curl/curl.h>'
finds 'a library that the room does not link' ranks 'bot/core/a.c:1: <curl/curl.h> needs -lcurl'
plant tests/bot/core/test_a.c <<<$'#include <cmocka.h>\n#include "bot/http/door.h"'
plant bot/http/door.h </dev/null
finds 'a test looks above its room' ranks 'tests/bot/core/test_a.c:2: "bot/http/door.h": may include bot/base, bot/core'
plant tests/fuzz/fuzz_a.c <<<'#include "bot/base/err.h"'
finds 'a fuzz target names no room' ranks 'tests/fuzz/fuzz_a.c:1: the first line names no rooms'
plant tests/fuzz/fuzz_a.c <<<$'/* fuzz: bot/store */\n#include "bot/http/door.h"'
plant bot/http/door.h </dev/null
finds 'a fuzz target looks beside its rooms' ranks 'tests/fuzz/fuzz_a.c:2: "bot/http/door.h": may include bot/base, bot/core, bot/history, bot/store'
plant bot/core/a.h <<<'#include "bot/base/err.h"'
plant bot/core/inside.h <<<'#include "bot/core/a.h"'
plant bot/core/a.c <<<$'#include "bot/core/inside.h"\n\n#include <string.h>'
plant bot/store/s.c <<<$'#include "bot/core/a.h"\n\n#include <sqlite3.h>'
plant tests/bot/store/test_s.c <<<$'#include <cmocka.h>\n#include "bot/core/a.h"\n#include "tests/bot/store/tool.h"'
plant tests/bot/store/tool.h </dev/null
passes 'downward, own first, and in order' ranks

# purity
pure() { for r in bot/core graph/wire auth/jose media/dsp; do make -s room-$r 2>&1; done; }
plant bot/core/a.c <<<$'#include <stdlib.h>\n\nvoid *core_a(void);\nvoid *core_a(void)\n{\n\treturn malloc(7);\n}'
pure
finds 'the core takes heap' purity 'bot/core/a.c:6: malloc: a pure room may not'
plant media/dsp/a.c <<<$'#include "bot/base/clock.h"\n\nuint64_t dsp_a(void);\nuint64_t dsp_a(void)\n{\n\treturn clock_mono_ms();\n}'
pure
finds 'a clock, by way of the floor' purity 'media/dsp/a.c:6: clock_mono_ms: a pure room may not'
plant graph/wire/a.c <<<$'#include <jansson.h>\n\njson_t *wire_a(void);\njson_t *wire_a(void)\n{\n\treturn json_load_file("/x", 0, NULL);\n}'
pure
finds 'a file, by way of a library' purity 'graph/wire/a.c:6: json_load_file: a pure room may not'
plant bot/core/a.c <<<$'#include "bot/base/text.h"\n\n#include <string.h>\n\nsize_t core_a(struct text *t);\nsize_t core_a(struct text *t)\n{\n\ttext_add(t, "%d", 1);\n\treturn strlen(t->at);\n}'
pure
passes 'text and strings' purity
finds 'an archive that is not there' purity "$BUILD/obj/release/bot_core.a:1: missing"

# size
function_of() { echo 'int f(void);'; echo 'int f(void)'; echo '{'; for ((i = 0; i < $1 - 3; i++)); do echo '	;'; done; echo '	return 0;'; echo '}'; }
function_of 71 | plant bot/core/a.c
finds 'a function of 71 lines' size 'bot/core/a.c:3: f has 71 lines, 70 is the most'
{ function_of 70; echo '/* {'; for i in {1..80}; do echo x; done; echo '} */'; } | plant bot/core/a.c
passes 'a function of 70 lines' size
for i in {1..501}; do echo "extern int a$i;"; done | plant bot/core/a.h
finds 'a file of 501 lines' size 'bot/core/a.h:501: the file has 501 lines'
for i in {1..501}; do echo "extern int a$i;"; done | plant tests/bot/core/a.h
passes 'a long table of a test' size

# banned: every line of its own table
while read -r where name _; do
	[ -n "$where" ] || continue
	plant bot/core/a.c <<<$'int x;\n\tx = '"$name"'(y);'
	finds "$name" banned "bot/core/a.c:2: $name(): rather "
done < <(sed -n "/^table='/,/^'/p" scripts/lint-banned | grep -E '^(all|room) ')
plant tests/bot/core/a.c <<<$'	usleep (1);'
finds 'usleep in a test' banned 'tests/bot/core/a.c:1: usleep(): rather '
plant bot/core/a.c <<<$'/* strcpy(a, b) */\nconst char *a = "system(x)", b = \'"\'; // time(0)\nint c = p->time(0) + p.gets(1) + my_rand(2) + snprintf(x);\nconst char *d = "\\"sprintf(";'
passes 'words, members and longer names' banned
for word in TO''DO FIX''ME XX''X HA''CK; do
	plant bot/core/README.md <<<"a line"$'\n'"$word: later"
	finds "$word" banned 'bot/core/README.md:2: a word of the unfinished'
done
plant tests/e2e/a.sh <<<$'#!/bin/sh\nstart &\nsl\x65ep 2'
finds 'a script that waits for luck' banned 'tests/e2e/a.sh:3: sleep: rather '
plant tests/e2e/a.sh <<'SH'
#!/bin/sh
until curl -s x; do sleep 0.1; done
d=$(mktemp /tmp/a.XXXXXX)
SH
passes 'a script that looks while it waits' banned

# format
plant bot/core/a.c <<<$'int a;\nint  b ;'
finds 'a space too many' format 'bot/core/a.c:2: not as clang-format writes it'
plant bot/core/a.c <<<$'int a;\nint b;'
passes 'what clang-format would write' format

# readme
rooms() { for r in $(make -s print-uses | cut -d: -f1); do plant "$r/README.md" <<<"# $r"; done; plant README.md <<<'# x'; }
rooms
rm graph/wire/README.md
finds 'a room without a name on its door' readme 'graph/wire/README.md:1: missing'
rooms
plant stray/x.c </dev/null
finds 'a stranger at the top level' readme 'stray:1: not at the top level'
rooms
rm README.md
finds 'no README' readme 'README.md:1: missing'
rooms
plant .ci/run </dev/null
passes 'every door has a name' readme

# secrets
mkdir -p tests/fixtures
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out tests/fixtures/a.pem 2>/dev/null
finds 'a private key' secrets 'tests/fixtures/a.pem:2: a private key'
mkdir -p tests/fixtures
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 2>/dev/null | tr -d '\n' | sed 's/.*/const char *key = "&";/' >tests/fixtures/a.c
finds 'a private key in a string' secrets 'tests/fixtures/a.c:1: a private key'
plant tests/fixtures/a.json <<<"{\"kty\":\"RSA\",\"d\": \"$(openssl rand -hex 32)\"}"
finds 'a private JWK' secrets 'tests/fixtures/a.json:1: a private JWK'
plant tests/fixtures/a.p12 </dev/null
finds 'a file of keys' secrets 'tests/fixtures/a.p12:1: a file of keys'
mkdir -p tests/fixtures
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=x -keyout /dev/null -out tests/fixtures/a.pem 2>/dev/null
plant bot/core/a.c <<<'const char *head = "-----BEGIN PRIVATE KEY-----";'
passes 'a certificate, and code that knows what a key looks like' secrets

# all of them
plant bot/core/a.c <<<$'int  b ;'
out=$(scripts/lint format size)
[ $? -eq 1 ] && [ "$(grep -cE '^(not )?ok [12] - ' <<<"$out")" -eq 2 ] && grep -q '^not ok 1 - lint-format' <<<"$out" &&
	grep -q '^# bot/core/a.c:1: ' <<<"$out" && grep -q '^ok 2 - lint-size' <<<"$out"
result $? 'lint: a line of TAP a rule' "$out"
echo "1..$n"
