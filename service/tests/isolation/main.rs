//! Isolation, proved where it matters: in the database, as the role that serves. With the feature `no_where_tenant` the
//! application's own filters point at the victim, and nothing may change.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod catalogue;
mod matrix;
mod settings;
mod source;
mod use_cases;
