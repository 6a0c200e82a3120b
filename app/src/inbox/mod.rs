//! The inbox: email that waits for a decision, and what became of the rest.

pub mod api;
mod choices;
mod explanation;
mod filters;
mod form;
mod labels;
mod list;
mod page;
mod reader;

pub use explanation::ExplanationDetails;
pub use page::InboxPage;
