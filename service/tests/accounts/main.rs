//! Integration tests of user accounts: `auth`, `email` and `users`, with a real database and a mock SMTP server.
#![expect(clippy::expect_used, reason = "a failed expectation fails the test")]

mod auth;
mod email;
mod organizations;
mod support;
mod users;
