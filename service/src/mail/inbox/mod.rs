//! The inbox: all messages with their explanations, and the users' decisions about them.

mod decide;
mod list;
mod restore;
mod review;
mod undo;

pub use decide::decide_mail;
pub use list::{get_mails, list_messages};
pub use review::{count_review, get_mail, get_review};
pub use undo::undo_mail;
