//! Applications over their lifetime, on a real database: silence, merging, splitting, the page of one.
#![expect(clippy::expect_used, reason = "a test may fail this way")]

mod card;
mod changes;
mod changes_replica;
mod company_names;
mod deleted;
mod fixture;
mod merge;
mod overview;
mod quota;
mod search;
mod silence;
mod split;
mod transitions;
mod undo;
mod undo_decision;
