# One way to do each thing, here and in CI alike. Only make and Python 3.11 or later are expected.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --quiet
OURS := --overrides overrides.txt --extra embedded --extra ocr --extra traces pyproject.toml build-requirements.in

.DEFAULT_GOAL := help
.PHONY: help install run web test clients check audit bench bench-receipts lock clean

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/installed  ## what `run` needs, into .venv

run: .venv/installed web  ## everything on this machine: database, Redis, API, workers; the demo on first start
	@$(BIN)/outgo run

web: web/static/index.html  ## the page to try the API with, where Node is installed

test: .venv/installed-dev clients  ## all tests, on services of their own
	$(BIN)/pytest -n 2 --dist worksteal

check: .venv/installed-dev  ## style, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright
	$(BIN)/lint-imports

audit: .venv/installed-dev  ## ask whether any package that we pin has a known hole
	@.ci/audit

clients: tests/clients/node_modules/.package-lock.json

bench: .venv/installed-dev  ## measure this machine
	$(BIN)/python -m bench

bench-receipts: .venv/installed-dev  ## read receipts, scanned and drawn: each goal against its figure
	$(BIN)/python -m bench.receipts

lock: .venv/installed-dev  ## resolve the dependencies anew
	$(LOCK) --extra dev $(OURS) -o requirements-dev.lock
	$(LOCK) -c requirements-dev.lock $(OURS) -o requirements.lock
	$(LOCK) -c requirements.lock deploy/requirements-gpu.in -o deploy/requirements-gpu.lock

clean:  ## remove what can be made again; data stays in .outgo
	rm -rf .venv build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache \
		web/node_modules web/static tests/clients/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Hashes pin every file, and --no-deps leaves nothing to choose; setuptools is among them for our own package.
INSTALL = echo "Installing $< into .venv …" && \
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --require-hashes -r $< && \
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .

.venv/installed: requirements.lock pyproject.toml | $(BIN)/python
	@$(INSTALL)
	@touch $@

.venv/installed-dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@$(INSTALL)
	@touch $@ .venv/installed

# Where it cannot be made, it is not: then this is tried again next time.
web/static/index.html: web/package-lock.json web/build.mjs $(wildcard web/graphiql/* web/plain/*)
	@web/bundle

tests/clients/node_modules/.package-lock.json: tests/clients/package-lock.json tests/clients/install
	@tests/clients/install

# Debian ships Python without what puts pip into an environment: then Debian's own pip does it.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Outgo needs Python 3.11 or later: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv && $(PYTHON) -m venv --without-pip .venv && \
		$(PYTHON) -m pip --python $(BIN)/python install --disable-pip-version-check pip; } || \
		{ rm -rf .venv; echo "Install Python's venv module (on Debian: python3-venv)."; exit 1; }
