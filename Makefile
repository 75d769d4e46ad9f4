# Switchyard. `make help` lists the targets.

SHELL := /bin/sh
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

VERSION := 0.1.0
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
CLANG   ?= $(firstword $(wildcard /opt/homebrew/opt/llvm/bin/clang \
           /usr/local/opt/llvm/bin/clang) clang)
NPM     ?= npm
NODE    ?= node
PYTHON  ?= python3
SAN     ?=
DEV     ?=
V       ?=
FUZZ    ?=
ONLY    ?=
comma   := ,

# SAN=address, SAN=undefined or SAN=address,undefined builds into a folder of
# its own; so does what the fuzz targets are linked with.
OUT := build$(if $(FUZZ),/fuzz,$(if $(SAN),/san-$(subst $(comma),-,$(SAN))))

# libcurl is loaded when the first request is sent (src/net/curl.h), and
# libmicrohttpd when the dashboard starts.
PKGS := libcjson libutf8proc libpcre2-8 libprotobuf-c nettle sqlite3
CSTD := -std=c11 -D_GNU_SOURCE -D_DARWIN_C_SOURCE -DPCRE2_CODE_UNIT_WIDTH=8
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
        -Wmissing-prototypes -Wvla -Wwrite-strings
SAN_FLAGS  := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all)
FUZZ_FLAGS := $(if $(FUZZ),-fsanitize=fuzzer-no-link$(comma)address$(comma)undefined \
              -fno-sanitize-recover=all)
CFLAGS ?= $(if $(SAN)$(FUZZ),-O1 -g -fno-omit-frame-pointer,-O2 -g)
FLAGS   = $(CFLAGS) $(SAN_FLAGS) $(FUZZ_FLAGS)
COMPILER = $(if $(FUZZ),$(CLANG),$(CC))
PKG_THERE  := $(shell pkg-config --exists libcurl libmicrohttpd $(PKGS) 2>/dev/null && echo yes)
PKG_CFLAGS := $(shell pkg-config --cflags libcurl libmicrohttpd $(PKGS) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null)
COMPILE = $(COMPILER) $(CSTD) $(WARN) $(if $(DEV),-Werror) $(FLAGS) -MMD -MP \
          -DSWITCHYARD_VERSION='"$(VERSION)"' -Isrc -Itests -I$(TREE_SITTER) \
          -Ibuild/generated \
          $(PKG_CFLAGS)
LIBS    = $(PKG_LIBS) -lm -ldl -pthread

# All that the program needs of libraries is found when it starts, which takes
# 0.1 ms: found at its first use it keeps the linker and the tables of every
# library's names in memory, 0.5 MiB. On macOS it is so anyway.
EAGER  := $(if $(filter Darwin,$(shell uname)),,-Wl$(comma)-z$(comma)now)

# tree-sitter comes with the grammars: see grammars/embed.mjs.
TREE_SITTER := build/grammars/node_modules/tree-sitter/vendor/tree-sitter/lib/include

# One short line for a step; V=1 shows the command instead.
step = $(if $(V),,@printf '  %-4s %s\n' $(1) '$(or $(2),$@)' &&)

# All processors, unless a -j says otherwise.
PARALLEL = --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),, \
           -j$(shell getconf _NPROCESSORS_ONLN))

# Messages of gRPC, generated from their definitions by protobuf-c.
PROTO   := $(wildcard src/provider/proto/*.proto)
PROTO_C := $(PROTO:src/provider/%.proto=build/generated/%.pb-c.c)
PROTO_H := $(PROTO_C:.c=.h)
PROTOC  ?= $(if $(shell command -v protoc-c),protoc-c,protoc)

SRC := $(wildcard src/*/*.c)
OBJ := $(SRC:%.c=$(OUT)/%.o) $(PROTO_C:build/%.c=$(OUT)/%.o) $(OUT)/generated/page.o \
       $(OUT)/generated/weights.o
LIB := $(OUT)/libswitchyard.a

