//! What was read from mails, for people to look at.

mod list;
mod queries;

pub use list::get_user_google_emails;
