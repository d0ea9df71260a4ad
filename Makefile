# What a person types. Everything lives in .venv/, node_modules/ and var/; nothing needs root.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.PHONY: run otp test journeys pictures services-test conformance bench bundle bundle-test lint types check assets clean

PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV_VERSION := 0.13.9
BIN := .venv/bin
export DJANGO_SETTINGS_MODULE := config.settings

.venv/.synced: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info[:2] == (3, 11) else "Python 3.11 is needed: make PYTHON=/path/to/python3.11")'
	[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	[ -x $(BIN)/uv ] || { $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); }
	VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv sync --quiet --frozen --inexact
	touch $@

# npm from PATH, else the PyPI wheel of Node. Scripts of packages are never run.
node_modules/.synced: package.json package-lock.json .venv/.synced
	if command -v npm >/dev/null; then npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	else VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv sync --quiet --frozen --inexact --group node; PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; fi
	touch $@

config/web/static/build/.built: node_modules/.synced package.json $(wildcard config/web/scripts/*.js documents/scripts/*.js workflow/scripts/*.js)
	if command -v node >/dev/null; then npm run --silent build; else PATH="$(CURDIR)/.venv/bin:$$PATH" npm run --silent build; fi
	touch $@

assets: config/web/static/build/.built

run: .venv/.synced assets
	@KESSAI_DEMO=1 KESSAI_HOSTS=127.0.0.1,localhost exec $(BIN)/python manage.py serve --port $(PORT)

# The second factor of a demo person: make otp USER=290301
otp: .venv/.synced
	@$(if $(filter command line,$(origin USER)),KESSAI_DEMO=1 $(BIN)/python manage.py otp "$(USER)",echo "Whose? make otp USER=290301"; exit 1)

# SQLite and files only; no browser, no server. npm (or Node's Python wheel) brings the schema of BPMN.
test: .venv/.synced node_modules/.synced
	env -u DATABASE_URL -u REDIS_URL -u OBJECT_STORE_URL $(BIN)/python -m pytest tests -m "not services and not journey and not bundle"

journeys: .venv/.synced assets
	command -v chromium >/dev/null || { echo "Chromium is needed: install the package chromium"; exit 1; }
	$(BIN)/python -m pytest tests/journeys -m journey

# The pictures of the README, taken anew.
pictures: .venv/.synced assets
	command -v chromium >/dev/null || { echo "Chromium is needed: install the package chromium"; exit 1; }
	$(BIN)/python -m pytest tests/journeys/pictures.py

services-test: .venv/.synced node_modules/.synced
	.ci/services run $(BIN)/python -m pytest tests --ignore=tests/journeys --ignore=tests/architecture -m "(services or not pure) and not bundle"

conformance: .venv/.synced node_modules/.synced
	$(BIN)/python -m tests.conformance all

bench: .venv/.synced node_modules/.synced
	VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv sync --quiet --frozen --inexact --group bench
	PATH="$$PATH:$(CURDIR)/.venv/bin" .ci/services run postgres $(BIN)/python -m tests.benchmarks

lint: .venv/.synced
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: .venv/.synced
	$(BIN)/mypy

# One archive with everything a machine without a network needs: docs/closed-network.md.
bundle: .venv/.synced assets
	@VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv sync --quiet --frozen --inexact --group bundle
	$(BIN)/python -m config.bundle

bundle-test: .venv/.synced assets
	@VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv sync --quiet --frozen --inexact --group bundle
	$(BIN)/python -m pytest tests/bundle

check: lint types test

clean:
	rm -rf .venv node_modules config/web/static/build .mypy_cache .ruff_cache .pytest_cache
