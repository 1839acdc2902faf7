# make demo     from nothing to a checked plan for a believable Enschede, in demo/
# make test     style, types and tests
# make torture  runs killed, signalled and starved for a quarter of an hour: the long form of tests/torture
# make docs     the documentation, in docs/_build/html
# make clean    remove everything that make made

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -q -c constraints.txt
KERNELS := $(wildcard matcher/compiled.py matcher/pairing/*.py matcher/solvers/*.py matcher/verdict/sweep/*.py)
DAY := 2026-11-21
.DEFAULT_GOAL := demo
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: demo test torture docs clean

$(BIN)/python:
	@for name in python3.13 python3.12 python3.11 python3 python; do \
		if "$$name" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making $(VENV) with $$name" >&2; \
			exec "$$name" -m venv $(VENV); \
		fi; \
	done; \
	echo "matcher needs Python 3.11 or later with venv, and none was found. Install it, then run make again." >&2; \
	exit 2

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing matcher and its libraries into $(VENV)" >&2
	@$(PIP) -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing matcher, its libraries and the tools for tests into $(VENV)" >&2
	@$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-docs: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing matcher, its libraries and the tools for documentation into $(VENV)" >&2
	@$(PIP) -e '.[docs]'
	@touch $@ $(VENV)/.installed

$(VENV)/.warm: $(KERNELS) | $(VENV)/.installed
	@echo "Compiling the kernels, once" >&2
	@$(BIN)/matcher doctor --warm >&2
	@touch $@

demo/bundle/candidates.parquet: | $(VENV)/.installed
	@$(BIN)/matcher sample demo/bundle --scenario enschede --seed 1 >&2

demo: $(VENV)/.installed $(VENV)/.warm demo/bundle/candidates.parquet
	@echo
	@$(BIN)/matcher run demo/bundle --out demo/out --run-date $(DAY) --lang en
	@echo
	@person=$$($(BIN)/python -c "import pyarrow.parquet as pq; print(pq.read_table('demo/out/latest/assignments.parquet')['candidate_id'][0])") && \
		$(BIN)/matcher explain demo/out/latest "$$person" --input demo/bundle && \
		echo && \
		echo "Input   demo/bundle" && \
		echo "Plan    demo/out/latest" && \
		echo "Check   $(BIN)/matcher verify demo/out/latest --input demo/bundle" && \
		echo "Why     $(BIN)/matcher explain demo/out/latest $$person --input demo/bundle --lang en"

test: $(VENV)/.installed-dev $(VENV)/.warm
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

# The counts of the quick form, which is part of make test, stand in the tests.
torture: export MATCHER_SYSCALLS = all
torture: export MATCHER_VICTIM = pilot
torture: export MATCHER_KILLS = 200
torture: export MATCHER_SIGNALS = 100
torture: export MATCHER_ROUNDS = 200
torture: export MATCHER_SWEEP = 20
torture: $(VENV)/.installed-dev $(VENV)/.warm
	$(BIN)/python -m pytest -n 2 --durations=10 tests/torture

# Warnings count as errors, broken links between pages among them; links to other people's pages are not followed.
docs: $(VENV)/.installed-docs
	@$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html
	@echo "Documentation in docs/_build/html/index.html"

clean:
	rm -rf $(VENV) demo docs/_build docs/reference build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
