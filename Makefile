# Baraza: the commands a person needs. Two of them do all the set-up: `make demo` and `make test`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo web build test check docs bench fuzz screenshots warm clean-demo

# Compiled code lives outside the checkout, so that a fresh clone finds what an earlier one compiled.
export CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/baraza-target

DATA   ?= baraza-data
LISTEN ?= 127.0.0.1:8080
QUICK  := $(CARGO_TARGET_DIR)/quick/baraza

help: ## List these commands
	@echo "Baraza: from a village's households to a published number"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: build ## Build, make the sample regency in ./baraza-data when there is none, and serve it
	@scripts/demo.sh "$(QUICK)" "$(DATA)" "$(LISTEN)"

build: web ## Build the optimised program
	@scripts/install.sh build
	@echo "Compiling Baraza. The first time compiles the data engine: half an hour or more on two cores."
	cargo build --locked --profile quick -p baraza -p baraza-typeset

test: web ## Run everything CI runs: format, lints, unit and app tests on both databases, browser, real clients, kill -9
	@scripts/install.sh test
	@scripts/test.sh all

check: web ## Run the part of the tests that needs no PostgreSQL, browser or Java
	@scripts/install.sh build
	@scripts/test.sh quick

docs: web ## Check the documentation of the code
	@scripts/install.sh build
	@scripts/test.sh docs

bench: web ## Measure the product beside its peers and print a table (BENCH_PROFILE=release for the best code)
	@scripts/install.sh bench
	@bench/run.sh

screenshots: build ## Take the pictures of the README again
	@scripts/install.sh test
	@e2e/run.sh screenshots "$(QUICK)"

fuzz: ## Throw damaged files at every reader, each for a minute
	@scripts/install.sh fuzz
	@scripts/fuzz.sh

web: web/dist/manifest.json ## Build style sheets and scripts into web/dist

web/node_modules/.package-lock.json: web/package-lock.json
	@scripts/install.sh build
	cd web && npm ci --no-audit --no-fund

web/dist/manifest.json: web/node_modules/.package-lock.json $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
	cd web && npm run --silent build
	@touch $@

warm: web ## Compile what the tests need and run none of them
	@scripts/test.sh warm

clean-demo: ## Throw the sample regency away
	rm -rf "$(DATA)" "$(DATA).unfinished"
