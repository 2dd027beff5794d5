# Everything a newcomer needs: `make` lists the targets. The first that runs makes .venv.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
# Processes for tests that wait for others a sixth of their time: half as many again as cores.
WAITING = $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) * 3 / 2)))

.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

report: $(READY) ## write reports/kazakhstan-2022.html
	$(BIN)/dossier render kazakhstan-2022

batch: $(READY) ## write the reports that reports.yaml declares, as far as they are due
	$(BIN)/dossier batch

test: $(READY) ## run the tests, the fast ones first
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT INT TERM && set -x && \
	export DOSSIER_TESTS_SHARED="$$folder" PYTHONDONTWRITEBYTECODE= && \
	$(BIN)/pytest -n auto --dist worksteal --ignore tests/browser -m "not (slow or browser)" && \
	$(BIN)/pytest -n $(WAITING) --dist worksteal --ignore tests/browser \
	  -m "slow and not (browser or alone)" && \
	$(BIN)/pytest -n auto --dist worksteal -m browser tests/browser tests/reports/test_printing.py && \
	$(BIN)/pytest -n 4 -m alone tests/reports/test_workers.py tests/reports/test_cluster.py

pythons: $(READY) ## run the fast tests with the other Pythons that this machine has
	@for version in 3.12 3.13; do \
	  found=$$(for one in python$$version $(HOME)/.pyenv/versions/$$version.*/bin/python3; do \
	    "$$one" -c "" 2>/dev/null && echo "$$one"; done | head -1); \
	  test "$$found" || { echo "Python $$version: not on this machine, nothing was run"; continue; }; \
	  echo "Python $$version: $$found"; \
	  $(BIN)/uv venv --quiet --allow-existing --python "$$found" .venv-$$version && \
	  $(BIN)/uv pip sync --quiet --python .venv-$$version/bin/python --require-hashes requirements.lock && \
	  $(BIN)/uv pip install --quiet --python .venv-$$version/bin/python --no-deps \
	    --no-build-isolation --editable . && \
	  .venv-$$version/bin/pytest -q -n auto --dist worksteal -m "not slow and not browser" || exit 1; \
	done

lab: $(READY) ## open the notebooks in JupyterLab (as root: make lab ARGS=--allow-root)
	$(BIN)/jupyter lab --notebook-dir=. \
	  --LabApp.default_url=/lab/tree/notebooks/report.ipynb $(ARGS)

check: $(READY) ## lint the code, check the notebooks' rules and the dossiers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/deptry src notebooks
	$(BIN)/deptry tests benchmarks --exclude node_modules --ignore DEP002,DEP004  # of those two, what dev declares
	$(BIN)/mypy
	$(BIN)/pytest -q tests/test_notebooks.py tests/test_rooms.py tests/test_data.py
	$(BIN)/dossier check

schema: $(READY) ## write datapackage.json and the codebook anew from the schema
	for story in data/*/facts.csv; do $(BIN)/dossier describe "$$(dirname "$$story")" || exit 1; done
	$(BIN)/dossier codebook -o data/README.md

example: $(READY) ## write docs/example.html anew
	$(BIN)/dossier render kazakhstan-2022 -o docs/example.html

lock: $(READY) ## resolve requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	  --extra dev --upgrade pyproject.toml -o requirements.lock

clean: ## remove what was built: .venv, reports and caches
	rm -rf .venv .venv-* reports .pytest_cache .ruff_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml $(wildcard src/helpers/page/templates/dossier/* src/helpers/page/lab/* src/helpers/figures/palette.json)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "This project needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; \
	  echo "Name a newer one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python cannot make a virtual environment: install python3-venv"; \
	  echo "(on Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: help report batch test lab check pythons schema example lock clean