.PHONY: all
all: $(OUT)/switchyard ## build the program at build/switchyard

# --- the two commands of a fresh machine

.PHONY: demo
demo: ## set up all that is needed, build, and watch it work
	@CC='$(CC)' .ci/packages build
	@$(MAKE) $(PARALLEL) all
	@tests/demo/run $(OUT)/switchyard

.PHONY: test
test: ## set up all that tests need, build, and run all tests (ONLY=word)
	@CC='$(CC)' CLANG='$(CLANG)' .ci/packages test
	@$(MAKE) $(PARALLEL) test-programs
	@$(MAKE) --no-print-directory run-tests

# Without the set-up the first compilation would fail far less clearly.
.PHONY: ready
ready:
	@CC='$(CC)' .ci/packages build --check

# --- grammars: fetched, generated and compiled once, for every kind of build

# Languages that are built on request are named by LANGUAGES= ("all" are all
# of them): those whose packages are optional in grammars/package.json. Each
# choice has a folder of its own, for what differs from another one.
LANGUAGES    ?=
empty        :=
space        := $(empty) $(empty)
GRAMMARS     := build/grammars
CHOICE       := $(or $(subst $(space),-,$(sort $(LANGUAGES))),default)
grammar_libs  = $(GRAMMARS)/$1/liblanguages.a $(GRAMMARS)/libgrammars.a
GRAMMAR_LIB  := $(call grammar_libs,$(CHOICE))
EVERY_LANGUAGE := $(call grammar_libs,all)
GRAMMAR_DATA := $(wildcard grammars/*/language.json grammars/*/*.scm)
NPM_FILES    := grammars/package.json grammars/package-lock.json
READY        := $(if $(and $(PKG_THERE),$(wildcard $(GRAMMARS)/libgrammars.a)),,ready)
NO_GRAMMARS  := { echo 'switchyard: npm could not fetch the grammars from its registry; is there a network?' >&2; exit 1; }

# npm gives files the date of their package, so what was compiled from older
# ones looks newer than they are.
$(GRAMMARS)/npm.stamp: $(NPM_FILES) | $(READY)
	@mkdir -p $(GRAMMARS) && rm -rf $(GRAMMARS)/obj
	@cp $(NPM_FILES) grammars/.npmrc $(GRAMMARS)/
	$(call step,NPM,the grammars) cd $(GRAMMARS) && \
	    $(NPM) ci --omit=optional --loglevel=error >/dev/null || $(NO_GRAMMARS)
	@touch $@

# What the lock file has and is not there yet: the first step took it away.
$(GRAMMARS)/optional.stamp: $(GRAMMARS)/npm.stamp
	$(call step,NPM,the grammars of languages on request) cd $(GRAMMARS) && \
	    $(NPM) install --no-save --include=optional --loglevel=error >/dev/null || $(NO_GRAMMARS)
	@touch $@

EMBED_GRAMMARS := grammars/embed.mjs src/base/bytes.mjs
embed = $(NODE) grammars/embed.mjs grammars $(GRAMMARS)

$(GRAMMARS)/default/rules.mk: $(GRAMMARS)/npm.stamp $(EMBED_GRAMMARS) $(GRAMMAR_DATA)
	$(call step,NODE) $(embed) default

$(GRAMMARS)/%/rules.mk: $(GRAMMARS)/optional.stamp $(EMBED_GRAMMARS) $(GRAMMAR_DATA)
	$(call step,NODE) $(embed) $* $(subst -, ,$*)

$(GRAMMARS)/%/liblanguages.a: $(GRAMMARS)/%/rules.mk src/doc/language.h $(GRAMMARS)/libgrammars.a
	@$(MAKE) --no-print-directory -f $< CC='$(CC)' V='$(V)' $@
	@touch $@

# All choices share it.
$(GRAMMARS)/libgrammars.a: $(GRAMMARS)/default/rules.mk
	@$(MAKE) --no-print-directory -f $< CC='$(CC)' V='$(V)' $@
	@touch $@

