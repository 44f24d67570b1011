# Lonja: the order desk of a wholesaler. `make` lists what there is.

PYTHON ?= python3
PORT ?= 8000
DATA ?=
BENCH ?=
TESTS ?= tests
VENV := .venv/bin
export PORT BENCH

.DEFAULT_GOAL := help
.PHONY: help demo run test lint fmt bench screenshots requirements environment development

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  PORT=8001               another port than 8000 (demo, run)"
	@echo "  DATABASE_URL=postgres:… a PostgreSQL of your own, 15 or newer, instead of the embedded one"
	@echo "  DATA=orders.csv.gz      an order history to import (demo)"
	@echo "  BENCH=name,name         only these figures (bench)"
	@echo "  TESTS=tests/orders      only these tests (test)"

demo: environment  ## Start the demo company on http://127.0.0.1:8000/
	@LONJA_MODE=demo exec $(VENV)/python manage.py demo $(if $(DATA),--data "$(DATA)")

run: environment  ## Start for production, settings from the environment
	@LONJA_MODE=production exec $(VENV)/python manage.py serve

test: development  ## Run all tests, in the browser too
	@LONJA_MODE=demo $(VENV)/python manage.py prepare_files
	@$(VENV)/python -m pytest $(TESTS) -m "not browser" -n 2 --dist loadgroup -q || [ $$? -eq 5 ]  # 5: none of them
	@$(VENV)/python -m pytest $(TESTS) -m browser -n 2 --dist worksteal -q || [ $$? -eq 5 ]

lint: development  ## Check code, types, templates, directions of imports, migrations, containers
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/djade --check $$(git ls-files '*.html')
	$(VENV)/python manage.py makemigrations --check --dry-run
	$(VENV)/python manage.py compilemessages --ignore .venv
	$(VENV)/hadolint Dockerfile
	$(VENV)/compose-lint check --strict-config --fail-on medium compose.yaml

fmt: development  ## Format code and templates
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .
	$(VENV)/djade $$(git ls-files '*.html')

bench: development  ## Measure against the goals (docs/performance.md)
	@$(VENV)/python -m tests.bench

screenshots: development  ## Take docs/screenshots/ anew
	@$(VENV)/python -m tests.browser.screenshots

requirements: development  ## Pin the newest versions that pyproject.toml allows
	$(VENV)/uv pip compile pyproject.toml --universal --generate-hashes --upgrade --python-version 3.11 \
		--custom-compile-command "make requirements" -q -o requirements.txt
	$(VENV)/uv pip compile pyproject.toml --group dev -c requirements.txt --universal --generate-hashes --upgrade \
		--python-version 3.11 --custom-compile-command "make requirements" -q -o requirements-dev.txt

environment:  ## Make .venv/ and install what is needed
	@$(PYTHON) config/environment.py

development:
	@$(PYTHON) config/environment.py --development
