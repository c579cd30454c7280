# Thin: each target is one line; `make help` lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: help setup demo test check eval bench

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: .venv/installed ## make .venv and install everything

.venv/installed: pyproject.toml
	@echo "Installing about 3 GB of libraries into .venv: this takes some minutes."
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: setup ## the sample study from files to a review queue, then the pages; ARGS="--no-serve --json"
	$(BIN)/synth demo $(ARGS)

test: setup ## all tests, on two cores; data sets are used when SYNTH_EVAL_DATA names their folder
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup ## lint, format, types, import contracts
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

eval: setup ## quality as numbers with intervals
	$(BIN)/synth eval run $(ARGS)

bench: setup ## speed and memory beside peers, which it installs; writes evals/benchmarks/RESULTS.md
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bench]'
	$(BIN)/synth bench --write $(ARGS)
