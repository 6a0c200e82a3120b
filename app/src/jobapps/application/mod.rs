//! `/w/{slug}/applications/{id}`: an application with its timeline. Its forms are plain forms and work without JavaScript.

mod actions;
mod appointment;
mod comments;
mod contact_form;
pub mod contact_input;
mod contacts;
mod details;
pub mod details_form;
mod entries;
mod facts_section;
mod files;
mod header;
pub mod interview_input;
mod interviews;
mod markdown;
mod note_form;
mod notes_field;
mod page;
mod posting;
mod salary;
mod tasks;
mod timeline;
mod timeline_entry;
mod undoings;

pub(super) use actions::ConfirmDialog;
pub use comments::RejectedComment;
pub(super) use details::EditSummary;
pub use page::{ApplicationContent, ApplicationData, ApplicationPage, load, parameters};
pub(super) use salary::salary_text;
