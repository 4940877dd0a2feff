# Two commands are enough: `make publish` and `make test`. Both set up whatever they need in .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/moro-lod
PORT ?= 8000
MAKEFLAGS += --no-print-directory

.DEFAULT_GOAL := help
.PHONY: help publish validate serve test test-long check format bench wheel assets stamp clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

publish: $(VENV)/.publish assets ## check everything and publish the real data into release/
	@$(RUN) publish

validate: $(VENV)/.publish ## check data and ontology against the shapes
	@$(RUN) validate

serve: $(VENV)/.publish ## serve the release on this machine
	@test -e release || $(MAKE) publish
	@$(RUN) serve --port $(PORT)

test: $(VENV)/.test assets ## all tests, at most 15 minutes on two cores
	@sh tools/test-programs.sh
	@$(BIN)/python tests/harvest/prepare.py
	@$(BIN)/pytest -n 2 --dist loadscope -m "not long"

test-long: $(VENV)/.test assets ## the same tests with larger counts: fuzzing, kill loops, load
	@sh tools/test-programs.sh
	@$(BIN)/python tests/harvest/prepare.py
	@MORO_LONG=1 $(BIN)/pytest -n 2 --dist worksteal --timeout 3600

check: $(VENV)/.test ## style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/.test ## put the code into the project's style
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench: $(VENV)/.test assets ## measure every step against the plain way, and pages a second; WRITE=1 writes docs/performance.md
	@$(BIN)/python -m bench $(if $(WRITE),--write)
	@$(BIN)/python -m bench.site || test $$? -eq 1 # a missed promise is said, and no failure of the command

wheel: $(VENV)/.test assets ## build a wheel that works without this repository
	@$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .
	@ls dist/*.whl

assets: ## build the browser parts (with Node; without it the site works without them)
	@sh tools/assets.sh

stamp: $(VENV)/.publish ## record dates of change in publication.lock
	@$(RUN) stamp

clean: ## remove what was built, keep releases
	rm -rf $(VENV) .cache build dist web/node_modules

$(VENV)/.publish: pyproject.toml constraints.txt
	@sh tools/environment.sh $(PYTHON) $(VENV)
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt
	@sh tools/environment.sh $(PYTHON) $(VENV) test
	@touch $(VENV)/.publish $@
