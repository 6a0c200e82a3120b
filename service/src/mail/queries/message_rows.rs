//! Builds the rows of messages from parsed messages.

use crate::{interviews::Invitation, platform::normalize::nfc};
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, Utc};
use domain::{MailMessageId, interviews::MAX_LOCATION_LEN, mail::MessageKind, normalize::line};
use mail_reader::{ParsedMessage, classifier::Classification, parser::CalendarEvent};
use serde::Serialize;

/// A row to insert.
#[derive(Serialize)]
pub struct MessageRow {
    id: MailMessageId,
    identity: String,
    message_id: String,
    thread_ids: Vec<String>,
    subject: String,
    sender: String,
    sent_at: DateTime<Utc>,
    matched: bool,
    kind: MessageKind,
    calendar_uid: Option<String>,
    invitation: Option<Invitation>,
    appointment: Option<NamedTime>,
    #[serde(flatten)]
    classification: ClassificationColumns,
}

#[derive(Serialize)]
struct ClassificationColumns {
    platform: Option<String>,
    confidence: f32,
    company: Option<String>,
    job_title: Option<String>,
    location: Option<String>,
    requisition: Option<String>,
    applied_on: Option<NaiveDate>,
    ruleset: Option<String>,
    ruleset_version: Option<i32>,
    rule: Option<String>,
    explanation: Vec<WordsRow>,
}

/// A date and time mentioned in a message.
#[derive(Serialize)]
struct NamedTime {
    local: NaiveDateTime,
    /// Seconds east of UTC. `None` if the message mentions no time zone.
    offset: Option<i32>,
}

/// Words of an explanation; the fields of `domain::inbox::MatchedWords`.
#[derive(Serialize)]
struct WordsRow {
    explains: &'static str,
    part: &'static str,
    text: String,
}

impl MessageRow {
    pub fn new(id: MailMessageId, message: ParsedMessage) -> Self {
        let headers = message.headers;
        let kind = message.classification.kind;
        let (calendar_uid, invitation) = message.calendar.and_then(invitation).unzip();
        let mut thread_ids = headers.references;
        thread_ids.extend(headers.in_reply_to);
        thread_ids.sort_unstable();
        thread_ids.dedup();
        let sender = if headers.from_name.is_empty() {
            headers.from
        } else {
            format!("{} <{}>", headers.from_name, headers.from)
        };
        Self {
            id,
            identity: headers.identity,
            thread_ids,
            message_id: headers.message_id,
            subject: headers.subject,
            sender,
            sent_at: headers.sent_at,
            // A message of any kind about a known event belongs to the application of the event, so it has to be matched.
            matched: !kind.is_about_application() && calendar_uid.is_none(),
            kind,
            calendar_uid,
            invitation,
            appointment: message.appointment.map(|appointment| NamedTime {
                local: appointment.local,
                offset: appointment.offset.map(|offset| offset.local_minus_utc()),
            }),
            classification: message.classification.into(),
        }
    }
}

/// The UID of an event, and the stored data. `None` for an event without a UID or at an implausible time.
fn invitation(event: CalendarEvent) -> Option<(String, Invitation)> {
    let is_plausible = |at: &DateTime<Utc>| (1970..=2099).contains(&at.year());
    let starts_at = event.start.filter(is_plausible);
    if event.uid.is_empty() || (starts_at.is_none() && !event.is_cancelled) {
        return None;
    }
    let is_within_a_week = |end: &DateTime<Utc>| {
        is_plausible(end) && starts_at.is_some_and(|start| (*end - start).num_days() < 7)
    };
    let invitation = Invitation {
        sequence: event.sequence,
        starts_at,
        ends_at: event.end.filter(is_within_a_week),
        time_zone: event.time_zone,
        place: line(&nfc(&event.location), 1, MAX_LOCATION_LEN).ok(),
        is_cancelled: event.is_cancelled,
    };
    Some((event.uid, invitation))
}

impl From<Classification> for ClassificationColumns {
    fn from(classification: Classification) -> Self {
        Self {
            platform: classification.platform,
            confidence: classification.confidence,
            company: classification.company,
            job_title: classification.title,
            location: classification.location,
            requisition: classification.requisition,
            applied_on: classification.applied_on,
            ruleset: Some(classification.ruleset),
            ruleset_version: Some(classification.ruleset_version),
            rule: Some(classification.rule),
            explanation: classification
                .explanation
                .into_iter()
                .map(|words| WordsRow {
                    explains: words.explains.as_str(),
                    part: words.part.as_str(),
                    text: words.text,
                })
                .collect(),
        }
    }
}
