//! Imports on a real database: results, repetition, interruption, and malformed files.
#![expect(clippy::expect_used, reason = "a test may fail this way")]

mod fairness;
mod files;
mod import;
mod import_fixture;
mod interrupted;
mod reimport;
mod review;
mod storage_limits;
