//! Importing mail on a real database: once and twice, two tenants, cut off anywhere, hostile files, many mails.
#![expect(clippy::expect_used, reason = "a test may fail this way")]

mod bench;
mod cut_off;
mod files;
mod once;
mod twice;
