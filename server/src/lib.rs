//! The server: REST API, pages, the accept loop, embedded Postgres, the command line.

pub mod cli;
pub mod config;
mod data_folder;
mod health;
pub mod http;
pub mod postgres;
pub mod rest;
pub mod start;
mod telemetry;
pub mod web;
