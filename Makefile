# Every command of the house. `make` alone lists them; .ci/run calls the same ones.
# Pass more to a command with ARGS:  make test ARGS='-k deductible'

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
PYTHON_FILES := src tests tools $(wildcard benches)

# Secrets for the check of production settings only: they are never used to serve.
PRODUCTION := env -u HAIXING_DEMO -u DEBUG DJANGO_SETTINGS_MODULE=haixing.config.settings ALLOWED_HOSTS=haixing.example \
	SECRET_KEY=only-to-check-settings-1-kf83hd72ksl10xm39vnq84ht5 INDEX_KEY=only-to-check-settings-2-zq7p1mc05bd9wlt36rjy28gn \
	ENCRYPTION_KEY=only-to-check-settings-3-x4ne8uo51cva0ik79fhs62wq SMS_BACKEND=haixing.notices.commands.Outbox TRUSTED_PROXIES=1
DEMO := env HAIXING_DEMO=1 DATABASE_URL=sqlite://:memory: DJANGO_SETTINGS_MODULE=haixing.config.settings

.PHONY: help
help: ## List these commands
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | awk -F ':.*?## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: setup
setup: $(STAMP) $(CATALOGUES) ## Make the environment in .venv from uv.lock, and compile the languages
	@:

$(STAMP): pyproject.toml uv.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Haixing needs Python 3.11 or newer: make setup PYTHON=python3.12"; exit 1; }
	@echo "Making the environment in $(VENV)"
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.8'
	@# --inexact: uv would otherwise remove itself, since the lock does not list it.
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) UV_PROJECT_ENVIRONMENT=$(CURDIR)/$(VENV) $(BIN)/uv sync --quiet --frozen --inexact --no-python-downloads
	@touch $@

%.mo: %.po | $(STAMP)
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

.PHONY: run
run: setup ## Start the demo: a database with sample families, the card, the desk, the worker
	@HAIXING_DEMO=1 $(BIN)/haixing demo $(ARGS)

.PHONY: test
test: setup ## Run every test: the pure core without Django, all on SQLite, all on PostgreSQL where it is installed
	@$(BIN)/python tools/run_tests.py $(ARGS)

CHECKS := check-format check-lint check-types check-imports check-templates check-migrations check-messages check-plans check-production
.PHONY: check $(CHECKS)
check: setup ## Format, lint, types, import contracts, templates, migrations, languages, plans, production settings
	@# Every check runs, whatever the others found.
	@$(MAKE) --no-print-directory --keep-going $(CHECKS)
	@echo "All checks passed."
check-format:
	@echo "--- format" && $(BIN)/ruff format --check --output-format concise $(PYTHON_FILES) || { echo "Run: make fmt"; exit 1; }
check-lint:
	@echo "--- lint" && $(BIN)/ruff check --quiet $(PYTHON_FILES)
check-types:
	@echo "--- types" && $(BIN)/mypy --no-error-summary
check-imports:
	@echo "--- import contracts" && $(BIN)/lint-imports --no-cache --no-logo | sed -n '/^Contracts: /p;/^Broken contracts/,$$p'
check-templates:
	@# Not their format: white space that a formatter adds shows between Chinese characters.
	@echo "--- templates" && $(BIN)/djlint --quiet --lint src
check-migrations:
	@echo "--- migrations" && $(DEMO) $(BIN)/haixing makemigrations --check --dry-run
check-messages:
	@echo "--- languages" && $(BIN)/python tools/check_messages.py
check-plans:
	@echo "--- plans, and what they say of themselves" && $(BIN)/haixing plan check plans && $(BIN)/haixing plan explain --check plans
check-production:
	@echo "--- production settings" && $(PRODUCTION) $(BIN)/haixing check --deploy --fail-level WARNING

.PHONY: fmt
fmt: setup ## Format Python
	@$(BIN)/ruff format $(PYTHON_FILES)
	@$(BIN)/ruff check --fix-only --quiet $(PYTHON_FILES)

.PHONY: messages
messages: setup ## Collect new texts into locale/en, then compile; needs gettext
	@mkdir -p locale/en/LC_MESSAGES
	@env -u DJANGO_SETTINGS_MODULE $(BIN)/python -m django makemessages --locale en --no-location --no-obsolete \
		$(foreach folder,.venv tests tools benches var artefacts staticfiles,--ignore '$(folder)/*')
	@$(MAKE) --no-print-directory setup

.PHONY: bench
bench: setup ## Measure, and print ratios for docs/performance.md
	@$(BIN)/python -m benches $(ARGS)

.PHONY: drill
drill: setup ## The long proofs: thousands of racing submissions, servers killed under load
	@$(BIN)/python tools/run_tests.py --drill $(ARGS)

.PHONY: docs
docs: setup ## Write each plan's explained.zh.md and explained.en.md anew
	@$(BIN)/haixing plan explain plans --write $(ARGS)
