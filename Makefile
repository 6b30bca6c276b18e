# The door to the project. `make run` shows it at work, `make test` proves it; the rest is for those who
# change it. Everything lands in .venv and var; nothing outside this folder is touched, except that
# `make test` installs PostgreSQL and Chromium from Debian where they are missing and that is allowed.

PYTHON ?= python3
PORT ?= 8000
DATA ?= var/demo
BIN := .venv/bin
TEST_WORKERS ?= auto
SOAK ?= --json build/soak.json

.PHONY: run test check fix golden bench soak docs build install install-dev messages lock clean

run: build ## make the demo operation, print its products, and serve it
	@$(BIN)/opendtm demo --data "$(DATA)" --port "$(PORT)"

# The PostgreSQL of the tests is thrown away whole, so its databases are not dropped one by one; the rules of
# access hang on no database and are walked once, and a command makes its own house on SQLite.
test: install-dev system build check ## everything: checks, tests on SQLite and on PostgreSQL, browser, manual
	$(BIN)/python -m pytest tests -n $(TEST_WORKERS) --dist worksteal
	$(BIN)/python -m tests.postgres $(BIN)/python -m pytest tests/server -n $(TEST_WORKERS) --dist worksteal --reuse-db \
		-m "not command_line" --ignore tests/server/browser/test_accessibility.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict --site-dir build/manual

check: install-dev ## format, lint, types, import contracts, words in both languages
	$(BIN)/ruff format --check src tests scripts benchmarks soak
	$(BIN)/ruff check src tests scripts benchmarks soak
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/messages.py check

fix: install-dev ## mend what can be mended by itself
	$(BIN)/ruff check --fix src tests scripts benchmarks soak
	$(BIN)/ruff format src tests scripts benchmarks soak
	$(BIN)/python scripts/messages.py update

golden: build install-dev ## write the golden files and the reference pages anew (read them in review)
	$(BIN)/python scripts/reference.py

bench: build install-dev ## the figures of docs/benchmarks.md
	$(BIN)/python -m benchmarks

soak: system build install-dev ## the proof: 10,000 faults, 1,000 kills, 100 power cuts, 100,000 malformed requests
	$(BIN)/python -m soak $(SOAK)

docs: build install-dev ## the manual, in site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

build: install build/.assets build/.messages ## fonts, icons, world map, front-end bundle, catalogues

install: .venv/.installed
install-dev: .venv/.installed-dev

.venv/.installed: requirements.lock pyproject.toml scripts/make_venv.sh
	@sh scripts/make_venv.sh "$(PYTHON)" requirements.lock
	@touch $@

# requirements-dev.lock holds all that requirements.lock does: whoever has the one needs no second round for the other.
.venv/.installed-dev: requirements-dev.lock requirements.lock pyproject.toml scripts/make_venv.sh
	@sh scripts/make_venv.sh "$(PYTHON)" requirements-dev.lock
	@touch .venv/.installed $@

build/.assets: .venv/.installed scripts/build_assets.py requirements-assets.lock frontend/package-lock.json $(wildcard frontend/*.mjs frontend/src/* frontend/src/*/*) src/opendtm/render/tokens.json
	@$(BIN)/python scripts/build_assets.py
	@mkdir -p build && touch $@

build/.messages: .venv/.installed $(wildcard src/opendtm/locale/*/LC_MESSAGES/*.po) $(wildcard src/opendtm_server/*/locale/*/LC_MESSAGES/*.po)
	@$(BIN)/python scripts/messages.py compile
	@mkdir -p build && touch $@

.PHONY: system
system: ## PostgreSQL, Chromium and Java for the tests
	@sh scripts/ensure_system.sh

lock: install-dev ## pin what pyproject.toml asks for, by hash and without naming a host
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group build -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group build --group dev -o requirements-dev.lock

clean: ## remove what was built
	rm -rf build dist site .mypy_cache .ruff_cache .pytest_cache
