//! What was read from mails, for people to look at.

mod queries;

pub(crate) use queries::mails_of;
