//! Being laid.
pub mod rest;
