# Every target only calls a script. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test e2e fuzz bench sabotage dev build fmt lint prepare openapi setup audit

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Install what is missing, build, and serve on http://127.0.0.1:3000
	@scripts/run

test: ## Install what is missing and check everything, as CI does
	@scripts/test

e2e: ## Drive the release build in a browser, with and without JavaScript
	@scripts/e2e

fuzz: ## Fuzz the release build from its own API description
	@scripts/fuzz

dev: ## Serve, rebuild and reload on every change (installs cargo-leptos)
	@scripts/dev

build: ## Build the site and the server in release mode
	@scripts/build

fmt: ## Format the code
	@cargo fmt --all

lint: ## Format check, clippy natively and for the browser, documentation
	@scripts/lint

prepare: ## Write .sqlx anew after a query or a migration changed
	@scripts/sqlx-prepare

openapi: ## Write docs/openapi.json anew after an endpoint changed
	@scripts/openapi

bench: ## Measure the release build against its own SQL (needs wrk, fills a Postgres of its own)
	@scripts/bench

sabotage: ## Break a copy in twenty places and see that a test notices each
	@scripts/mutation-test

audit: ## Look for known holes in the dependencies (installs cargo-audit)
	@scripts/audit

setup: ## Only install what is missing, for running and testing
	@scripts/setup test
