# `make run` does everything from a bare machine; `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
LOCK := requirements.lock
PORT ?= 8000
PARALLEL ?= -n auto --maxprocesses 4 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help run test test-all check format bench docs lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

# Words, styles and icons are built at install; who pulls changed ones gets them with the next target.
BUILT := $(shell find src -name '*.po' -o -path '*/static/qilian/*' -type f) frontend/package-lock.json hatch_build.py

$(READY): $(LOCK) pyproject.toml $(BUILT)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Qilian needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3"; exit 2; }
	$(PYTHON) -m venv .venv
	@awk '/^uv==/ {on=1; print; next} /^[^ ]/ {on=0} on' $(LOCK) > .venv/uv.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/uv.lock
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode $(LOCK)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --compile-bytecode --editable .
	$(BIN)/python -m qilian.routing.warm
	@touch $@

run: export QILIAN_HOME := out/demo
run: $(READY) ## set up, plan the example product into out/unitree-g1.html, serve the portal with sample data
	@mkdir -p out
	$(BIN)/qilian plan examples/products/unitree-g1.yaml --market CN --market EU --on 2026-12-01 --home 杭州 --html out/unitree-g1.html
	$(BIN)/qilian serve --demo --port $(PORT)

test: $(READY) ## run the tests
	$(BIN)/pytest $(PARALLEL) -m "not slow"

test-all: $(READY) ## run the tests, the slow ones too
	$(BIN)/pytest $(PARALLEL)

check: $(READY) ## format, lint, types, import order, content, docs
	$(BIN)/ruff format --check src tests benchmarks docs
	$(BIN)/ruff check src tests benchmarks docs
	QILIAN_HOME=out/home $(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/qilian content check
	$(BIN)/sphinx-build -q -W -b html docs out/docs

format: $(READY) ## format the code
	$(BIN)/ruff check --fix src tests benchmarks docs
	$(BIN)/ruff format src tests benchmarks docs

bench: $(READY) ## measure; prints tables and never fails on time
	@for table in benchmarks/*.py; do echo "== $$table"; $(BIN)/python $$table || exit 1; done

docs: $(READY) ## build the documentation into out/docs
	$(BIN)/sphinx-build -W -b html docs out/docs

lock: $(READY) ## resolve the dependencies anew
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --group dev pyproject.toml -o $(LOCK)

clean: ## remove everything that make made
	rm -rf .venv out build dist
