//! Reads email about job applications. Pure: no database, no network, no clock.
//!
//! | step | module | result |
//! | --- | --- | --- |
//! | detect the type of an uploaded file | [`parser::FileType`] | mbox, EML, an archive, or why the file is not supported |
//! | split an mbox file into messages | [`parser::Mbox`] | [`parser::MboxMessage`], one at a time |
//! | parse headers and text of a message | [`parser::MessageParser`] | [`parser::Headers`], [`parser::Message`] |
//! | classify a message with rulesets and a model | [`classifier::Classifier`] | [`classifier::Classification`] |
//! | find the date and time of an invitation | [`Appointment`] | the date and time, if the text names only one |
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
