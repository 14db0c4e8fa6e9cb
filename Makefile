# `make help` lists what there is.
PYTHON ?= python3
BIN    := .venv/bin
SERVE  ?= 1
PORT   ?= 8501
DEMO   := data/aluminium
FAST   := not slow and not neo4j and not browser
COMPILE := --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet $(if $(UPGRADE),--upgrade)
# Compiled files are kept whatever the environment says: without them each start of the command takes seconds more.
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run serve lint check test bench golden screenshots lock lowest clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: .venv/.installed  ## make .venv from the lock file and install the package

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=python3.x" if sys.version_info < (3, 11) else 0)'
	@echo "Installing into .venv from requirements.lock: a minute or two ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup-dev: .venv/.installed-dev  ## the same environment, and what the checks need

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	@echo "Installing what the checks need from requirements-dev.lock ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: setup  ## load the bundled real chain, print what was found, serve the dashboard (SERVE=0: do not)
	@$(BIN)/risk-graph run $(DEMO) --store "$(CURDIR)/graph"
	@if [ "$(SERVE)" != "0" ]; then $(MAKE) --no-print-directory serve; else echo "The dashboard: make serve"; fi

serve: setup  ## serve the dashboard of what was loaded on http://localhost:8501 (PORT=9000: there)
	@$(BIN)/risk-graph serve $(DEMO) --store "$(CURDIR)/graph" --port $(PORT)

lint: setup-dev  ## format, lint, types and import contracts
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

check: lint  ## lint, and the fast tests (under a minute)
	HYPOTHESIS_PROFILE=quick $(BIN)/python -m pytest -q -n 2 -m "$(FAST)"

test: lint  ## lint, and every test this machine can run, a real Neo4j and a real browser included
	HYPOTHESIS_PROFILE=full $(BIN)/python -m pytest -n 2 --dist loadgroup

bench: setup-dev  ## time and memory on synthetic chains, events, sites and draws
	$(BIN)/python -m benchmarks.end_to_end
	$(BIN)/python -m benchmarks.places
	$(BIN)/python -m benchmarks.uncertainty

golden: setup-dev  ## write the golden results of the bundled chain anew; the diff is the review
	RISK_GRAPH_WRITE_GOLDEN=1 $(BIN)/python -m pytest -q tests/test_golden.py

screenshots: setup-dev  ## pictures of the dashboard for the README
	$(BIN)/python scripts/screenshots.py

lock: setup-dev  ## pin what pyproject.toml asks for, present pins kept (UPGRADE=1: the newest versions)
	$(BIN)/uv pip compile pyproject.toml --group build $(COMPILE) -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev $(COMPILE) -o requirements-dev.lock

lowest: setup-dev  ## the fast tests with the oldest versions that pyproject.toml allows, in .venv-lowest
	$(BIN)/uv venv --quiet --clear .venv-lowest
	$(BIN)/uv pip install --quiet --python .venv-lowest --resolution lowest-direct -r pyproject.toml --group dev
	$(BIN)/uv pip install --quiet --python .venv-lowest --no-deps -e .
	HYPOTHESIS_PROFILE=quick .venv-lowest/bin/python -m pytest -q -n 2 -m "$(FAST)"

clean:  ## remove what can be made again
	rm -rf .venv .venv-lowest graph dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
