//! The inbox: emails that wait for a decision, and the results of all other emails.

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
