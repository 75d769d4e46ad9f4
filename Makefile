# Switchyard. `make help` lists the targets.

SHELL := /bin/sh
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:

VERSION := 0.1.0
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
CLANG   ?= clang
NPM     ?= npm
NODE    ?= node
SAN     ?=
DEV     ?=
comma   := ,

# SAN=address, SAN=undefined or both build into a folder of their own.
OUT := build$(if $(SAN),/san-$(subst $(comma),-,$(SAN)))

PKGS   := libcurl libcjson libutf8proc tree-sitter libpcre2-8
CSTD   := -std=c11 -D_GNU_SOURCE -D_DARWIN_C_SOURCE
WARN   := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
          -Wmissing-prototypes -Wvla -Wwrite-strings
OPT    := $(if $(SAN),-O1 -g -fno-omit-frame-pointer -fsanitize=$(SAN) \
          -fno-sanitize-recover=all,-O2 -g)
CFLAGS ?= $(OPT)
ALL_CFLAGS = $(CSTD) $(WARN) $(if $(DEV),-Werror) $(CFLAGS) -MMD -MP \
             -DSWITCHYARD_VERSION='"$(VERSION)"' -DPCRE2_CODE_UNIT_WIDTH=8 \
             -Isrc -Itests $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LIBS = $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm

SRC  := $(wildcard src/*/*.c)
OBJ  := $(SRC:%.c=$(OUT)/%.o)
LIB  := $(OUT)/libswitchyard.a

.PHONY: all
all: $(OUT)/switchyard ## build the program at build/switchyard

# --- grammars: fetched, generated and compiled once, for every kind of build

GRAMMARS     := build/grammars
GRAMMAR_LIB  := $(GRAMMARS)/libgrammars.a
GRAMMAR_DATA := $(wildcard grammars/*/language.json grammars/*/*.scm)

$(GRAMMARS)/npm.stamp: grammars/package.json grammars/package-lock.json grammars/.npmrc
	@mkdir -p $(GRAMMARS)
	cp grammars/package.json grammars/package-lock.json grammars/.npmrc $(GRAMMARS)/
	cd $(GRAMMARS) && $(NPM) ci --silent
	@touch $@

$(GRAMMARS)/rules.mk: $(GRAMMARS)/npm.stamp grammars/embed.mjs $(GRAMMAR_DATA)
	$(NODE) grammars/embed.mjs grammars $(GRAMMARS)

$(GRAMMAR_LIB): $(GRAMMARS)/rules.mk
	@$(MAKE) --no-print-directory -f $(GRAMMARS)/rules.mk CC='$(CC)' $@
	@touch $@

# --- the program

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c $< -o $@

$(LIB): $(OBJ)
	@rm -f $@
	ar rcs $@ $^

$(OUT)/switchyard: $(OUT)/src/main.o $(LIB) $(GRAMMAR_LIB)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS) $(LDFLAGS)

# --- tests

TESTS := $(patsubst tests/unit/%.c,$(OUT)/tests/unit/%,$(wildcard tests/unit/test_*.c))

$(OUT)/tests/unit/%: $(OUT)/tests/unit/%.o $(LIB) $(GRAMMAR_LIB)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS) -lcmocka

.PHONY: unit
unit: $(TESTS) ## build and run the unit tests (SAN= to choose)
	@for t in $(TESTS); do $$t || exit 1; done

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z_.-]+:.*## / { printf "  make %-22s %s\n", $$1, $$2 }' Makefile

.PHONY: clean
clean: ## remove all that was built
	rm -rf build

-include $(OBJ:.o=.d) $(OUT)/src/main.d
