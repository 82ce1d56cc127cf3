# SPDX-License-Identifier: Apache-2.0
# The workshop. `make` lists what can be done. Stamps live in .venv: remove it and all is made anew.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || echo python3)
BIN := .venv/bin
VENDOR := kyc/web/static/vendor
PACKAGES := kyc ocr screening workers
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
LOCKED := $(PIP) --require-hashes --only-binary :all:
FAST := not slow and not browser and not servers
SLOW := slow and not browser and not servers
export OMP_THREAD_LIMIT := 1
# Tests are compiled with their assertions written out: kept in __pycache__, that is done once, not at every run.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check lint types fast format lock diagrams licences install install-dev frontend \
  system-runtime system-test bench-screening bench-ocr clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: install ## install what is missing, seed the demo, serve it on PORT (8000); Ctrl-C stops all
	@exec $(BIN)/kyc demo --port $(PORT)

test: install-dev system-test ## the whole suite: servers, browser, slow tests
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "$(FAST)"
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "$(SLOW)"
	@$(BIN)/python -m pytest -q -m "not ($(FAST)) and not ($(SLOW))"

check: lint fast ## what must hold before every commit, in 90 seconds

lint: install-dev ## format, ruff, mypy, import contracts, docstrings, licences
	@$(BIN)/ruff format --quiet --check --output-format concise . || { echo "run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet --output-format concise .
	@echo "mypy"; $(BIN)/mypy --no-error-summary
	@echo "import contracts"; $(BIN)/lint-imports --no-logo > build/imports.txt 2>&1 || { cat build/imports.txt; exit 1; }
	@$(BIN)/interrogate --config pyproject.toml -v $(PACKAGES) > build/docstrings.txt || { cat build/docstrings.txt; exit 1; }
	@$(BIN)/python scripts/licences.py --quiet

fast: install-dev ## the fast tests alone
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "$(FAST)"

format: install-dev ## write the one format, fix what ruff can fix
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

bench-screening: install ## measure the screening beside its peers: bench/, docs/benchmarks/; QUICK=1 samples
	@scripts/system-packages.sh bench || echo "The peer cannot be built without these packages"
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m scripts.bench.run $(if $(QUICK),--quick)

bench-ocr: install ## measure the reading of documents beside its peers: bench/, docs/benchmarks/; QUICK=1 samples
	@$(BIN)/python -m scripts.bench.ocr_run $(if $(QUICK),--quick)

lock: install-dev ## pin requirements/*.in anew; UPGRADE=1 moves every pin
	@$(BIN)/python scripts/lock.py $(if $(UPGRADE),--upgrade)

diagrams: install-dev ## draw docs/diagrams from the code
	@$(BIN)/python scripts/diagrams.py

licences: install-dev ## list every dependency with its licence
	@$(BIN)/python scripts/licences.py

install: system-runtime $(BIN)/kyc $(VENDOR)/icons.svg ## all that the service needs, and no more

install-dev: install .venv/.dev ## all that checks and tests need

frontend: $(VENDOR)/icons.svg ## fonts and icons of the pages

clean: ## remove caches and built files; .venv and the demo's data stay
	@rm -rf build $(VENDOR) frontend/node_modules *.egg-info .mypy_cache .ruff_cache .pytest_cache \
	  .import_linter_cache .hypothesis .schemathesis .coverage htmlcov
	@find $(PACKAGES) tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

# Asking dpkg costs 30 ms, so these are asked each time and need no stamp.
system-runtime:
	@scripts/system-packages.sh runtime

system-test:
	@scripts/system-packages.sh runtime test

.venv/bin/python: | system-runtime
	@echo "Making .venv"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "Python 3.11 is needed; set PYTHON")'
	@$(PYTHON) -m venv .venv

.venv/.runtime: requirements/runtime.txt requirements/build.txt | .venv/bin/python
	@echo "Installing the service's Python packages"
	@$(LOCKED) -r requirements/runtime.txt -r requirements/build.txt
	@touch $@

.venv/.dev: requirements/runtime.txt requirements/s3.txt requirements/dev.txt | .venv/.runtime
	@echo "Installing the tools of checks and tests"
	@$(LOCKED) -r requirements/runtime.txt -r requirements/s3.txt -r requirements/dev.txt
	@mkdir -p build && touch $@

.venv/.s3: requirements/runtime.txt requirements/s3.txt | .venv/.runtime
	@$(LOCKED) -r requirements/s3.txt
	@touch $@

# The command `kyc` runs this folder as it is; what it depends on came from the locks above.
$(BIN)/kyc: pyproject.toml .venv/.runtime
	@$(PIP) --no-index --no-build-isolation --editable .
	@touch $@

$(VENDOR)/icons.svg: frontend/package-lock.json frontend/icons.txt frontend/.npmrc \
  scripts/frontend.py | .venv/.runtime
	@echo "Installing the front-end files"
	@$(BIN)/python scripts/frontend.py
	@touch $@
