# Needs Python 3.11+ with venv, and make. Everything else goes into .venv and .local.
# The first Python that runs and is new enough (a pyenv shim may be found and not run).
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PACKAGES := shared services/cases services/views services/notifications services/meetings services/volunteers services/estates services/keys deploy/operate deploy/local
TESTS := $(wildcard tests shared/tests services/*/tests)
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help up down clean test check bench lock contracts readmes wheelhouse

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 14

up: .venv/ready  ## install what is missing, start PostgreSQL, Kafka and every service
	@$(BIN)/linli up

down:  ## stop everything, keep the data
	@test ! -x $(BIN)/linli || $(BIN)/linli down

clean: down  ## stop everything, remove data and .venv
	@test ! -x $(BIN)/linli || $(BIN)/linli wipe
	rm -rf .venv .venv.lock .local

# Python 3.11 marks the place in a traceback by parsing the line; a finalizer's traceback while pytest
# parses a source is `SystemError: AST constructor recursion depth mismatch`, and the run is over.
test check: export PYTHONNODEBUGRANGES = 1

test: .venv/ready  ## the whole suite; make test ARGS="-k append -x"
	@$(BIN)/pytest $(ARGS)

check: .venv/ready  ## style, types, imports and the tests that need no stack: under a minute
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --explicit-package-bases $(TESTS)
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/pytest -q -m "not stack"

lock: .venv/ready  ## pin again what the pyproject.toml files and jgo.toml ask for
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
	  --no-emit-package linli-shared --no-emit-package linli-operate \
	  --group dev $(PACKAGES:%=%/pyproject.toml) -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header -c requirements.lock \
	  --no-emit-package typing-extensions tests/bench/requirements.in -o tests/bench/requirements.lock
	$(BIN)/linli lock-jars

bench: .venv/bench  ## speed beside named peers; nothing else should run; make bench ARGS="appending"
	@$(BIN)/python -m tests.bench $(ARGS)

contracts: .venv/ready  ## make shared/contracts anew from the events; refuses what breaks a promise
	@$(BIN)/python -m linli_contracts

readmes: .venv/ready  ## what each service's README says of running it, made anew from the code
	@$(BIN)/python -m tests.deploy.readmes

wheelhouse: .venv/ready  ## what images are built from, in dist/; make wheelhouse SERVICE=cases
	@$(BIN)/python deploy/images/wheelhouse.py $(SERVICE)

.venv/ready: requirements.lock $(PACKAGES:%=%/pyproject.toml)
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer found. Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) deploy/local/install.py $(PACKAGES)

.venv/bench: .venv/ready tests/bench/requirements.lock
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --require-hashes \
	  -r tests/bench/requirements.lock
	@touch $@
