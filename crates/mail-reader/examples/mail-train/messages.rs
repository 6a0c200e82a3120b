//! The labelled messages of the corpus and of the rulesets.

use crate::{
    half::is_seen,
    records::{Record, read_records},
};
use chrono::{DateTime, Utc};
use domain::mail::MessageKind;
use mail_reader::parser::{Message, MessageParser};
use std::{error::Error, path::Path};

/// A labelled message.
pub struct LabelledMessage {
    pub record: Record,
    pub message: Message,
    /// It is an example of a ruleset.
    pub is_example: bool,
}

impl LabelledMessage {
    /// Whether company and title are learned from it: it is about an application, and not in the folder that is left out.
    pub fn names_job(&self, left_out: Option<&str>) -> bool {
        let is_left_out =
            !self.is_example && left_out.is_some_and(|folder| self.record.file.starts_with(folder));
        let kind = self.record.label("kind").and_then(MessageKind::parse);
        !is_left_out && kind.is_some_and(MessageKind::is_about_application)
    }

    /// The label of a field; empty if the message has none.
    pub fn field(&self, name: &str) -> Option<&str> {
        let label = self.record.label(name)?;
        Some(if label == "-" { "" } else { label })
    }
}

/// Parses the bytes of messages that are labelled.
pub struct LabelledMessageParser {
    parser: MessageParser,
    now: DateTime<Utc>,
}

impl LabelledMessageParser {
    pub fn new() -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            parser: MessageParser::default(),
            now: "2026-12-31T00:00:00Z".parse()?,
        })
    }

    /// `None` if it is no message.
    pub fn parse(&self, raw: &[u8]) -> Option<Message> {
        let headers = self.parser.parse_headers(raw, b"", self.now).ok()?;
        self.parser.parse_body(headers, raw).ok()
    }

    /// The seen messages of the corpus and the examples of the rulesets, in a fixed order.
    pub fn read_all(&self, root: &Path) -> Result<Vec<LabelledMessage>, Box<dyn Error>> {
        let corpus = read_records(&root.join("corpus"))?
            .into_iter()
            .filter(|record| is_seen(&record.file))
            .map(|record| (record, false));
        let examples = read_records(&root.join("rulesets/examples"))?
            .into_iter()
            .map(|record| (record, true));
        let messages = corpus.chain(examples).filter_map(|(record, is_example)| {
            let message = self.parse(&record.raw)?;
            Some(LabelledMessage {
                record,
                message,
                is_example,
            })
        });
        Ok(messages.collect())
    }
}
