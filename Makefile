# Every target sets itself up: on a fresh clone, `make test` is enough.

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
# More than there are processors: many tests wait for a process or a browser.
PARALLEL := --numprocesses=4 --dist=worksteal

# The tests start hundreds of processes: each would compile everything again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check bench certify pictures lock clean

help: ## say what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

run: .venv/.ready ## the whole product on this machine: a Slack workspace, and the bot in it
	$(BIN)/countersign run $(ARGS)

test: .venv/.ready ## the tests, in random order (one: make test ARGS="tests/domain -k gate")
	$(BIN)/pytest $(PARALLEL) $(ARGS)

check: .venv/.ready ## style, types and directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy bot workflows tests benchmarks
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/pytest tests/rules $(ARGS)

certify: .venv/.ready ## the full matrices: every crash, every fault, every planted bug (minutes)
	$(BIN)/pytest $(PARALLEL) -m certify --hypothesis-profile=certify --timeout=0 $(ARGS)

bench: .venv/.ready ## measure the engine beside its neighbours
	$(BIN)/python -m benchmarks $(ARGS)

# The versions are chosen once, here, for every platform; everything else installs exactly these.
COMPILE = $(BIN)/uv pip compile --universal --generate-hashes --quiet --no-header \
	--no-emit-index-url --no-emit-find-links $(ARGS)

pictures: .venv/.ready ## draw the pictures of the documents anew, from the running product (needs Chromium)
	$(BIN)/python -m tests.workspace.page.pictures

lock: .venv/.ready ## choose the versions again (all of them: make lock ARGS=--upgrade)
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	$(COMPILE) pyproject.toml --all-extras --group dev --output-file requirements-dev.lock
	$(COMPILE) pyproject.toml --all-extras --constraint requirements-dev.lock --output-file requirements.lock
	$(COMPILE) --group build --constraint requirements-dev.lock --output-file requirements-build.lock

clean: ## take away what make and the tools made; data in .countersign stays
	rm -rf .venv build dist .coverage htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

.venv/.locked: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Countersign needs Python 3.11\
 or newer, and \"$(PYTHON)\" is not. Install one, or name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@

.venv/.ready: .venv/.locked pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@touch $@
