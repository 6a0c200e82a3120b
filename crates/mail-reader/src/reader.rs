//! Parsing and classification of one message.

use crate::{
    appointment::{self, Appointment},
    classifier::{Classification, Classifier, Ranker, RulesetError, Tagger, model::Model},
    parser::{CalendarEvent, Headers, Message, MessageParser, ParseError},
};
use chrono::{DateTime, Utc};
use domain::mail::MessageKind;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The result of reading a message. It never contains the body.
#[derive(Clone, Debug)]
pub struct ParsedMessage {
    /// The decoded headers.
    pub headers: Headers,
    /// What the message is about.
    pub classification: Classification,
    /// The event to which the message invites, or which it changes or cancels. Of answers to invitations there is none.
    pub calendar: Option<CalendarEvent>,
    /// The date and time that an invitation without an event names.
    pub appointment: Option<Appointment>,
}

impl ParsedMessage {
    fn new(message: Message, classification: Classification) -> Self {
        let is_invitation = matches!(
            classification.kind,
            MessageKind::Interview | MessageKind::Assessment
        );
        let appointment = (is_invitation && message.calendar.is_none())
            .then(|| appointment::find(&message))
            .flatten();
        Self {
            appointment,
            headers: message.headers,
            calendar: message.calendar.filter(CalendarEvent::is_by_organizer),
            classification,
        }
    }
}

/// Parses and classifies messages. Expensive to create, because the rulesets are read; create it once.
pub struct MailReader {
    parser: MessageParser,
    classifier: Classifier,
}

impl MailReader {
    /// Reads the embedded rulesets.
    ///
    /// # Errors
    /// [`RulesetError`] when a ruleset is invalid.
    pub fn new() -> Result<Self, RulesetError> {
        Ok(Self {
            parser: MessageParser::default(),
            classifier: Classifier::new()?,
        })
    }

    /// Reads with another model, to compare it with the embedded one.
    #[doc(hidden)]
    #[must_use]
    pub fn with_model(mut self, model: Model) -> Self {
        self.classifier = self.classifier.with_model(model);
        self
    }

    /// Reads with other weights for the choice of company and title, to compare them with the embedded ones.
    #[doc(hidden)]
    #[must_use]
    pub fn with_ranker(mut self, ranker: Ranker) -> Self {
        self.classifier = self.classifier.with_ranker(ranker);
        self
    }

    /// Reads with another tagger of titles, to compare it with the embedded one.
    #[doc(hidden)]
    #[must_use]
    pub fn with_tagger(mut self, tagger: Tagger) -> Self {
        self.classifier = self.classifier.with_tagger(Some(tagger));
        self
    }

    /// The names of the platforms that are job boards.
    pub fn job_boards(&self) -> impl Iterator<Item = &str> {
        self.classifier.job_boards()
    }

    /// Words by which messages about applications are found in a mailbox, in all languages.
    pub fn search_words(&self) -> Vec<String> {
        self.classifier.search_words()
    }

    /// The addresses and domains that the rulesets know.
    pub fn senders(&self) -> Vec<String> {
        self.classifier.senders()
    }

    /// Whether a message may be about an application, by its headers alone, so that the body of newsletters need not be fetched.
    /// The headers may be only those of sender, subject, date and list. In case of doubt it may.
    pub fn may_concern_application(&self, headers: &[u8], now: DateTime<Utc>) -> bool {
        match catch_unwind(AssertUnwindSafe(|| self.parser.parse_headers(headers, b"", now))) {
            Ok(Ok(headers)) => self.classifier.may_concern_application(&headers),
            Ok(Err(ParseError::Excluded)) => false,
            Ok(Err(_)) | Err(_) => true,
        }
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
            // The identity needs the text of every message.
            let message = self.parser.parse_body(headers, raw)?;
            let classification = self.classifier.classify(&message);
            // The headers of a forwarded message say who wrote it and when.
            Ok(ParsedMessage::new(
                self.classifier.subject_of(message),
                classification,
            ))
        };
        catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(ParseError::Malformed))
    }
}
