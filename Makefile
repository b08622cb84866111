# Troth. `make demo` shows the main job; `make test` proves it. Both set themselves up.
SHELL := /bin/bash
PY := .venv/bin/python
STAMP := .venv/.installed

.PHONY: demo serve test chaos check bench setup lock help clean
help:
	@echo "make demo   find, export, preview, erase, get killed, resume, certify, verify - on SQLite files"
	@echo "make serve  the portal and the console of the invented company, at http://127.0.0.1:8000"
	@echo "make test   all tests (PostgreSQL tests run where a server can be started)"
	@echo "make chaos  RUNS=2000 SEED=1: random erasures on three stores, killed and disturbed anywhere"
	@echo "make check  direction of imports, types, lint"
	@echo "make bench  ratios against hand-written SQL on PostgreSQL and MariaDB"

demo: $(STAMP)
	@.venv/bin/troth demo --fresh --to demo

serve: $(STAMP)
	@.venv/bin/troth serve --example

test: $(STAMP)
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

RUNS ?= 2000
SEED ?= 1
chaos: $(STAMP)
	@$(PY) tests/chaos/lab.py --runs $(RUNS) --seed $(SEED)

check: $(STAMP)
	@.venv/bin/ruff check --quiet . && .venv/bin/ruff format --quiet --check . && echo "lint: ok"
	@.venv/bin/lint-imports --no-logo 2>&1 | tail -n 30; exit $${PIPESTATUS[0]}
	@.venv/bin/mypy

bench: $(STAMP)
	@$(PY) -m bench

setup: $(STAMP)

# A bare Debian has python3 but not always its venv module; root may install it, others are told how.
$(STAMP): pyproject.toml requirements/dev.lock
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Troth needs Python 3.11 or newer."; exit 1; }
	@test -x $(PY) && $(PY) -m pip --version >/dev/null 2>&1 || { rm -rf .venv; python3 -m venv .venv >/dev/null 2>&1 || { \
	  rm -rf .venv; \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; \
	  else echo "Python's venv module is missing. Run: sudo apt-get install python3-venv"; exit 1; fi; \
	  python3 -m venv .venv; }; }
	@echo "Installing the locked packages into .venv (once) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Host-free lock files: names, versions and hashes only.
lock: $(STAMP)
	.venv/bin/uv pip compile pyproject.toml --upgrade --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --universal -q -o requirements/run.lock
	.venv/bin/uv pip compile pyproject.toml --upgrade --group dev --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --universal -q -o requirements/dev.lock

clean:
	rm -rf .venv demo build dist .mypy_cache .ruff_cache .hypothesis
