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
    /// The calendar event that the message invites to, changes or cancels. `None` for replies to invitations.
    pub calendar: Option<CalendarEvent>,
    /// The date and time in the text of an interview or assessment invitation without a calendar event.
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

/// Parses and classifies messages. Create it once and reuse it, because creating it parses all rulesets.
pub struct MailReader {
    parser: MessageParser,
    classifier: Classifier,
}

impl MailReader {
    /// Loads the embedded rulesets.
    ///
    /// # Errors
    /// [`RulesetError`] when a ruleset is invalid.
    pub fn new() -> Result<Self, RulesetError> {
        Ok(Self {
            parser: MessageParser::default(),
            classifier: Classifier::new()?,
        })
    }

    /// Replaces the embedded classification model, to compare another one with it.
    #[doc(hidden)]
    #[must_use]
    pub fn with_model(mut self, model: Model) -> Self {
        self.classifier = self.classifier.with_model(model);
        self
    }

    /// Replaces the embedded weights that rank candidates for company and title, to compare others with them.
    #[doc(hidden)]
    #[must_use]
    pub fn with_ranker(mut self, ranker: Ranker) -> Self {
        self.classifier = self.classifier.with_ranker(ranker);
        self
    }

    /// Replaces the embedded title tagger, to compare another one with it.
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

    /// Search terms in all languages that find messages about applications in a mailbox.
    pub fn search_words(&self) -> Vec<String> {
        self.classifier.search_words()
    }

    /// The addresses and domains that the rulesets know.
    pub fn senders(&self) -> Vec<String> {
        self.classifier.senders()
    }

    /// Whether a message may be about an application, judged by its headers alone, so that the bodies of newsletters need not be
    /// fetched. `headers` may be limited to the sender, subject, date and list headers. Returns true if unsure.
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
            // The body of every message is parsed, because the identity includes the text.
            let message = self.parser.parse_body(headers, raw)?;
            let classification = self.classifier.classify(&message);
            // For a forward, the result has the headers of the forwarded message: its author and date.
            Ok(ParsedMessage::new(
                self.classifier.subject_of(message),
                classification,
            ))
        };
        catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(ParseError::Malformed))
    }
}
