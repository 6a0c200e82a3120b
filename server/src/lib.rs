//! The server: REST API, pages, the accept loop, embedded Postgres, the command line.

// Pages are one deeply nested type each.
#![recursion_limit = "256"]

pub mod cli;
pub mod config;
mod data_folder;
pub mod health;
pub mod http;
mod monitoring;
pub mod postgres;
pub mod rest;
pub mod start;
mod telemetry;
pub mod web;
