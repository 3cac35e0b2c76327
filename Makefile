# The front door: `make` alone lists what there is. Needs Python >= 3.11 with venv; Node comes from PyPI.
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -p tests.no_skips --timeout 300

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow check bench soak scale docs ui-dev ui-types clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

demo: ## install into .venv, build the UI, open a simulated mission on http://127.0.0.1:8000
	@$(PYTHON) scripts/install.py run
	@$(BIN)/dunant demo $(ARGS)

test: ## everything CI runs but the slow part: lint, types, architecture, tests, browser journeys
	@$(PYTHON) scripts/install.py dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python build_ui.py run check
	$(BIN)/python scripts/check_budgets.py
	$(PYTEST) tests/architecture
	$(PYTEST) -n 2 --dist loadfile tests --ignore tests/architecture --ignore tests/journeys
	$(PYTEST) tests/journeys

test-slow: ## the tests that take minutes: long kill and fill rounds, other people's servers
	@$(PYTHON) scripts/install.py dev
	$(PYTEST) -m slow --timeout 1800 tests

check: ## the quick part of the tests, under a minute
	@$(PYTHON) scripts/install.py dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -n 2 --dist loadfile tests/architecture tests/kernel tests/casualty tests/services

bench: ## measure against named references, both sides in one run
	@$(PYTHON) scripts/install.py dev
	$(BIN)/python -m benchmarks $(ARGS)

soak: ## a hundred sites for thirty days into one hub: nothing missing, memory flat
	@$(PYTHON) scripts/install.py dev
	$(BIN)/python -m benchmarks.soak

scale: ## PostgreSQL with a synchronous replica, the primary killed under load, the ledger compared
	@$(PYTHON) scripts/install.py dev
	$(BIN)/python -m benchmarks.scale

docs: ## write the generated parts of docs/ again
	@$(PYTHON) scripts/install.py dev
	$(BIN)/python scripts/make_reference.py
	$(BIN)/python scripts/make_verbs.py
	$(BIN)/python scripts/check_budgets.py > docs/budgets.md

ui-dev: ## the UI with hot reload, beside a running `dunant serve`
	@$(PYTHON) scripts/install.py dev
	$(BIN)/python build_ui.py run dev

ui-types: ## write the OpenAPI document and the UI's types from it again
	@$(PYTHON) scripts/install.py dev
	$(BIN)/python scripts/make_openapi.py
	$(BIN)/python scripts/make_api_types.py

clean: ## remove all that these targets made, but no data
	rm -rf .venv .cache build dist src/dunant/web/dist ui/node_modules
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage
