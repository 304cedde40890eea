# Everything a maintainer does, one word each. `make` alone prints this list.

SHELL := /bin/sh
BIN := .venv/bin
INSTALLED := .venv/installed

# One step of `make check`: prints its name, then runs it from the environment.
step = @printf '\n== %s\n' '$(1)' && $(BIN)/$(1)

.DEFAULT_GOAL := help
.PHONY: help install demo test check soak bench docs lock clean node rabbitmq docker-registry git-ssh kubectl promtool chromium shells test-images test-appended test-own-images buildah

help:
	@printf 'Knative Lambda Builder\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED) ## prepare .venv from a fresh machine (needs Python 3.11 or newer)

demo: install ## play the whole pipeline on this machine, without a cluster
	$(BIN)/knative-lambda demo

test: install node rabbitmq docker-registry git-ssh kubectl promtool chromium shells ## run all tests; every branch of the domain and application must be covered
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder --cov --cov-report=
	$(BIN)/python -m coverage report --include='src/domain/*,src/application/*' --skip-covered --fail-under=100

test-images: install node buildah ## build generated Dockerfiles for real, and call what they make (needs root)
	$(BIN)/python -m pytest tests/images --ignore=tests/images/test_own_images.py --ignore=tests/images/test_appended.py

test-appended: install node docker-registry buildah ## build the examples, and put their images together: each pair is the same (needs root)
	$(BIN)/python -m pytest tests/images/test_appended.py

test-own-images: install buildah ## build the images of service and sidecar, twice each, and start them (needs root)
	$(BIN)/python -m pytest tests/images/test_own_images.py

check: install ## format, lint, types and import contracts
	$(call step,ruff format --check)
	$(call step,ruff check)
	$(call step,mypy)
	$(call step,lint-imports)

soak: install node ## the laws again, over 5,000 random histories each
	HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest tests/unit/test_histories*.py

bench: install node rabbitmq docker-registry ## measure what the service costs, beside its peers and limits; writes docs/performance.md
	PYTHONPATH=tests $(BIN)/python -m benchmarks

docs: install ## rewrite the generated parts of the documentation
	$(BIN)/python -m knative_lambda.entrypoints.docs

lock: ## pin the newest packages that pyproject.toml allows
	scripts/lock

clean: ## remove .venv and all caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# pip runs again only when what it would install may have changed.
$(INSTALLED): requirements.lock pyproject.toml scripts/install
	scripts/install
	@touch $@

node:
	@scripts/require-node

rabbitmq:
	@scripts/require-rabbitmq

docker-registry:
	@scripts/require-docker-registry

git-ssh:
	@scripts/require-git-ssh

kubectl:
	@scripts/require-kubectl

promtool:
	@scripts/require-promtool

chromium:
	@scripts/require-chromium

shells:
	@scripts/require-shells

buildah:
	@scripts/require-buildah
