# What a contributor runs; CONTRIBUTING.md says when. Everything uses the environment in .venv.
PYTHON = .venv/bin/python

.PHONY: help setup quick test nightly lint format figures demo

help:            ## this list
	@grep -E '^[a-z]+: ' Makefile | sed 's/:.*##/ -/'

setup:           ## make .venv and install medex with everything the tests use
	python3 -m venv .venv
	.venv/bin/pip install -q -e '.[test]'

quick:           ## rules, letters and commands: under a minute on two cores
	$(PYTHON) -m pytest -m quick -n 2 --dist worksteal

test:            ## everything: terminals, SSH, disk faults, linters, types
	$(PYTHON) -m pytest -n 4 --dist worksteal

nightly:         ## ten times as many examples of every property, drawn at random
	$(PYTHON) -m pytest -n 4 --dist worksteal --hypothesis-profile=nightly

lint:            ## style, types, import layers
	.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/lint-imports

format:          ## format and mend what ruff can mend
	.venv/bin/ruff check --fix . && .venv/bin/ruff format .

figures:         ## size, imports, circles, longest functions
	$(PYTHON) tests/border/source_tree.py

demo:            ## the app on a made-up clinic
	.venv/bin/medex demo
