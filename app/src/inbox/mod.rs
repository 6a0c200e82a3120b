//! The inbox: email that waits for a decision, and what became of the rest.

pub mod api;
mod choices;
mod filters;
mod form;
mod labels;
mod list;
mod page;
mod reader;
mod why;

pub use page::InboxPage;
pub use why::Why;
