//! Input of `POST /api/interviews/add_interview`.

use super::{InterviewKind, MAX_INTERVIEW_NOTES_LEN, MAX_LOCATION_LEN, check_end, plausible_time};
use crate::{FieldErrors, JobApplicationId, normalize, normalize::TextError};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Body of `POST /api/interviews/add_interview`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddInterviewInput {
    /// The application.
    pub jobapp_id: JobApplicationId,
    /// How it takes place.
    pub kind: InterviewKind,
    /// When it begins; between 1970 and 2099.
    pub starts_at: DateTime<Utc>,
    /// When it ends; within a week of the beginning.
    #[serde(default)]
    pub ends_at: Option<DateTime<Utc>>,
    /// The time zone it was arranged in, an IANA name.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub time_zone: Option<String>,
    /// A room, an address, or a link to a call; up to 500 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub place: Option<String>,
    /// Up to 5000 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 5000))]
    pub notes: Option<String>,
}

/// The details of an interview that the user enters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterviewDraft {
    /// The application.
    pub jobapp_id: JobApplicationId,
    /// How it takes place.
    pub kind: InterviewKind,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: Option<DateTime<Utc>>,
    /// The time zone it was arranged in.
    pub time_zone: Option<String>,
    /// A room, an address, or a link to a call.
    pub place: Option<String>,
    /// The user's notes.
    pub notes: Option<String>,
}

impl AddInterviewInput {
    /// Validates every field. `time_zone` is the result of validating the time zone, which only the server can do.
    pub fn parse(
        self,
        time_zone: Option<Result<String, TextError>>,
        errors: &mut FieldErrors,
    ) -> Option<InterviewDraft> {
        let starts_at = errors.check("starts_at", plausible_time(self.starts_at));
        let ends_at = self.ends_at.map(|at| errors.check("ends_at", plausible_time(at)));
        if let (Some(starts_at), Some(Some(ends_at))) = (starts_at, ends_at) {
            errors.check("ends_at", check_end(starts_at, Some(ends_at)));
        }
        let time_zone = time_zone.map(|zone| errors.check("time_zone", zone));
        let place = errors.check(
            "place",
            normalize::optional_line(self.place.as_deref(), MAX_LOCATION_LEN),
        );
        let notes = errors.check("notes", optional_lines(self.notes.as_deref()));
        Some(InterviewDraft {
            jobapp_id: self.jobapp_id,
            kind: self.kind,
            starts_at: starts_at?,
            ends_at: ends_at.flatten(),
            time_zone: time_zone.flatten(),
            place: place?,
            notes: notes?,
        })
    }
}

/// Validates the notes. Blank notes count as `None`.
pub(super) fn optional_lines(notes: Option<&str>) -> Result<Option<String>, TextError> {
    let Some(notes) = notes else { return Ok(None) };
    let notes = normalize::lines(notes, 0, MAX_INTERVIEW_NOTES_LEN)?;
    Ok((!notes.is_empty()).then_some(notes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ApiError;

    fn parse(fields: &str) -> Result<InterviewDraft, ApiError> {
        let body = format!(
            r#"{{"jobapp_id":"00000000-0000-0000-0000-000000000001","kind":"video","starts_at":"2026-11-26T10:00:00.5Z"{fields}}}"#
        );
        let input: AddInterviewInput = serde_json::from_str(&body).expect("shape");
        let mut errors = FieldErrors::default();
        let draft = input.parse(None, &mut errors);
        errors.into_result()?;
        Ok(draft.expect("no errors"))
    }

    fn invalid_fields(fields: &str) -> Vec<String> {
        let errors = parse(fields).expect_err("invalid").errors;
        errors.into_iter().map(|e| e.field).collect()
    }

    #[test]
    fn interview_input_is_normalized_to_seconds_and_visible_text() {
        let draft =
            parse(r#","ends_at":"2026-11-26T12:00:00+01:00","place":" ","notes":" a\r\nb ""#).expect("valid");
        assert_eq!(draft.starts_at.to_rfc3339(), "2026-11-26T10:00:00+00:00");
        assert_eq!(
            draft.ends_at.expect("an end").to_rfc3339(),
            "2026-11-26T11:00:00+00:00"
        );
        assert_eq!((draft.place, draft.notes.as_deref()), (None, Some("a\nb")));
    }

    #[test]
    fn interview_input_invalid_reports_every_field() {
        assert_eq!(
            invalid_fields(r#","ends_at":"2026-11-26T09:59:59Z""#),
            ["ends_at"]
        );
        assert_eq!(
            invalid_fields(r#","ends_at":"2026-12-03T10:00:00Z""#),
            ["ends_at"]
        );
        assert_eq!(
            invalid_fields(r#","ends_at":"2100-01-01T00:00:00Z","place":"a\u0000","notes":"\u0007""#),
            ["ends_at", "place", "notes"]
        );
    }
}
