# SPDX-License-Identifier: Apache-2.0
# The one Makefile. `make help` lists what it can do.
#
# Sources are found by folder: a .c file in a ring's folder is in that ring's archive, programs/NAME.c is a main(),
# programs/NAME/*.c belongs to that program alone, programs/common/*.c to all of them, tests/**/test_*.c is a cmocka
# program of its own, tests/support/*.c is in all of these.
#
# Settings: BUILD=dir, SANITIZER=address,undefined, COVERAGE=yes, WHOLE=yes (optimize whole programs: they are half as fast
# again, and linking takes a minute; in build/whole/bin), CC=clang, WERROR= (warnings stay warnings),
# PACKAGES=no (never look at or install Debian packages), V=1 (print whole commands), PREFIX and DESTDIR.
# Objects of different settings never mix: each has a folder of its own below $(BUILD).

BUILD ?= build
SANITIZER ?=
COVERAGE ?= no
WHOLE ?= no
PACKAGES ?= yes
PREFIX ?= /usr/local
DESTDIR ?=
WERROR ?= -Werror
PYTHON ?= /usr/bin/python3
ifeq ($(origin CC),default)
CC := gcc
endif
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:

# Goals that call make again, each after it has seen to its packages: one after the other.
CALLERS := scenarios bench test test-real test-dockerd bless schema check ablation explore-all planted-bugs coverage coverage-raise
ifneq ($(filter $(CALLERS),$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif
JOBS ?= $(shell nproc)
JOBS_UNLESS_GIVEN = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS))

comma := ,
SANITIZED := address,undefined
VARIANT := $(if $(filter yes,$(COVERAGE)),coverage,$(if $(SANITIZER),$(subst $(comma),-,$(SANITIZER)),$(if $(filter \
	yes,$(WHOLE)),whole,plain)))
OUT := $(BUILD)/$(VARIANT)
GENERATED := $(BUILD)/generated
BIN := $(if $(filter plain,$(VARIANT)),$(BUILD)/bin,$(OUT)/bin)
SANITIZED_BIN := $(BUILD)/$(subst $(comma),-,$(SANITIZED))/bin

# ---- what there is ----

RINGS := base proto grpc/wire grpc/io handler/core handler/wire handler/io fakecontainerd/core fakecontainerd/script \
	fakecontainerd/wire fakecontainerd/io scenarios/language harness

sources_in = $(wildcard $(1)/*.c $(1)/*/*.c)
objects_of = $(patsubst %.c,$(OUT)/%.o,$(1))
archive_of = $(OUT)/lib/lib$(subst /,-,$(1)).a

