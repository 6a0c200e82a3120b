//! Interviews of applications.

mod add;
mod list;
mod update;

pub use add::{AddInterviewInput, InterviewDraft};
pub use list::{InterviewFilter, ListInterviewsInput};
pub use update::{InterviewUpdate, UpdateInterviewInput};

use crate::{FieldCode, InterviewId, JobApplicationId, MailMessageId, normalize::TextError};
use chrono::{DateTime, Datelike as _, Utc};
use serde::{Deserialize, Serialize};

/// Maximum length of the place, in characters.
pub const MAX_LOCATION_LEN: usize = 500;
/// Maximum length of the notes, in characters.
pub const MAX_INTERVIEW_NOTES_LEN: usize = 5_000;

/// How an interview takes place.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum InterviewKind {
    /// By phone.
    Phone,
    /// By video call.
    Video,
    /// At the employer.
    Onsite,
    /// Otherwise, or unknown.
    Other,
}

impl InterviewKind {
    /// All kinds, in the order of forms.
    pub const ALL: [Self; 4] = [Self::Phone, Self::Video, Self::Onsite, Self::Other];

    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }

    /// Guesses the kind from the place, such as a link to a video call.
    pub fn of_location(place: Option<&str>) -> Self {
        const CALLS: [&str; 8] = [
            "zoom.",
            "meet.google",
            "teams.",
            "webex",
            "whereby",
            "jitsi",
            "skype",
            "chime.",
        ];
        let Some(place) = place.map(str::to_lowercase) else {
            return Self::Other;
        };
        if place.contains("://") || CALLS.iter().any(|call| place.contains(call)) {
            return Self::Video;
        }
        let digits = place.chars().filter(char::is_ascii_digit).count();
        let is_number = place
            .trim_start_matches("tel:")
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '-' | '(' | ')' | '/' | '.'));
        if is_number && digits >= 6 {
            return Self::Phone;
        }
        if place.trim().is_empty() {
            Self::Other
        } else {
            Self::Onsite
        }
    }
}

/// An interview of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Interview {
    /// Id of the interview.
    pub id: InterviewId,
    /// The application it belongs to.
    pub jobapp_id: JobApplicationId,
    /// How it takes place.
    pub kind: InterviewKind,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends; `null` if that is unknown.
    pub ends_at: Option<DateTime<Utc>>,
    /// The time zone it was arranged in, such as `Europe/Berlin`; `null` if that is unknown.
    pub time_zone: Option<String>,
    /// A room, an address, or a link to a call.
    pub place: Option<String>,
    /// The user's notes.
    pub notes: Option<String>,
    /// The email that says when it takes place; `null` if the user has added it.
    pub mail_id: Option<MailMessageId>,
    /// When it was cancelled; `null` if it takes place.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Body of `POST /api/interviews/delete_interview`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InterviewRef {
    /// The interview.
    pub interview_id: InterviewId,
}

/// Checks that a time is between 1970 and 2099 and removes fractions of a second.
fn plausible_time(at: DateTime<Utc>) -> Result<DateTime<Utc>, TextError> {
    if !(1970..=2099).contains(&at.year()) {
        let detail = "Use a time between 1970 and 2099.";
        return Err((FieldCode::OutOfRange, detail.into()));
    }
    Ok(DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at))
}

/// Checks that an interview ends within a week and not before it begins.
fn check_end(starts_at: DateTime<Utc>, ends_at: Option<DateTime<Utc>>) -> Result<(), TextError> {
    let Some(ends_at) = ends_at else { return Ok(()) };
    if ends_at < starts_at {
        return Err((FieldCode::Conflicting, "It ends before it begins.".into()));
    }
    if (ends_at - starts_at).num_days() >= 7 {
        return Err((
            FieldCode::OutOfRange,
            "Use an end within a week of the beginning.".into(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_of_an_interview_follows_from_its_location() {
        for (place, kind) in [
            (None, InterviewKind::Other),
            (Some(" "), InterviewKind::Other),
            (Some("https://meet.example/1"), InterviewKind::Video),
            (Some("Microsoft Teams.com Meeting"), InterviewKind::Video),
            (Some("+49 30 1234567"), InterviewKind::Phone),
            (Some("tel:+49301234567"), InterviewKind::Phone),
            (Some("Room 4, Torstr. 12"), InterviewKind::Onsite),
        ] {
            assert_eq!(InterviewKind::of_location(place), kind, "{place:?}");
        }
    }
}
