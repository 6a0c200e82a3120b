//! Integration tests of the server, in one binary, because linking is slow.
//!
//! The modules have `cfg(test)` so that clippy's `allow-expect-in-tests` also covers their helper functions.

#[cfg(test)]
mod api;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod imap;
#[cfg(test)]
mod mail_sources;
#[cfg(test)]
mod mcp;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod resilience;
#[cfg(test)]
mod support;
#[cfg(test)]
mod web;
