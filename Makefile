# The commands of the project. Needs Python 3.11 or newer and make; everything else goes into .venv.

.DEFAULT_GOAL := help
.PHONY: help install run sandbox test check fuzz bench demo backup restore-drill screenshots lock clean
.DELETE_ON_ERROR:

PYTHON3 ?= python3
PORT ?= 8000
SANDBOX_PORT ?= 8001
SIZE ?= small
FUZZ_EXAMPLES ?= 40
# Defaults that are safe on this machine only; see iijiot/settings.py.
export DEBUG ?= 1
export UV_LINK_MODE = copy

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
UV_SYNC := $(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python
UV_EXPORT := $(BIN)/uv export --quiet --no-emit-project --no-header --format requirements-txt

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

install: .venv/.installed .venv/.messages ## Make .venv with the locked packages, and compile the translations

# uv itself comes with its hash from the lock, too. The marks are inside .venv, so that they go with it.
.venv/.installed: requirements-dev.txt
	@$(PYTHON3) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON3=...")'
	test -x $(BIN)/python || $(PYTHON3) -m venv .venv
	awk '/^[^ ]/ { wanted = /^uv==/ } wanted' requirements-dev.txt > .venv/uv.txt
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.txt
	$(UV_SYNC) requirements-dev.txt
	@touch $@

.venv/.messages: .venv/.installed $(wildcard locale/*/LC_MESSAGES/*.po */locale/*/LC_MESSAGES/*.po)
	$(MANAGE) messages --compile
	@touch $@

run: install ## Prepare the database, load the demo data once, and serve on 127.0.0.1:8000 (PORT= changes it), with a worker
	@$(MANAGE) migrate --no-input --verbosity 0
	@$(MANAGE) demo --once --logins
	@echo "Console: http://127.0.0.1:$(PORT)/console/    (Ctrl-C stops it; the data stays in .pgdata)"
	@exec $(MANAGE) serve 127.0.0.1:$(PORT)

sandbox: install ## The same for partners' systems: a data set of its own, on 127.0.0.1:8001 (SANDBOX_PORT=), whose day they move on by the API
	@SANDBOX=1 $(MANAGE) migrate --no-input --verbosity 0
	@SANDBOX=1 $(MANAGE) demo --once --logins --size small
	@SANDBOX=1 PORT=$(SANDBOX_PORT) exec $(MANAGE) serve 127.0.0.1:$(SANDBOX_PORT)

test: install ## Run all tests
	$(BIN)/pytest -m "not alone"
	$(BIN)/pytest -m alone -n 0

check: install ## Run all linters
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) messages --check
	$(MANAGE) diagrams --check
	$(MANAGE) openapi --check
	DEBUG=0 SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
	ALLOWED_HOSTS=backoffice.example DATABASE_URL=postgresql:///backoffice EVIDENCE_DIR=/var/lib/backoffice/evidence \
	$(MANAGE) check --deploy --fail-level WARNING

fuzz: install ## Ask the whole API at random by its own description, for long (FUZZ_EXAMPLES=)
	FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(BIN)/pytest tests/api/test_fuzz.py

bench: install ## Measure the big days; writes bench.json
	$(BIN)/python -m tests.benchmarks

demo: install ## Load the demo data into an empty database (SIZE=small, office or big)
	$(MANAGE) migrate --no-input --verbosity 0
	$(MANAGE) demo --once --logins --size $(SIZE)

backup: install ## Dump the database and copy the files of evidence into ./backups (BACKUP_DIR)
	$(MANAGE) backup

restore-drill: install ## Restore a dump of the present database into an empty server, compare everything, throw it away
	$(MANAGE) restore_drill

screenshots: install ## Take a picture of every kind of console page, into screenshots/
	$(BIN)/python -m tests.browser.screenshots

lock: install ## Write the locked requirements anew from pyproject.toml
	$(BIN)/uv lock --quiet --upgrade
	$(UV_EXPORT) --no-dev > requirements.txt
	$(UV_EXPORT) > requirements-dev.txt

clean: ## Remove what was made, but the data (.pgdata, .evidence)
	rm -rf .venv .pgdata-tests .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .outbox .evidence-test staticfiles uv.lock
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name '*.mo' -delete
