# Cocontrol 协控. `make` alone prints what each target does.
# Variables: PYTHON (python3 ≥ 3.11), SERVE=0 (make run: everything but serving), PORT (8000), PYTEST (extra options).

PYTHON ?= python3
SERVE ?= 1
PORT ?= 8000
PYTEST ?=
VENV := .venv
BIN := $(VENV)/bin
EXAMPLE := examples/henan
NODE := $(shell command -v node 2>/dev/null)
NPM := $(shell command -v npm 2>/dev/null)
FRONTEND_BUILD := src/cocontrol_web/static/build
FRONTEND_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null) package.json package-lock.json

.DEFAULT_GOAL := help
.PHONY: help run test lint docs bench lock frontend clean setup setup-dev

help: ## Print this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

run: setup frontend ## Set up, run the Henan example, load it, serve on 127.0.0.1:8000 (SERVE=0: do not serve)
	@$(BIN)/cocontrol run $(EXAMPLE) --if-changed
	@$(BIN)/python -m cocontrol_web setup_demo --workspace $(EXAMPLE)
	@if [ "$(SERVE)" != "0" ]; then exec $(BIN)/python -m cocontrol_web serve --port $(PORT); fi

test: setup-dev frontend ## Set up and run the whole test suite
	@if [ ! -d node_modules ]; then echo "front end not tested: Node.js packages are not installed"; fi
	@$(BIN)/python -m pytest -n 2 $(PYTEST)

lint: setup-dev frontend ## Style, types and the layer contract
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@if [ -d node_modules ]; then npm run --silent check; else echo "front end not checked: Node.js packages are not installed"; fi

docs: setup-dev ## Build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 DISABLE_MKDOCS_2_WARNING=true $(BIN)/mkdocs build --strict --quiet
	@echo "documentation: site/index.html"

bench: setup-dev ## Measure against the baselines; prints ratios
	@$(BIN)/python -m benchmarks

setup: $(VENV)/.run-stamp ## Make the virtual environment with what running needs

setup-dev: $(VENV)/.dev-stamp ## Make the virtual environment with what developing and testing need

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, this is " + sys.version)'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run-stamp: $(BIN)/python requirements/run.lock
	@echo "installing the locked packages (run) …"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev-stamp: $(BIN)/python requirements/dev.lock
	@echo "installing the locked packages (development) …"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.run-stamp

frontend: $(FRONTEND_BUILD)/manifest.json ## Build charts, map and styles (needs Node ≥ 20; without it pages show tables and drawn SVG)

$(FRONTEND_BUILD)/manifest.json: $(FRONTEND_SOURCES)
ifeq ($(and $(NODE),$(NPM)),)
	@echo "Node.js is not installed: pages will show tables and server-drawn charts instead of interactive ones."
else
	@npm ci --silent --no-audit --no-fund
	@npm run --silent build > /dev/null
	@touch $@
endif

lock: ## Renew the locks (hashes, no addresses); needs uv
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra build --extra web pyproject.toml -o requirements/run.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra build --extra web --extra test --extra dev -c requirements/run.lock pyproject.toml -o requirements/dev.lock

clean: ## Remove what was built, but not the environment or the data
	@rm -rf $(FRONTEND_BUILD) site build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
