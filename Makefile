# The project's commands; `make help` lists them.
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
BIN := $(VENV)/bin
SUPERSET := .superset/venv
SPARK := .spark/venv
COMPILE := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet
export DBT_PROFILES_DIR := .
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

.DEFAULT_GOAL := help
# Every target with a description is a command, not a file.
.PHONY: $(shell sed -nE 's/^([a-z-]+):.*## .*/\1/p' $(MAKEFILE_LIST))

help: ## List the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-22s%s\n", $$1, $$2 }'

install: $(STAMP) ## Create the virtual environment from the pinned lock

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Python 3.11, 3.12 or 3.13 is needed; name one: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Creating $(VENV) and installing what the warehouse needs (about a minute, once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(STAMP)
	@echo "Installing what the tests need (about a minute, once)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

warehouse: $(STAMP) ## Load data/reports, build and test the warehouse, publish it as warehouse/tiltak.duckdb
	@$(BIN)/tiltak build

test: lint pytest ## Run every check and test

lint: $(DEV_STAMP) ## Check the Python code: ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

pytest: $(DEV_STAMP) ## Run the tests: Python, dbt, and the lint of all SQL
	$(BIN)/pytest

test-fast: $(DEV_STAMP) ## Run the tests that build nothing: under a minute, for while you work
	$(BIN)/pytest -m 'not slow and not superset'

fuzz: $(DEV_STAMP) ## Damage reports of every format: each is loaded right or refused by name (minutes; not a test)
	PYTHONPATH=tests $(BIN)/python -m measure.fuzz.run

exports: warehouse ## Write the published tables as CSV, an Excel workbook and JSON-stat, in warehouse/exports
	@$(BIN)/tiltak export

docs: warehouse ## Build the docs site in site/, for reading without network and server
	@$(BIN)/python -m tiltak.site

release: warehouse ## Make dist/tiltak-warehouse-<data version>.zip, the same bytes from the same reports
	@$(BIN)/tiltak release make

mcp: warehouse ## Install what `tiltak mcp` needs, and say how an assistant is told of it
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-mcp.lock
	@echo 'Tell the assistant to start: $(CURDIR)/$(BIN)/tiltak mcp --home $(CURDIR)/warehouse'

notebook: warehouse $(DEV_STAMP) ## Open the notebook with charts in a browser
	@$(BIN)/marimo edit bi/notebook/deltakere.py

pages: warehouse ## Write the generated tables and pictures of the pages in docs/
	@$(BIN)/python -m tiltak.site.generated
	@PYTHONPATH=tests $(BIN)/python -m measure.trace_picture
	@PYTHONPATH=tests $(BIN)/python -m measure.trust_page

trust: warehouse $(DEV_STAMP) ## Measure docs/trust.md anew: mutants, fuzzing, faults (half an hour and more)
	@PYTHONPATH=tests $(BIN)/python -m measure.mutants.run --output docs/trust/mutants.json
	@PYTHONPATH=tests $(BIN)/python -m measure.mutants.consistent --output docs/trust/consistent.json
	@PYTHONPATH=tests $(BIN)/python -m measure.mutants.vocabulary --output docs/trust/vocabulary.json
	PYTHONPATH=tests $(BIN)/python -m measure.fuzz.run --result docs/trust/fuzz.json
	@PYTHONPATH=tests $(BIN)/python -m measure.faults.run --output docs/trust/faults.json
	@PYTHONPATH=tests $(BIN)/python -m measure.trust_page

superset: $(SUPERSET)/.installed ## Start Superset with the warehouse's dashboard, in an environment of its own
	@$(SUPERSET)/bin/python bi/superset/start.py

$(SUPERSET)/.installed: bi/superset/requirements.lock
	@echo "Creating $(SUPERSET) and installing Superset (one to two minutes and 900 MB, once)"
	@$(PYTHON) -m venv --clear $(SUPERSET)
	@$(SUPERSET)/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

test-superset: $(DEV_STAMP) $(SUPERSET)/.installed ## Test the dashboard end to end, in Superset and headless Chromium
	$(BIN)/pytest -m superset

test-spark: warehouse $(DEV_STAMP) $(SPARK)/.installed ## Build the same models on Sail, and compare all rows
	@test -d .spark/archive || PYTHONPATH=tests $(BIN)/python -m measure.speed.archive .spark/archive 50
	@$(BIN)/tiltak build --quiet --reports .spark/archive --home .spark/archive-home
	TILTAK_SPARK_HOMES=warehouse:.spark/archive-home PYTHONPATH=. $(SPARK)/bin/pytest tests/spark

$(SPARK)/.installed: tests/spark/requirements.lock
	@echo "Creating $(SPARK) and installing Spark and Sail (a minute and 1.3 GB, once)"
	@$(PYTHON) -m venv --clear $(SPARK)
	@$(SPARK)/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

bench-queries: warehouse $(DEV_STAMP) ## Measure the dashboard's questions: DuckDB file, Parquet, PostgreSQL (not a test)
	PYTHONPATH=tests $(BIN)/python -m measure.speed.queries

bench: $(DEV_STAMP) ## Measure readers, loaders and the build (minutes; not a test)
	PYTHONPATH=tests $(BIN)/python -m measure.speed.formats
	PYTHONPATH=tests $(BIN)/python -m measure.speed.loading
	PYTHONPATH=tests $(BIN)/python -m measure.speed.adding

consistent: warehouse $(DEV_STAMP) ## Damage the reports so that they add up, and measure what is noticed (half an hour)
	@PYTHONPATH=tests $(BIN)/python -m measure.mutants.consistent

bench-scale: $(DEV_STAMP) ## Measure builds of 5, 50 and 200 editions, and write docs/scale.md (ten minutes; not a test)
	PYTHONPATH=tests $(BIN)/python -m measure.speed.scale

mutants: warehouse $(DEV_STAMP) ## Corrupt reports and make slips in seeds, and measure what is noticed (minutes)
	@PYTHONPATH=tests $(BIN)/python -m measure.mutants.run
	@PYTHONPATH=tests $(BIN)/python -m measure.mutants.vocabulary

faults: $(DEV_STAMP) ## Kill builds and act out other faults: what is published stays intact (minutes)
	@PYTHONPATH=tests $(BIN)/python -m measure.faults.run

lock: ## Write the locks of the project anew (needs uv and the package index)
	uv pip compile pyproject.toml --group install $(COMPILE) --output-file requirements.lock
	uv pip compile pyproject.toml $(COMPILE) --group dev --constraints requirements.lock --output-file requirements-dev.lock
	uv pip compile pyproject.toml --extra mcp $(COMPILE) --constraints requirements.lock --output-file requirements-mcp.lock

check-locks: ## See that the locks of the warehouse have wheels for each Python (needs uv and the package index)
	@for version in 3.11 3.12 3.13; do for lock in requirements.lock requirements-mcp.lock; do \
	  uv pip compile $$lock --python-version $$version --only-binary :all: --no-deps --quiet --output-file - \
	    >/dev/null || exit 1; \
	  echo "$$lock: every pin has a wheel for Python $$version"; \
	done; done

lock-superset: ## Write bi/superset/requirements.lock anew (needs uv and the package index)
	uv pip compile bi/superset/requirements.in $(COMPILE) --output-file bi/superset/requirements.lock

lock-spark: ## Write tests/spark/requirements.lock anew (needs uv and the package index)
	uv pip compile tests/spark/requirements.in pyproject.toml $(COMPILE) --output-file tests/spark/requirements.lock

clean: ## Remove all that was made: environment, warehouse, caches, site
	rm -rf $(VENV) .superset .spark warehouse target logs site .pytest_cache .mypy_cache .ruff_cache .hypothesis
