//! Reads email about job applications. Pure: no database, no network, no clock.
//!
//! | step | module | result |
//! | --- | --- | --- |
//! | detect the type of an uploaded file | [`parser::FileType`] | `mbox`, `eml`, or why it is neither |
//! | split an mbox file into messages | [`parser::Mbox`] | [`parser::MboxMessage`], one at a time |
//! | parse headers and text of a message | [`parser::MessageParser`] | [`parser::Headers`], [`parser::Message`] |
//! | apply the ruleset of the sender's platform | [`classifier::Classifier`] | [`classifier::Classification`] |
//! | find the date and time of an invitation | [`Appointment`] | if exactly one is named |
//!
//! [`MailReader`] runs the last three steps. [`match_key`] normalizes company names and job titles, so that messages
//! about the same application can be recognized.

mod appointment;
pub mod classifier;
pub mod match_key;
pub mod parser;
mod reader;

pub use appointment::Appointment;
pub use reader::{MailReader, ParsedMessage};
