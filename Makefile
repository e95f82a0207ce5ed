# SLRT: everything starts here. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
RUN_STAMP := $(VENV)/.run-installed
DEV_STAMP := $(VENV)/.dev-installed
BENCH_STAMP := $(VENV)/.bench-installed
TESTS ?= tests
WORKERS ?= 2
export PORT

.PHONY: help run test check bench faults lock browser messages

help: ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "SLRT needs Python 3.11 or newer (PYTHON=python3.11 chooses one)."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements.txt requirements-local.txt | $(VENV)/bin/python
	@echo "Installing what SLRT needs …"
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.txt -r requirements-local.txt
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(RUN_STAMP)
	@echo "Installing what tests and checks need …"
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-dev.txt
	@touch $@

$(BENCH_STAMP): requirements-bench.txt $(DEV_STAMP)
	@echo "Installing what the benchmarks compare with …"
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-bench.txt
	@touch $@

run: $(RUN_STAMP) ## Start SLRT at http://127.0.0.1:8000 (PORT= changes it)
	@exec $(PY) -m slrt.local run

browser: $(DEV_STAMP) ## Make sure a Chromium is there for the browser tests
	@$(PY) -m slrt.local.browser

test: $(DEV_STAMP) browser ## Run the tests (TESTS=path or MARKS="not faults" for some of them)
	$(PY) -m pytest -q -n $(WORKERS) --dist loadfile $(if $(MARKS),-m "$(MARKS)") $(TESTS)

check: $(DEV_STAMP) ## Lint, types, import contracts, missing migrations, translations, security lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy slrt households programs complaints referrals
	$(BIN)/lint-imports
	DJANGO_SETTINGS_MODULE=slrt.settings.test $(PY) manage.py makemigrations --check --dry-run
	$(PY) -m slrt.local.translations check
	$(BIN)/bandit -q -r slrt households programs complaints referrals -c pyproject.toml

bench: $(BENCH_STAMP) ## Measure: import, pages, bytes, start-up (prints ratios)
	@missed=; for file in tests/bench/bench_*.py; do echo "== $$file"; $(PY) $$file || missed="$$missed $$file"; done; \
	if [ -n "$$missed" ]; then echo "Not met, or not measured:$$missed"; exit 1; fi

faults: $(DEV_STAMP) ## Kill processes at bad moments and look what is left (KILLS=110, SEED= repeats an order)
	KILLS=$${KILLS:-110} $(PY) -m pytest -q -s -n 0 --show-capture=no -p no:cacheprovider -m faults tests

messages: $(DEV_STAMP) ## Renew locale/en from the code and compile it
	$(PY) -m slrt.local.translations update

lock: $(DEV_STAMP) ## Pin requirements*.in into requirements*.txt with hashes
	$(BIN)/uv pip compile -q --generate-hashes --custom-compile-command "make lock" requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --generate-hashes --custom-compile-command "make lock" requirements-local.in -o requirements-local.txt
	$(BIN)/uv pip compile -q --generate-hashes --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile -q --generate-hashes --custom-compile-command "make lock" requirements-bench.in -o requirements-bench.txt
