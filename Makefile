# Foyer, a contact centre for Microsoft Teams. After cloning, on Debian 12:
#
#   make run      install what is missing, build, start service and local Graph, watch calls (Ctrl-C ends)
#   make demo     the same, scripted: half a minute, a story, a table, and what everybody heard
#   make test     everything CI runs; the last line reads "N passed, N failed"
#   make          build build/foyer and build/foyer-sim
#   make lint     ranks, purity, function length, banned calls, formatting
#   make bench    measured costs, each beside a peer in the same run
#   make sim SEED=7     one simulated life; SEEDS=20000 for more of them
#   make day SEED=7     10,000 calls of a day with all kinds of weather, in virtual time
#   make hour SECONDS=3600   an hour of 500 media legs in virtual time, under the address sanitizer
#   make fuzz SECONDS=600   each parser of strangers' bytes, as long as you like
#   make mutants     faults planted in bot/core one at a time: how many do its rows and lives notice?
#   make golden   rewrite the golden traces; review the diff
#   make format   let clang-format have its way
#   make reference   write build/reference.md: every member of the configuration
#   make setup    only install what is missing
#   make unit-bot/core V=tsan   one room's rows; V is release, asan or tsan
#   make clean    remove build/

BUILD ?= build
V ?= release
# VERBOSE=1 shows whole commands.
Q := $(if $(VERBOSE),,@)
CC = $(if $(filter fuzz,$(V)),clang,gcc)
JOBS := $(shell nproc)
SHELL = /bin/bash

# Every room, lowest rank first, with what it may include and link. A forbidden dependency does not link.
ROOMS := bot/base bot/core graph/wire auth/jose media/dsp auth/keys auth/token auth/login \
	media/codec media/prompt media/leg graph/client graph/chat graph/change graph/presence graph/sim bot/history bot/store \
	media/engine bot/http bot/api bot/whatif bot/package bot/shell
use_bot/core := bot/base
use_graph/wire := bot/base
use_auth/jose := bot/base
use_media/dsp := bot/base
use_auth/keys := auth/jose
use_auth/token := auth/jose
use_auth/login := auth/jose auth/keys
use_media/codec := media/dsp
use_media/prompt := media/dsp media/codec
use_media/leg := media/dsp media/codec media/prompt
use_graph/client := graph/wire
use_graph/presence := graph/wire
use_graph/chat := graph/wire
use_graph/change := graph/wire
use_graph/sim := bot/base
use_bot/history := bot/core
use_bot/store := bot/core bot/history
use_bot/whatif := bot/core
use_bot/package := bot/base
use_media/engine := media/leg media/prompt media/codec media/dsp
use_bot/http := bot/base
use_bot/api := bot/http bot/store bot/history bot/core graph/wire
use_bot/shell := bot/whatif bot/package bot/api bot/http bot/store bot/core graph/client graph/chat graph/wire media/engine media/prompt \
	media/leg graph/change graph/presence auth/login auth/token auth/keys

lib_bot/base := -lpthread
lib_graph/wire := -ljansson
lib_auth/jose := -lcrypto -ljansson
lib_media/dsp := -lspeexdsp -lm
lib_media/codec := -lopus -lspandsp -lm
lib_media/leg := -lcrypto
lib_media/engine := -lopusenc -lspandsp
lib_media/prompt := -lcrypto -lebur128 -lopusfile -lm
lib_graph/client := -lcurl
lib_graph/change := -lcrypto
lib_graph/sim := -lmicrohttpd -lcurl -ljansson -lcrypto -lopus -lm
lib_bot/store := -lsqlite3
lib_bot/http := -lmicrohttpd -lgnutls
lib_bot/api := -ljansson
lib_bot/whatif := -lm
lib_bot/package := -ljansson -lpng -lz -lm
lib_bot/shell := -ljansson -lcrypto -licui18n -licuuc

# Peers that rows compare us with.
test_lib_media/leg := -lsrtp2 -ljansson

# Everything below a room, itself first, so that archives come in linking order.
below = $(1) $(foreach r,$(use_$(1)),$(call below,$(r)))
uniq = $(if $(1),$(call uniq,$(filter-out $(lastword $(1)),$(1))) $(lastword $(1)))
closure = $(strip $(call uniq,$(call below,$(1))))

CFLAGS_release := -O2
CFLAGS_asan := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS_tsan := -O1 -fsanitize=thread
CFLAGS_fuzz := -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -Wno-error
CFLAGS := -std=gnu17 -g -fno-omit-frame-pointer -fstack-protector-strong -Wall -Wextra -Werror \
	-Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -D_GNU_SOURCE $(CFLAGS_$(V))
LDFLAGS := $(CFLAGS_$(V))

O := $(BUILD)/obj/$(V)
BIN := $(BUILD)$(if $(filter release,$(V)),,/$(V))

lib = $(O)/$(subst /,_,$(1)).a
srcs = $(sort $(wildcard $(1)/*.c))
objs = $(patsubst %.c,$(O)/%.o,$(call srcs,$(1)))
archives = $(foreach r,$(call closure,$(1)),$(call lib,$(r)))
libs = $(foreach r,$(call closure,$(1)),$(lib_$(r)))

.PHONY: all programs reference tests run demo test lint bench sim hour fuzz mutants golden format setup clean help \
	run-tests tests-tsan run-tests-tsan sims day day-of-weather fuzzers benches print-uses console $(ROOMS:%=room-%) $(ROOMS:%=unit-%)
all:
	@scripts/setup check run
	@$(MAKE) --no-print-directory programs

help:
	@sed -n '/^#/!q;s/^# \{0,1\}//p' Makefile

# main.c of a program stays out of its room's archive, so that tests can link the room.
define ROOM
$(call lib,$(1)): $(filter-out %/main.o,$(call objs,$(1)))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(Q)$$(AR) rcsD $$@ $$^
room-$(1): $(call lib,$(1))
endef
$(foreach r,$(ROOMS),$(eval $(call ROOM,$(r))))

$(O)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  cc $<"
	$(Q)$(CC) -I. -MMD -MP $(CFLAGS) $(CFLAGS_$(subst /,_,$(patsubst %/,%,$(dir $<)))) -c -o $@ $<

# libopusenc and libopusfile include each other's headers without their folder.
CFLAGS_media_engine := -I/usr/include/opus
CFLAGS_media_prompt := -I/usr/include/opus
# The list of pages, which is built.
CFLAGS_bot_shell := -DCONSOLE_FILES='"$(BUILD)/console/files.def"'

# The loops over samples want the vectoriser, which gcc 12 enables from -O3 on (measured in media.md's rows).
ifeq ($(V),release)
CFLAGS_media_dsp := -O3
CFLAGS_media_leg := -O3
CFLAGS_media_codec := -O3
endif

programs: $(BIN)/foyer $(BIN)/foyer-sim
$(BIN)/foyer: $(O)/bot/shell/main.o $(call archives,bot/shell)
	@mkdir -p $(@D)
	@echo "  link $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(call libs,bot/shell)
$(BIN)/foyer-sim: $(O)/graph/sim/main.o $(call archives,graph/sim)
	@mkdir -p $(@D)
	@echo "  link $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(call libs,graph/sim)

# tests/WING/ROOM/test_X.c becomes one program that links that room and what is below it, and no more.
TESTS :=
define TESTROOM
$(patsubst tests/$(1)/%.c,$(BIN)/tests/$(1)/%,$(wildcard tests/$(1)/test_*.c)): $(BIN)/tests/$(1)/%: $(O)/tests/$(1)/%.o $(call archives,$(1))
	@mkdir -p $$(@D)
	@echo "  link $$@"
	$$(Q)$$(CC) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $(call libs,$(1)) $(test_lib_$(1)) -lcmocka -lm
TESTS += $(patsubst tests/$(1)/%.c,$(BIN)/tests/$(1)/%,$(wildcard tests/$(1)/test_*.c))
# make unit-bot/base V=tsan: one room's rows, in the variant asked for.
unit-$(1): $(patsubst tests/$(1)/%.c,$(BIN)/tests/$(1)/%,$(wildcard tests/$(1)/test_*.c))
	scripts/test-run $$^
endef
$(foreach r,$(ROOMS),$(eval $(call TESTROOM,$(r))))
tests: $(TESTS)
run-tests:
	@scripts/test-run -t 120 -j $(JOBS) $(TESTS)

# Where threads meet, the thread sanitizer looks too. Without address randomisation: its shadow needs the room.
TSAN_ROOMS := bot/base bot/http bot/store graph/client media/engine
# Of the simulator only what has threads: the telephones, and the server whole.
TSAN_SIM := $(BIN)/tests/graph/sim/test_phone% $(BIN)/tests/graph/sim/test_server
TSAN_TESTS := $(foreach r,$(TSAN_ROOMS),$(filter $(BIN)/tests/$(r)/%,$(TESTS))) $(filter $(TSAN_SIM),$(TESTS))
tests-tsan: $(TSAN_TESTS)
run-tests-tsan:
	@setarch -R scripts/test-run -t 120 -j $(JOBS) $(TSAN_TESTS)

# One program of several rooms: $(1) itself, $(2) its objects, $(3) the rooms, $(4) more for the linker.
define PROGRAM
$(1): $(2) $(foreach r,$(3),$(call archives,$(r)))
	@mkdir -p $$(@D)
	@echo "  link $$@"
	$$(Q)$$(CC) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(sort $$(filter %.a,$$^)) -Wl,--end-group $(foreach r,$(3),$(call libs,$(r))) $(4)
endef

# The simulated lives: all of tests/sim is one program, which prints TAP and minds SEED and SEEDS in its environment.
SIM_ROOMS := bot/core
sims: $(BIN)/tests/sim/sim
$(eval $(call PROGRAM,$(BIN)/tests/sim/sim,$(patsubst %.c,$(O)/%.o,$(wildcard tests/sim/*.c)),$(SIM_ROOMS),-lm))
sim:
	@$(MAKE) --no-print-directory -j$(JOBS) sims
	@$(BIN)/tests/sim/sim

# A day of weather: the service whole against the simulator's state machine, in one process and a time of its own. Both
# have names of their own for the same things, so the simulator is linked beforehand and shows only what is asked of it.
$(O)/tests/day_sim.o: $(call lib,graph/sim)
	@mkdir -p $(@D)
	@echo "  link $@"
	$(Q)$(LD) -r -o $@ $(foreach f,sim_new sim_books entra_new entra_document scenario_parse,-u $(f)) $<
	$(Q)objcopy --wildcard --keep-global-symbol='sim_*' --keep-global-symbol='entra_*' --keep-global-symbol='scenario_*' $@
$(eval $(call PROGRAM,$(BIN)/tests/day/day,$(patsubst %.c,$(O)/%.o,$(wildcard tests/day/*.c)) $(O)/tests/day_sim.o,bot/shell,-lsqlite3))
day-of-weather: $(BIN)/tests/day/day
day:
	@scripts/setup run
	@$(MAKE) --no-print-directory -j$(JOBS) day-of-weather
	@$(BIN)/tests/day/day

# Not in make test, but for two seconds of it: more than an hour of a core.
hour:
	@scripts/setup test
	@$(MAKE) --no-print-directory V=asan $(BUILD)/asan/tests/media/engine/test_hour
	@HOUR_SECONDS=$(or $(SECONDS),3600) $(BUILD)/asan/tests/media/engine/test_hour

# tests/fuzz/fuzz_X.c and tests/bench/bench_X.c say in their first line which rooms they link: /* fuzz: graph/wire */.
rooms_of = $(shell sed -n '1s@^/\* [a-z]*: \(.*\) \*/.*@\1@p' $(1))
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
$(foreach f,$(FUZZERS),$(eval $(call PROGRAM,$(f),$(O)/tests/fuzz/$(notdir $(f)).o,$(call rooms_of,tests/fuzz/$(notdir $(f)).c),-fsanitize=fuzzer,address,undefined)))
fuzzers: $(FUZZERS)
fuzz:
	@scripts/setup test
	@$(MAKE) --no-print-directory -j$(JOBS) V=fuzz fuzzers
	@FUZZ_SECONDS=$(or $(SECONDS),60) scripts/fuzz $(FUZZERS)

# tests/peers/X.c are programs of ours that other people's code in tests/e2e talks to.
PEERS := $(patsubst tests/peers/%.c,$(BIN)/peers/%,$(wildcard tests/peers/*.c))
$(foreach p,$(PEERS),$(eval $(call PROGRAM,$(p),$(O)/tests/peers/$(notdir $(p)).o,$(call rooms_of,tests/peers/$(notdir $(p)).c))))
tests: $(PEERS)

# tests/bench/bench_X.c measures and prints; load_X.c are programs that the .mjs files there set on others.
BENCHES := $(patsubst tests/%.c,$(BIN)/tests/%,$(wildcard tests/bench/bench_*.c))
LOADS := $(patsubst tests/%.c,$(BIN)/tests/%,$(wildcard tests/bench/load_*.c))
$(foreach b,$(BENCHES) $(LOADS),$(eval $(call PROGRAM,$(b),$(b:$(BIN)/%=$(O)/%.o),$(call rooms_of,$(b:$(BIN)/%=%.c)),$(if $(filter $(b),$(LOADS)),-lssl -lcrypto) $(foreach r,$(call rooms_of,$(b:$(BIN)/%=%.c)),$(test_lib_$(r))) -lm)))
benches: $(BENCHES) $(LOADS)
bench:
	@scripts/setup test
	@$(MAKE) --no-print-directory -j$(JOBS) programs benches
	@BIN=$(BIN) scripts/bench

run demo:
	@scripts/setup run
	@$(MAKE) --no-print-directory -j$(JOBS) programs
	@scripts/$@

reference: programs
	@$(BIN)/foyer reference > $(BUILD)/reference.md && echo $(BUILD)/reference.md

# Not in make test: some minutes.
mutants:
	@scripts/setup test
	@BUILD=$(BUILD) scripts/mutate

setup:
	@scripts/setup test

# The + hands our variables and job slots on to the makes inside.
test:
	@scripts/setup test
	+@BUILD=$(BUILD) scripts/test

PURE_ROOMS := bot/core graph/wire auth/jose media/dsp
lint: $(PURE_ROOMS:%=room-%)
	@BUILD=$(BUILD) scripts/test-run scripts/lint

# What lint reads: every room, all it may include, and its libraries.
print-uses:
	@$(foreach r,$(ROOMS),echo "$(r): $(call closure,$(r)) | $(lib_$(r))";)
	@echo "tests/sim: $(sort $(foreach r,$(SIM_ROOMS),$(call closure,$(r))) bot/base) | "
	@echo "tests/day: $(call closure,bot/shell) graph/sim | $(call libs,bot/shell) $(lib_graph/sim)"

golden:
	@$(MAKE) --no-print-directory -j$(JOBS) tests programs
	@GOLDEN=write $(MAKE) --no-print-directory run-tests
	@GOLDEN=write FOYER=$(BIN)/foyer FOYER_SIM=$(BIN)/foyer-sim scripts/test-run tests/e2e/programs.mjs

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

clean:
	rm -rf $(BUILD)

.SECONDARY:
-include $(shell find $(O) -name '*.d' 2>/dev/null)

# What travels inside the program.
$(O)/bot/shell/embed.o: bot/shell/foyer.schema.json bot/example.json $(wildcard bot/shell/legal/*.txt)
$(O)/bot/api/schemas.o: $(wildcard bot/api/schemas/*.json)

# The pages of the Teams app: Node builds them, the program carries them, whatever the variant.
CONSOLE := $(shell find bot/console -name node_modules -prune -o -type f -not -name README.md -print 2>/dev/null)
$(O)/bot/shell/console_files.o: $(BUILD)/console/files.def
$(BUILD)/console/files.def: $(CONSOLE) bot/console/node_modules/.lock-installed
	@echo "  pages"
	$(Q)node bot/console/build.mjs $(BUILD)/console
bot/console/node_modules/.lock-installed: bot/console/package-lock.json
	@cmp -s $< $@ && touch $@ || { \
		echo "The npm packages that build the pages are missing or old: scripts/setup run gets them" >&2; \
		echo "(from npm's registry; where that is out of reach, NPM_CONFIG_REGISTRY names a mirror)." >&2; exit 1; }
console: $(BUILD)/console/files.def
