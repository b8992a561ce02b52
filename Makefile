# Bestari. `make` alone prints the verbs.
#   PORT=8000            where the site answers
#   BESTARI_HOME=var/home   where the data lives
#   PYTHON=python3.11    which Python builds the environment

.DEFAULT_GOAL := help
.PHONY: help run setup test lint format messages extract assets bench pictures drill code lock clean

BIN := .venv/bin
PY := $(BIN)/python
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po locale/wagtail/*/LC_MESSAGES/*.po))

help: ## print this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: setup ## build what is missing, load the demo world, start everything
	@exec $(PY) .ci/serve.py

setup: .venv/.stamp assets messages # everything but the data

.venv/.stamp: requirements.txt
	@.ci/environment

assets: var/assets/.stamp
var/assets/.stamp: package-lock.json
	@.ci/assets

messages: $(CATALOGUES) ## compile the language catalogues
%.mo: %.po .venv/.stamp
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

extract: .venv/.stamp ## add new texts of screens, still untranslated, to the language catalogues
	@$(PY) .ci/extract.py

# Tests never see the data of `make run`.
test: export BESTARI_HOME := $(CURDIR)/var/test
test: setup ## run every test on SQLite, then on PostgreSQL; prints what it skips
	@status=0; \
	echo "Tests on SQLite"; env -u DATABASE_URL $(PY) -m pytest -m "not browser" $(ARGS) || status=1; \
	echo "Tests in the browser"; env -u DATABASE_URL $(PY) -m pytest -n 0 -m browser $(ARGS) || status=1; \
	echo "Tests on PostgreSQL"; $(PY) .ci/with_postgres.py $(PY) -m pytest -m "not browser" $(ARGS) || status=1; \
	exit $$status

drill: export BESTARI_HOME := $(CURDIR)/var/test
drill: setup ## kill -9 and power cuts: twenty rounds under fifty savers, on both engines (about ten minutes)
	@export BESTARI_DRILL_ROUNDS=20 BESTARI_DRILL_SAVERS=50; \
	env -u DATABASE_URL $(PY) -m pytest -n 0 -s tests/drills/test_crash.py $(ARGS) && \
	$(PY) .ci/with_postgres.py $(PY) -m pytest -n 0 -s tests/drills/test_crash.py $(ARGS)

lint: .venv/.stamp ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: .venv/.stamp ## let ruff rewrite what it can
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: setup ## measure pages, jobs and exams on a grown base, write var/bench.json; ROWS="..." for some of them
	@$(PY) .ci/bench.py $(ROWS)

# A demo world of its own, kept between runs.
pictures: export BESTARI_HOME := $(CURDIR)/var/demo
pictures: setup ## photograph the screens into var/pictures
	@$(PY) .ci/pictures.py

code: .venv/.stamp ## WHO=citra: the current sign-in code of a demo account
	@test -n "$(WHO)" || { echo "Say whose: make code WHO=citra" >&2; exit 2; }
	@$(PY) manage.py code "$(WHO)"

lock: ## rewrite requirements.txt from requirements.in (needs uv)
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate \
	    --universal --python-version 3.11 --output-file requirements.txt requirements.in

clean: ## remove everything that was built, the demo data too
	rm -rf .venv node_modules var $(CATALOGUES) .pytest_cache .ruff_cache .hypothesis
	find cms lms talent tests .ci -name __pycache__ -prune -exec rm -rf {} +