# --- the program

RECORD = $(COMPILER) $(WARN) $(DEV) $(FLAGS) $(PKG_CFLAGS) $(VERSION)

# Holds what everything was compiled with, and changes with it alone.
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@[ "$$(cat $@ 2>/dev/null)" = '$(RECORD)' ] || echo '$(RECORD)' > $@
.PHONY: FORCE

$(OUT)/%.o: %.c $(OUT)/flags | $(READY) $(GRAMMARS)/npm.stamp $(PROTO_H)
	@mkdir -p $(@D)
	$(call step,CC) $(COMPILE) -c $< -o $@

build/generated/%.pb-c.c build/generated/%.pb-c.h: src/provider/%.proto | $(READY)
	@mkdir -p $(@D)
	$(call step,GEN,$<) $(PROTOC) --proto_path=src/provider --c_out=build/generated $<

# The dashboard's page, with uPlot.
PAGE := src/dashboard/page

build/page/npm.stamp: $(PAGE)/package.json $(PAGE)/package-lock.json | $(READY)
	@mkdir -p $(@D)
	@cp $^ $(PAGE)/.npmrc $(@D)/
	$(call step,NPM,the charts of the dashboard) cd $(@D) && $(NPM) ci --loglevel=error >/dev/null || \
	    { echo 'switchyard: npm could not fetch uplot from its registry; is there a network?' >&2; exit 1; }
	@touch $@

