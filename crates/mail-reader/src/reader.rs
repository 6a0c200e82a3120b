//! Parsing and classification of one message.

use crate::{
    classifier::{Classification, Classifier, RulesetError},
    parser::{Headers, MessageParser, ParseError},
};
use chrono::{DateTime, Utc};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The result of reading a message. It never contains the body.
#[derive(Clone, Debug)]
pub struct ParsedMessage {
    /// The decoded headers.
    pub headers: Headers,
    /// `None` when no ruleset knows the sender.
    pub classification: Option<Classification>,
}

/// Parses and classifies messages. Expensive to create, because the rulesets are compiled; create it once.
pub struct MailReader {
    parser: MessageParser,
    classifier: Classifier,
}

impl MailReader {
    /// Compiles the embedded rulesets.
    ///
    /// # Errors
    /// [`RulesetError`] when a ruleset is invalid.
    pub fn new() -> Result<Self, RulesetError> {
        Ok(Self {
            parser: MessageParser::default(),
            classifier: Classifier::new()?,
        })
    }

    /// The addresses and domains that the rulesets know.
    pub fn senders(&self) -> Vec<String> {
        self.classifier.senders()
    }

    /// Parses and classifies a message. `from_line` is its separator line in an mbox file, or empty.
    ///
    /// # Errors
    /// [`ParseError`]; also when the parser panics, so that one message cannot stop an import.
    pub fn read(
        &self,
        raw: &[u8],
        from_line: &[u8],
        now: DateTime<Utc>,
    ) -> Result<ParsedMessage, ParseError> {
        let read = || {
            let headers = self.parser.parse_headers(raw, from_line, now)?;
            let needs_body = self.classifier.needs_body(&headers);
            // The identity needs the text of every message.
            let message = self.parser.parse_body(headers, raw)?.message;
            let classification = if needs_body {
                self.classifier.classify(&message)
            } else {
                self.classifier.classify_headers(&message.headers)
            };
            Ok(ParsedMessage {
                headers: message.headers,
                classification,
            })
        };
        catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(ParseError::Malformed))
    }
}
