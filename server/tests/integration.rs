//! Integration tests of the server. One binary, because linking it is what takes time.

mod api;
mod contract;
mod oauth;
mod resilience;
mod support;
mod web;