build/generated/page.c: build/page/npm.stamp src/base/bytes.mjs $(wildcard $(PAGE)/*.*)
	@mkdir -p $(@D)
	$(call step,NODE) $(NODE) $(PAGE)/embed.mjs $(PAGE) build/page/node_modules/uplot $@

# The numbers of the built-in model.
build/generated/weights.c: src/ngram/weights.bin src/ngram/embed.mjs src/base/bytes.mjs | $(READY)
	@mkdir -p $(@D)
	$(call step,NODE) $(NODE) src/ngram/embed.mjs $< $@

$(OUT)/generated/%.o: build/generated/%.c $(OUT)/flags
	@mkdir -p $(@D)
	$(call step,CC) $(COMPILE) -c $< -o $@

$(LIB): $(OBJ)
	@rm -f $@
	$(call step,AR) ar qcs $@ $^

# Another choice of languages is linked anew.
$(OUT)/languages: FORCE
	@mkdir -p $(@D)
	@[ "$$(cat $@ 2>/dev/null)" = '$(CHOICE)' ] || echo '$(CHOICE)' > $@

$(OUT)/switchyard: $(OUT)/src/main.o $(LIB) $(GRAMMAR_LIB) $(OUT)/languages
	$(call step,LD) $(CC) $(FLAGS) $(EAGER) -o $@ $(filter-out %/languages,$^) $(LIBS) $(LDFLAGS)

# --- whom tests talk to, besides the fake model server: a server of gRPC, a
# --- language server of others, and a certificate authority of their own

PEERS := build/grpc/npm.stamp build/inner/npm.stamp build/tls/ca.pem

build/grpc/npm.stamp: tests/grpc/package.json tests/grpc/package-lock.json
	@mkdir -p $(@D)
	@cp tests/grpc/package.json tests/grpc/package-lock.json tests/grpc/.npmrc $(@D)/
	$(call step,NPM,a server of gRPC for tests) cd $(@D) && $(NPM) ci --loglevel=error >/dev/null || \
	    { echo 'switchyard: npm could not fetch @grpc/grpc-js from its registry; is there a network?' >&2; exit 1; }
	@touch $@

build/inner/npm.stamp: tests/wrap/package.json tests/wrap/package-lock.json
	@mkdir -p $(@D)
	@cp tests/wrap/package.json tests/wrap/package-lock.json tests/wrap/.npmrc $(@D)/
	$(call step,NPM,a language server for tests) cd $(@D) && $(NPM) ci --loglevel=error >/dev/null || \
	    { echo 'switchyard: npm could not fetch pyright from its registry; is there a network?' >&2; exit 1; }
	@touch $@

build/tls/ca.pem: tests/tools/certificates
	$(call step,GEN) tests/tools/certificates $(@D)

# Neovim of other Debian releases than the system's: 0.10, and 0.12 or later.
NEOVIM_FROM := trixie forky
NEOVIMS     := $(if $(shell command -v apt-get),$(NEOVIM_FROM:%=build/neovim/%/nvim))

build/neovim/%/nvim: tests/tools/neovim
	$(call step,APT,Neovim from $*) tests/tools/neovim $* $(@D)

# Prometheus, which scrapes the metrics in a test.
PROMETHEUS := build/prometheus/promtool

$(PROMETHEUS): tests/tools/prometheus
	$(call step,APT,Prometheus) tests/tools/prometheus $(@D)
	@touch $@

# --- the extension for VS Code, and real VS Code to test it in

VSIX      := build/vscode/switchyard.vsix
VSIX_DATA := $(wildcard editors/vscode/*.json editors/vscode/*.mjs editors/vscode/README.md \
             editors/vscode/src/* editors/vscode/walkthrough/*)
BUNDLE    ?=

.PHONY: vscode
vscode: $(VSIX) ## the extension for VS Code (BUNDLE=1: with the program)

build/vscode/npm.stamp: editors/vscode/package.json editors/vscode/package-lock.json
	@mkdir -p $(@D)
	@cp $^ editors/vscode/.npmrc $(@D)/
	$(call step,NPM,what the extension is built with) cd $(@D) && $(NPM) ci --loglevel=error >/dev/null || \
	    { echo 'switchyard: npm could not fetch esbuild from its registry; is there a network?' >&2; exit 1; }
	@touch $@

# Nothing is built in the sources' folder.
$(VSIX): build/vscode/npm.stamp build/vscode/bundle $(VSIX_DATA) LICENSE build/switchyard
	@rm -rf $(@D)/src $(@D)/walkthrough && cp -R editors/vscode/* LICENSE $(@D)/
	$(call step,TSC,the extension for VS Code) cd $(@D) && node_modules/.bin/tsc -p .
	$(call step,PACK) cd $(@D) && $(NODE) build.mjs ../switchyard $(if $(BUNDLE),--bundle)

build/vscode/bundle: FORCE
	@mkdir -p $(@D)
	@[ "$$(cat $@ 2>/dev/null)" = '$(BUNDLE)' ] || echo '$(BUNDLE)' > $@

# VS Code as a browser shows it: the part of code-server that is VS Code
# itself. No module of it is compiled; it runs on Node 20, which npm has where
# the machine's own is older.
CODE         := build/code
CODE_SERVER  := code-server-4.100.3
CODE_SHA512  := q/Fh2DOxCRNhC/WiG/6sAhSKnj7ZACTVBaeeZ+rWjol//0FCbl/qg1ln5ecZ99jYcfqMxZZAyWcN+YBIo0DgpA==

$(CODE)/npm.stamp: tests/editors/vscode/package.json tests/editors/vscode/package-lock.json
	@mkdir -p $(@D)
	@cp $^ tests/editors/vscode/.npmrc $(@D)/
	$(call step,NPM,what drives VS Code in tests) cd $(@D) && \
	    $(NPM) ci --loglevel=error $$($(NODE) -e 'parseInt(process.versions.node) < 20 || console.log("--omit=optional")') >/dev/null || \
	    { echo 'switchyard: npm could not fetch playwright-core from its registry; is there a network?' >&2; exit 1; }
	@touch $@

$(CODE)/vscode.stamp: $(CODE)/npm.stamp
	$(call step,NPM,VS Code) cd $(CODE) && $(NPM) pack --silent code-server@$(CODE_SERVER:code-server-%=%) >/dev/null || \
	    { echo 'switchyard: npm could not fetch code-server from its registry; is there a network?' >&2; exit 1; }
	@openssl dgst -sha512 -binary $(CODE)/$(CODE_SERVER).tgz | openssl base64 -A | grep -qxF '$(CODE_SHA512)' || \
	    { echo 'switchyard: $(CODE_SERVER).tgz is not the one that was expected' >&2; exit 1; }
	@rm -rf $(CODE)/vscode
	@cd $(CODE) && tar xzf $(CODE_SERVER).tgz --strip-components=2 --exclude='*.map' package/lib/vscode && rm $(CODE_SERVER).tgz
	@cp tests/editors/vscode/.npmrc $(CODE)/vscode/
	@cd $(CODE)/vscode && $(NPM) install --omit=dev --loglevel=error >/dev/null
	@touch $@

# --- test programs

UNIT  := $(patsubst tests/unit/%.c,$(OUT)/tests/unit/%,$(wildcard tests/unit/test_*.c))
FAKE  := $(OUT)/tests/fake-model
FUZZERS := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

# Of the fake model server tests link only what starts it.
FAKE_OBJ := $(patsubst %.c,$(OUT)/%.o,$(filter-out tests/fake/fake.c,$(wildcard tests/fake/*.c)))
STARTER  := $(OUT)/tests/fake/fake.o

$(STARTER): COMPILE += -DFAKE_MODEL_PATH='"$(FAKE)"'

# Those that ask every language ask what is built on request, too.
OF_LANGUAGES := $(addprefix $(OUT)/tests/unit/test_,cursor language query scope syntax)

$(OF_LANGUAGES): $(OUT)/tests/unit/%: $(OUT)/tests/unit/%.o $(STARTER) $(LIB) $(EVERY_LANGUAGE) | $(FAKE)
	$(call step,LD) $(CC) $(FLAGS) -o $@ $^ $(LIBS) -lcmocka

$(OUT)/tests/unit/%: $(OUT)/tests/unit/%.o $(STARTER) $(LIB) $(GRAMMAR_LIB) | $(FAKE)
	$(call step,LD) $(CC) $(FLAGS) -o $@ $^ $(LIBS) -lcmocka

# The SDK for JavaScript, packed and installed as users would have it.
SDK := build/sdk/npm.stamp
$(SDK): $(wildcard sdk/javascript/* sdk/javascript/src/* tests/sdk/fixture.mjs tests/sdk/typed.mts)
	@rm -rf $(@D) && mkdir -p $(@D)
	$(call step,NPM,the SDK for JavaScript) cd $(@D) && \
	    $(NPM) pack --loglevel=error ../../sdk/javascript >/dev/null && \
	    $(NPM) install --offline --loglevel=error --no-audit --no-fund ./switchyard-sdk-*.tgz >/dev/null
	@cp tests/sdk/fixture.mjs tests/sdk/typed.mts $(@D)/
	@touch $@

# The one for Python, by the system's own Python, whose packages build it
# without a network. Nothing is built in the sources' folder.
PYTHON_SDK := build/sdk-python/pip.stamp
OWN_PYTHON := $(firstword $(wildcard /usr/bin/python3) $(PYTHON))
$(PYTHON_SDK): $(wildcard sdk/python/*.* sdk/python/switchyard_sdk/*.* sdk/javascript/src/tasks.jsonl)
	@rm -rf $(@D) && mkdir -p $(@D) && cp -R sdk $(@D)/sources
	$(call step,PIP,the SDK for Python) cd $(@D) && \
	    $(OWN_PYTHON) -m pip wheel -q --no-build-isolation --no-index --no-deps -w . ./sources/python && \
	    $(OWN_PYTHON) -m venv installed && \
	    installed/bin/python -m pip install -q --no-index switchyard_sdk-*.whl
	@touch $@

# tsc comes with what the extension for VS Code is built with.
test-programs: $(if $(if $(ONLY),$(findstring $(ONLY),sdk),yes),$(SDK) $(PYTHON_SDK) build/vscode/npm.stamp)

$(OUT)/tests/unit/test_grpc_server $(OUT)/tests/bench/bench_grpc: | $(PEERS)

$(FAKE): $(FAKE_OBJ) $(LIB)
	$(call step,LD) $(CC) $(FLAGS) -o $@ $^ $(LIBS)

$(OUT)/fuzz_%: $(OUT)/tests/fuzz/fuzz_%.o $(LIB) $(GRAMMAR_LIB)
	$(call step,LD) $(CLANG) $(FLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)

BENCHES := $(patsubst tests/bench/%.c,$(OUT)/tests/bench/%,$(wildcard tests/bench/bench_*.c))

$(OUT)/tests/bench/%: $(OUT)/tests/bench/%.o $(OUT)/tests/bench/stats.o $(STARTER) $(LIB) $(GRAMMAR_LIB) | $(FAKE)
	$(call step,LD) $(CC) $(FLAGS) -o $@ $(filter-out %.a,$^) $(filter %.a,$^) $(LIBS)

# Its own clock and HTTP come before the library's.
$(OUT)/tests/bench/bench_typing: $(OUT)/tests/bench/replay.o

# Fits the weights of the built-in model.
$(OUT)/tests/tools/%: $(OUT)/tests/tools/%.o $(LIB)
	$(call step,LD) $(CC) $(FLAGS) -o $@ $^ $(LIBS)

# With ONLY=word nothing is built but for the suites whose name has the word.
wanted = $(if $(ONLY),$(findstring $(ONLY),$1),yes)

.PHONY: unit-programs fuzz-programs test-programs
unit-programs: $(foreach u,$(UNIT),$(if $(call wanted,unit/$(notdir $u)),$u)) $(FAKE)
fuzz-programs: $(FUZZERS:build/fuzz/%=$(OUT)/%)

CHECKED := SAN=address,undefined
CHECKED_OUT := build/san-address-undefined
test-programs: all $(FAKE) $(PEERS) $(if $(call wanted,metrics),$(PROMETHEUS)) \
    $(foreach n,$(NEOVIMS),$(if $(call wanted,editors/neovim-$(notdir $(patsubst %/,%,$(dir $n)))),$n)) \
    $(if $(call wanted,dashboard/page),$(CODE)/npm.stamp) \
    $(if $(call wanted,editors/vscode),$(VSIX) $(CODE)/vscode.stamp)
	@$(MAKE) --no-print-directory $(CHECKED) all unit-programs
	$(if $(call wanted,fuzz),@$(MAKE) --no-print-directory FUZZ=1 fuzz-programs)

# --- suites: NAME=COMMAND, run and counted by tests/run

FUZZ_SECONDS ?= 20
SUITES := \
    $(foreach t,$(wildcard tests/unit/test_*.c),'unit/$(notdir $(t:.c=))=$(CHECKED_OUT)/$(t:.c=)') \
    $(foreach t,$(wildcard tests/check/*),'check/$(notdir $(t))=$(t)') \
    'sessions=tests/sessions/run $(CHECKED_OUT)/switchyard build/tests/fake-model' \
    'badinput=tests/badinput/run $(CHECKED_OUT)/switchyard build/switchyard' \
    'signing=tests/signing/run $(CHECKED_OUT)/switchyard' \
    'storm=tests/storm/run $(CHECKED_OUT)/switchyard build/tests/fake-model' \
    'together=tests/together/run build/switchyard $(CHECKED_OUT)/switchyard build/tests/fake-model' \
    'webhooks=tests/webhooks/run build/switchyard $(CHECKED_OUT)/switchyard build/tests/fake-model' \
    'wrap=tests/wrap/run $(CHECKED_OUT)/switchyard build/tests/fake-model' \
    'dashboard/requests=tests/dashboard/run build/switchyard $(CHECKED_OUT)/switchyard build/tests/fake-model' \
    'dashboard/page=$(NODE) tests/dashboard/page.mjs build/switchyard build/tests/fake-model $(CODE)' \
    'commands=tests/commands/run $(CHECKED_OUT)/switchyard build/tests/fake-model' \
    'metrics=tests/metrics/run $(CHECKED_OUT)/switchyard build/tests/fake-model $(dir $(PROMETHEUS))' \
    'sdk=tests/sdk/run $(CHECKED_OUT)/switchyard build/tests/fake-model' \
    'secrets=tests/secrets/run build/switchyard' \
    'install=tests/install/run' \
    'demo=tests/demo/run --check build/switchyard' \
    'editors/neovim=tests/editors/neovim/run build/switchyard build/tests/fake-model nvim' \
    $(foreach r,$(NEOVIM_FROM),'editors/neovim-$r=tests/editors/neovim/run build/switchyard build/tests/fake-model build/neovim/$r/nvim') \
    'editors/emacs=tests/editors/emacs/run build/switchyard build/tests/fake-model' \
    'editors/vscode=tests/editors/vscode/run build/switchyard build/tests/fake-model $(VSIX) $(CODE)' \
    'fuzz=tests/fuzz/run $(FUZZ_SECONDS) 1 $(FUZZERS)'

.PHONY: run-tests unit fuzz
run-tests:
	@tests/run $(if $(ONLY),--only '$(ONLY)') $(SUITES)

unit: ## build and run the unit tests alone, with sanitizers
	@$(MAKE) $(PARALLEL) $(CHECKED) unit-programs
	@tests/run --only unit/ $(SUITES)

fuzz: ## fuzz every parser for ten minutes each (FUZZ_SECONDS=)
	@$(MAKE) $(PARALLEL) FUZZ=1 fuzz-programs
	@tests/fuzz/run $(if $(filter 20,$(FUZZ_SECONDS)),600,$(FUZZ_SECONDS)) 0 $(FUZZERS)

.PHONY: check
check: ## the gate before a commit: warnings are errors, then all tests
	@$(MAKE) --no-print-directory DEV=1 test

.PHONY: weights
weights: $(OUT)/tests/tools/collect_ngram $(OUT)/tests/tools/fit_ngram ## fit the built-in model's weights again
	@tests/tools/fit $(OUT)

.PHONY: calibration
calibration: $(OUT)/tests/tools/collect_answers $(OUT)/tests/tools/fit_answers ## fit again how sure it is of its answers
	@tests/tools/calibrate $(OUT)

.PHONY: bench
bench: all $(BENCHES) $(FAKE) ## speed and memory, each beside a bare baseline
	@tests/bench/run $(OUT)

# --- installation

# In quotes, for folders with blanks.
PLACE = '$(DESTDIR)$(PREFIX)'
SHARE = $(PLACE)/share
# A package that Neovim finds by itself below /usr, /usr/local and ~/.local.
NVIM  = $(SHARE)/nvim/site/pack/switchyard/start/switchyard
NVIM_FILES = $(patsubst editors/nvim/%,%,$(wildcard editors/nvim/*/*.* \
             editors/nvim/lua/switchyard/*.lua))
Q     = $(if $(V),,@)

.PHONY: install uninstall
install: all ## install below PREFIX= (and DESTDIR=)
	$(Q)install -d $(PLACE)/bin $(SHARE)/man/man1 \
	    $(SHARE)/switchyard/grammars $(SHARE)/bash-completion/completions \
	    $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d \
	    $(SHARE)/emacs/site-lisp
	$(Q)install -m 755 $(OUT)/switchyard $(PLACE)/bin/switchyard
	$(Q)install -m 644 docs/switchyard.1 $(SHARE)/man/man1/switchyard.1
	$(Q)install -m 644 editors/emacs/switchyard.el $(SHARE)/emacs/site-lisp/switchyard.el
	$(Q)$(OUT)/switchyard check --schema > $(OUT)/config.schema.json
	$(Q)install -m 644 $(OUT)/config.schema.json $(SHARE)/switchyard/
	$(Q)for l in $(sort $(dir $(wildcard grammars/*/*.scm grammars/*/*.json))); do \
	    install -d $(SHARE)/switchyard/$$l && \
	    install -m 644 $$l* $(SHARE)/switchyard/$$l || exit 1; done
	$(Q)install -m 644 docs/completions/switchyard.bash $(SHARE)/bash-completion/completions/switchyard
	$(Q)install -m 644 docs/completions/_switchyard $(SHARE)/zsh/site-functions/_switchyard
	$(Q)install -m 644 docs/completions/switchyard.fish $(SHARE)/fish/vendor_completions.d/switchyard.fish
	$(Q)for f in $(NVIM_FILES); do install -d $(NVIM)/$$(dirname $$f) && \
	    install -m 644 editors/nvim/$$f $(NVIM)/$$f || exit 1; done
	$(Q)awk '{ for (i = 1; i <= NF; i++) if ($$i ~ /^\*[^*|]+\*$$/) { \
	    tag = substr($$i, 2, length($$i) - 2); \
	    print tag "\tswitchyard.txt\t/*" tag "*" } }' editors/nvim/doc/switchyard.txt | \
	    LC_ALL=C sort > $(OUT)/tags
	$(Q)install -m 644 $(OUT)/tags $(NVIM)/doc/tags
	@echo 'switchyard: installed as $(DESTDIR)$(PREFIX)/bin/switchyard'
	@case ":$$PATH:" in *:'$(PREFIX)/bin':*) ;; \
	    *) echo 'switchyard: $(PREFIX)/bin is not in your PATH' ;; esac

uninstall: ## remove what install put there
	$(Q)rm -f $(PLACE)/bin/switchyard $(SHARE)/man/man1/switchyard.1 \
	    $(SHARE)/emacs/site-lisp/switchyard.el \
	    $(SHARE)/bash-completion/completions/switchyard \
	    $(SHARE)/zsh/site-functions/_switchyard \
	    $(SHARE)/fish/vendor_completions.d/switchyard.fish
	$(Q)rm -rf $(SHARE)/switchyard $(SHARE)/nvim/site/pack/switchyard
	@echo 'switchyard: removed from $(DESTDIR)$(PREFIX)'

# --- for those who work on it

.PHONY: format top compile_commands.json picture pictures dashboard-pictures clean help
format: ## format all C sources
	clang-format -i $(wildcard src/*.c src/*/*.[ch] tests/*/*.[ch])

top: ## the longest functions and files, as information
	@tests/tools/longest 15

compile_commands.json: ## for clangd
	@$(MAKE) --no-print-directory V=1 -B -n $(OBJ) | $(PYTHON) tests/tools/compile_commands.py > $@

picture: all ## the README's picture, from a real run of the demo
	@tests/demo/picture $(OUT)/switchyard docs/demo.svg

pictures: all $(VSIX) $(CODE)/vscode.stamp ## its pictures of VS Code, from a real run
	@tests/editors/vscode/run --pictures docs $(OUT)/switchyard $(VSIX) $(CODE)

dashboard-pictures: all $(CODE)/npm.stamp ## those of the dashboard, over a week that is made up
	@$(NODE) tests/dashboard/pictures.mjs docs $(OUT)/switchyard $(CODE)

clean: ## remove all that was built
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-zA-Z_.-]+:.*## / { printf "  make %-22s %s\n", $$1, $$2 }' Makefile
	@echo '  With any of them: SAN=address,undefined  DEV=1 (warnings are errors)'
	@echo '  LANGUAGES="scala ocaml haskell" (built on request)'
	@echo '  V=1 (whole commands)  CC=  CFLAGS=  LDFLAGS='

-include $(shell find $(OUT)/src $(OUT)/tests -name '*.d' 2>/dev/null)
