//! Copying applications between the workspaces of a user, and leaving or being removed from an organization with them.
#![expect(clippy::expect_used, reason = "tests panic on unexpected errors")]

mod catalog;
mod copy;
mod fixture;
mod leave;
mod removal;