PROTOS := $(wildcard proto/*.proto)
PROTO_SOURCES := $(PROTOS:%.proto=$(GENERATED)/%.pb-c.c)
PROTO_HEADERS := $(PROTO_SOURCES:.c=.h)
PROTO_OBJECTS := $(PROTOS:%.proto=$(OUT)/generated/%.pb-c.o)

PROGRAMS := $(patsubst programs/%.c,%,$(wildcard programs/*.c))
PROGRAM_PARTS := $(patsubst %/,%,$(sort $(dir $(wildcard programs/*/*.c))))
TEST_SOURCES := $(sort $(shell find tests -name 'test_*.c' ! -path 'tests/real/*' 2>/dev/null))
TEST_SUPPORT := $(wildcard tests/support/*.c)
TEST_PROGRAMS := $(TEST_SOURCES:%.c=$(OUT)/%)
BENCH := $(OUT)/bench/bench

FILLED_RINGS := $(foreach ring,$(RINGS),$(if $(call sources_in,$(ring))$(if $(filter proto,$(ring)),$(PROTOS)),$(ring)))
ARCHIVES := $(foreach ring,$(FILLED_RINGS),$(call archive_of,$(ring)))
PART_ARCHIVES := $(foreach part,$(PROGRAM_PARTS),$(call archive_of,$(part)))
SUPPORT_ARCHIVE := $(if $(TEST_SUPPORT),$(call archive_of,tests/support))
PROGRAM_FILES := $(PROGRAMS:%=$(BIN)/%)

RING_OBJECTS := $(call objects_of,$(foreach ring,$(RINGS) $(PROGRAM_PARTS),$(call sources_in,$(ring))) $(TEST_SUPPORT))
BENCH_OBJECTS := $(call objects_of,$(wildcard bench/*.c))
OBJECTS := $(RING_OBJECTS) $(BENCH_OBJECTS) $(call objects_of,$(PROGRAMS:%=programs/%.c) $(TEST_SOURCES))

# ---- how it is compiled ----

LIBRARIES := libnghttp2 libevent libprotobuf-c yaml-0.1
once = $(eval $(1) := $(2))$($(1))
LIBRARY_CFLAGS = $(call once,LIBRARY_CFLAGS,$(shell pkg-config --cflags $(LIBRARIES)))
LIBRARY_LIBS = $(call once,LIBRARY_LIBS,$(shell pkg-config --libs $(LIBRARIES)))
TEST_LIBS = $(call once,TEST_LIBS,$(shell pkg-config --libs cmocka))

# Without contracts, what only a contract uses is unused; so the measured build leaves warnings to the others.
WARNINGS := $(if $(filter yes,$(COVERAGE)),-w,-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum -Wvla -Wcast-qual -Wformat=2)
SANITIZER_FLAGS := $(if $(SANITIZER),-fsanitize=$(SANITIZER) -fno-sanitize-recover=all -fno-omit-frame-pointer)
COVERAGE_FLAGS := $(if $(filter yes,$(COVERAGE)),--coverage -DCONTRACT_OFF)
# Lines are all that a sanitizer's report and gcov need of -g. With -Og the sanitized build takes half of the time that -O1
# takes, and its tests a fifth more.
CFLAGS ?= $(if $(filter yes,$(COVERAGE)),-O0 -g1,$(if $(SANITIZER),-Og -g1,-O2 -g))

# Whether a reference into an arena is one is a question for all the other builds.
WHOLE_FLAGS := $(if $(filter whole,$(VARIANT)),-flto=auto -DARENA_UNCHECKED)

MODES := $(SANITIZER_FLAGS) $(COVERAGE_FLAGS) $(WHOLE_FLAGS) -pthread
CPPFLAGS_OURS := -I. -I$(GENERATED) -DPROJECT_VERSION='"$(shell cat VERSION)"'
# Only what touches the world may see more than the C standard.
world_of = $(if $(findstring /io/,$(1))$(filter programs/% tests/% bench/%,$(1)),-D_GNU_SOURCE)
COMPILE = $(CC) -std=c11 $(CPPFLAGS_OURS) $(LIBRARY_CFLAGS) $(CPPFLAGS) $(MODES) $(CFLAGS) -MMD -MP
LINK = $(CC) $(MODES) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) \
	-Wl,--as-needed -Wl,--start-group $(filter %.a,$^) -Wl,--end-group

# Says what is made instead of how, unless V=1.
say = $(if $(filter 1,$(V)),,@printf '  %-6s %s\n' '$(1)' '$@' && )

# ---- what is built ----

.PHONY: all
all: libraries-present $(ARCHIVES) $(PROGRAM_FILES) ## Build the archives and the programs (build/bin).

.PHONY: test-programs objects libraries-present
test-programs: all $(TEST_PROGRAMS)
objects: libraries-present $(OBJECTS) $(PROTO_OBJECTS)

libraries-present:
	@pkg-config --exists --print-errors $(LIBRARIES) || \
		{ echo 'make: libraries are missing; on Debian `make packages` installs them' >&2; exit 1; }

$(OBJECTS) $(PROTO_OBJECTS): | libraries-present $(PROTO_HEADERS)

# One recipe makes both files of a .proto.
.SECONDARY: $(PROTO_SOURCES)
$(GENERATED)/proto/%.pb-c.c $(GENERATED)/proto/%.pb-c.h: proto/%.proto | libraries-present
	@mkdir -p $(GENERATED)
	$(call say,PROTOC)protoc-c --proto_path=. --c_out=$(GENERATED) $<

$(OUT)/generated/%.o: $(GENERATED)/%.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)$(COMPILE) -w -c $< -o $@

$(OUT)/%.o: %.c Makefile VERSION
	@mkdir -p $(@D)
	$(call say,CC)$(COMPILE) $(WARNINGS) $(WERROR) $(call world_of,$<) -c $< -o $@

# An archive depends on its folder too, so that a removed file leaves it.
define archive_rule
$(call archive_of,$(1)): $(call objects_of,$(call sources_in,$(1))) $(if $(filter proto,$(1)),$(PROTO_OBJECTS)) $(1)
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(call say,AR)$$(AR) rcs $$@ $$(filter %.o,$$^)
endef
$(foreach ring,$(FILLED_RINGS) $(PROGRAM_PARTS) $(if $(TEST_SUPPORT),tests/support),$(eval $(call archive_rule,$(ring))))

define program_rule
$(BIN)/$(1): $(OUT)/programs/$(1).o $(filter $(call archive_of,programs/$(1)) $(call archive_of,programs/common),$(PART_ARCHIVES)) $(ARCHIVES)
	@mkdir -p $$(@D)
	$$(call say,LINK)$$(LINK) $$(LIBRARY_LIBS)
endef
$(foreach program,$(PROGRAMS),$(eval $(call program_rule,$(program))))

$(TEST_PROGRAMS): $(OUT)/%: $(OUT)/%.o $(SUPPORT_ARCHIVE) $(PART_ARCHIVES) $(ARCHIVES)
	$(call say,LINK)$(LINK) $(TEST_LIBS) $(LIBRARY_LIBS)

$(BENCH): $(BENCH_OBJECTS) $(PART_ARCHIVES) $(ARCHIVES)
	$(call say,LINK)$(LINK) $(LIBRARY_LIBS)

-include $(OBJECTS:.o=.d) $(PROTO_OBJECTS:.o=.d)

# ---- what is done with it ----

AGAIN = @+$(MAKE) --no-print-directory $(JOBS_UNLESS_GIVEN)
NEEDS = @$(if $(filter no,$(PACKAGES)),true,ci/packages.sh)
RUN_TESTS = BIN="$(abspath $(SANITIZED_BIN))" PLAIN_BIN="$(abspath $(BUILD)/bin)" $(PYTHON) ci/run_tests.py

.PHONY: scenarios
scenarios: ## Build, then run every scenario in virtual time.
	$(NEEDS) build
	$(AGAIN) SANITIZER= COVERAGE=no all
	$(BUILD)/bin/ctrsim run scenarios

.PHONY: bench
bench: ## Measure how fast exploring is, beside its yardsticks.
	$(NEEDS) build
	$(AGAIN) SANITIZER= COVERAGE=no WHOLE=yes $(BUILD)/whole/bench/bench
	@$(BUILD)/whole/bench/bench $(BENCH_OPTIONS)

.PHONY: test
test: ## Build with ASan and UBSan, then run every test that needs no root.
	$(NEEDS) build test check
	$(AGAIN) SANITIZER= COVERAGE=no all
	$(AGAIN) COVERAGE=no SANITIZER=$(SANITIZED) test-programs
	@$(RUN_TESTS) --scripts tests --without tests/real --without tests/dockerd $(TEST_SOURCES:%.c=$(dir $(SANITIZED_BIN))%)

.PHONY: test-real
test-real: ## Run the tests against real containerd (needs root).
	@[ "$$(id -u)" -eq 0 ] || { echo 'make test-real: needs root: it starts containerd and containers' >&2; exit 1; }
	$(NEEDS) build real
	$(AGAIN) SANITIZER= COVERAGE=no all
	@$(RUN_TESTS) --scripts tests/real

.PHONY: test-dockerd
test-dockerd: ## Play scenarios to a real dockerd, unpacked in build/ and not installed (needs root).
	@[ "$$(id -u)" -eq 0 ] || { echo 'make test-dockerd: needs root, as dockerd does' >&2; exit 1; }
	$(NEEDS) build dockerd
	$(AGAIN) SANITIZER= COVERAGE=no all
	@ci/dockerd.sh $(BUILD)/dockerd
	@DOCKERD=$(abspath $(BUILD)/dockerd) $(RUN_TESTS) --scripts tests/dockerd

.PHONY: bless
bless: ## Renew the golden traces and the lists of scenarios and cures; read the difference before you commit it.
	$(NEEDS) build test
	$(AGAIN) SANITIZER= COVERAGE=no all
	BIN="$(abspath $(BUILD)/bin)" bash tests/golden/bless.sh
	$(PYTHON) ci/index_scenarios.py
	-BIN="$(abspath $(BUILD)/bin)" $(PYTHON) ci/ablation.py --write

.PHONY: schema
schema: ## Renew the JSON Schema of the scenario language, which is made from the parser's tables.
	$(NEEDS) build
	$(AGAIN) SANITIZER= COVERAGE=no all
	$(BUILD)/bin/ctrsim lint --schema >scenarios/language/scenario.schema.json

.PHONY: check
check: ## Check layers, purity, sizes, limits, format, warnings, words and determinism.
	$(NEEDS) build test check
	$(AGAIN) SANITIZER= COVERAGE=no all
	@BUILD="$(BUILD)" MAKE="$(MAKE)" ci/check.sh

.PHONY: format
format: ## Lay out every source file with clang-format.
	$(NEEDS) check
	ci/check_format.sh --fix

.PHONY: ablation
ablation: ## Turn each cure of `reliable` off and tell what breaks, in which scenario.
	$(NEEDS) build test
	$(AGAIN) SANITIZER= COVERAGE=no all
	@BIN="$(abspath $(BUILD)/bin)" $(PYTHON) ci/ablation.py

.PHONY: explore-all
explore-all: ## Explore every scenario under `reliable`, a line each (BUDGET=2s for a file, CRASHES=1, LATE=20s).
	$(NEEDS) build test
	$(AGAIN) SANITIZER= COVERAGE=no all
	@BIN="$(abspath $(BUILD)/bin)" $(PYTHON) ci/explore_all.py --budget $(or $(BUDGET),2s) --crashes $(or $(CRASHES),1) \
		$(if $(LATE),--late $(LATE)) --out "$(BUILD)/found"

.PHONY: planted-bugs
planted-bugs: ## Plant each defect of tests/planted in the handler's core and tell what finds it (SHORT=--short: three).
	$(NEEDS) build test
	@$(PYTHON) ci/planted_bugs.py $(SHORT)

.PHONY: coverage coverage-raise
coverage: ## Measure coverage (build/coverage/html) and compare it with the ratchet.
	$(NEEDS) build test check coverage
	$(AGAIN) SANITIZER= COVERAGE=yes test-programs
	@BUILD="$(BUILD)" PYTHON="$(PYTHON)" coverage/measure.sh
	@$(PYTHON) coverage/report.py --ratchet coverage/ratchet.txt $(BUILD)/coverage/ours.info

coverage-raise: ## Raise the ratchet to what `make coverage` measured last; it never falls.
	@$(PYTHON) coverage/report.py --raise coverage/ratchet.txt $(BUILD)/coverage/ours.info

.PHONY: packages
packages: ## Install the Debian packages that building, testing and checking need.
	@ci/packages.sh build test check coverage

.PHONY: install
install: all ## Install the programs below $(DESTDIR)$(PREFIX).
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 $(PROGRAM_FILES) "$(DESTDIR)$(PREFIX)/bin"

.PHONY: clean
clean: ## Remove everything that was built.
	rm -rf $(BUILD)

.PHONY: help
help: ## Print this list.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 16
