//! Applications over their lifetime, on a real database: silence, merging and splitting.
#![expect(clippy::expect_used, reason = "a test may fail this way")]

mod fixture;
mod merge;
mod silence;
mod split;
