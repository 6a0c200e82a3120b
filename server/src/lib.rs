//! The server: HTTP edge, REST API, web UI, embedded Postgres, command line.
//!
//! | module | contents |
//! | --- | --- |
//! | `config` | settings from command line and environment |
//! | `embedded_postgres` | a Postgres in the data directory |
//! | `error`, `data_dir`, `telemetry` | startup errors, data directory lock, logging |
//! | `error_response` | errors as problem details or HTML |
//! | `key_access` | what API keys may call |
//! | `extract` | authentication and input of handlers |
//! | `multipart`, `attachment` | uploads and downloads, shared by API and web UI |
//! | `middleware` | one file per middleware |
//! | `health`, `prometheus` | probes and metrics |
//! | `api` | the REST API, one file per operation, and its OpenAPI document |
//! | `mcp` | the MCP server, one tool per use case |
//! | `web` | routes that are authenticated by the session cookie |
//! | `app` | all routes and the order of the middleware |
//! | `cli` | the commands |
//!
//! Modules import only modules above them in this list.

// The view types of pages are deeply nested.
#![recursion_limit = "256"]

pub mod api;
pub mod app;
mod attachment;
pub mod cli;
pub mod config;
mod data_dir;
pub mod embedded_postgres;
pub mod error;
mod error_response;
mod extract;
pub mod health;
mod key_access;
mod mcp;
mod middleware;
mod multipart;
mod prometheus;
mod telemetry;
mod web;
