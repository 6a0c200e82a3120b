//! Whatever changes a cached caller notifies all servers: every statement that can do so is on a list, and every use case on
//! the list is run with a second listener.
#![expect(clippy::expect_used, reason = "a failed setup fails the test")]

mod statements;
mod use_cases;
