# Each target calls a script. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test e2e mail-eval fuzz fuzz-mail bench mutation-test dev build screens fmt lint sqlx-prepare openapi clients setup audit

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Install what is missing, build, and serve on http://127.0.0.1:3000
	@scripts/run

test: ## Install what is missing and run all checks of CI
	@scripts/test

e2e: ## Test the release build in a browser, with and without JavaScript
	@scripts/e2e

fuzz: ## Fuzz the REST API of the release build from its OpenAPI document
	@scripts/fuzz

mail-eval: ## Measure how well email of the labelled corpus is read
	@cargo run --quiet --release -p mail-reader --example mail-eval -- --passes 3

fuzz-mail: ## Fuzz the mail parser for a minute (needs nightly Rust and cargo-fuzz)
	@scripts/fuzz-mail

dev: ## Serve, and rebuild and reload on every change (installs cargo-leptos)
	@scripts/dev

build: ## Build the site and the server in release mode
	@scripts/build

screens: ## Take the pictures of docs/screens
	@scripts/screens

fmt: ## Format the code
	@cargo fmt --all

lint: ## Check format, module structure, clippy (server and browser) and documentation
	@scripts/lint

sqlx-prepare: ## Update .sqlx after a query or a migration has changed
	@scripts/sqlx-prepare

openapi: ## Update docs/openapi.json after an endpoint has changed
	@scripts/openapi

clients: ## Update the clients after docs/openapi.json has changed
	@scripts/clients

bench: ## Compare the release build with its own SQL (needs wrk, fills a Postgres of its own)
	@scripts/bench

mutation-test: ## Apply mutations to a copy and check that a test detects each
	@scripts/mutation-test

audit: ## Check the dependencies for known vulnerabilities (installs cargo-audit)
	@scripts/audit

setup: ## Only install what is missing, for running and testing
	@scripts/setup test
