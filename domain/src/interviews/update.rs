//! Input of `POST /api/interviews/update_interview`.

use super::{Interview, InterviewKind, MAX_LOCATION_LEN, add::optional_lines, check_end, plausible_time};
use crate::{
    ApiError, FieldCode, FieldErrors, InterviewId, jobapps::present, normalize, normalize::TextError,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Body of `POST /api/interviews/update_interview`. Absent fields stay unchanged; `null` clears an optional field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateInterviewInput {
    /// The interview.
    pub interview_id: InterviewId,
    /// How it takes place.
    #[serde(default)]
    pub kind: Option<InterviewKind>,
    /// When it begins; between 1970 and 2099. Without `ends_at`, the end moves with it.
    #[serde(default)]
    pub starts_at: Option<DateTime<Utc>>,
    /// When it ends; within a week of the beginning.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<DateTime<Utc>>))]
    pub ends_at: Option<Option<DateTime<Utc>>>,
    /// The time zone it was arranged in, an IANA name.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 60))]
    pub time_zone: Option<Option<String>>,
    /// A room, an address, or a link to a call; up to 500 characters.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 500))]
    pub place: Option<Option<String>>,
    /// Up to 5000 characters.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 5000))]
    pub notes: Option<Option<String>>,
    /// Whether the interview was cancelled.
    #[serde(default)]
    pub cancelled: Option<bool>,
}

/// A validated [`UpdateInterviewInput`]. `None` leaves a field unchanged.
#[expect(clippy::option_option, reason = "cleared and unchanged are different things")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterviewUpdate {
    /// The interview.
    pub interview_id: InterviewId,
    kind: Option<InterviewKind>,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<Option<DateTime<Utc>>>,
    time_zone: Option<Option<String>>,
    place: Option<Option<String>>,
    notes: Option<Option<String>>,
    cancelled: Option<bool>,
}

impl UpdateInterviewInput {
    /// An update without a change.
    pub fn unchanged(interview_id: InterviewId) -> Self {
        Self {
            interview_id,
            kind: None,
            starts_at: None,
            ends_at: None,
            time_zone: None,
            place: None,
            notes: None,
            cancelled: None,
        }
    }

    /// Validates every field. `time_zone` is the result of validating the time zone, which only the server can do.
    ///
    /// # Errors
    /// `invalid` with every invalid field, or if no field was sent.
    pub fn parse(self, time_zone: Option<Result<String, TextError>>) -> Result<InterviewUpdate, ApiError> {
        let mut errors = FieldErrors::default();
        if self == Self::unchanged(self.interview_id) {
            errors.add("kind", FieldCode::Required, "Send at least one field to change.");
        }
        let starts_at = self
            .starts_at
            .map(|at| errors.check("starts_at", plausible_time(at)));
        let ends_at = self
            .ends_at
            .map(|at| at.map(|at| errors.check("ends_at", plausible_time(at))));
        let is_zone_cleared = self.time_zone == Some(None);
        let time_zone = time_zone.map(|zone| errors.check("time_zone", zone));
        let place = self
            .place
            .map(|p| errors.check("place", normalize::optional_line(p.as_deref(), MAX_LOCATION_LEN)));
        let notes = self
            .notes
            .map(|n| errors.check("notes", optional_lines(n.as_deref())));
        errors.into_result()?;
        // Without errors, every field that was sent has a valid value.
        Ok(InterviewUpdate {
            interview_id: self.interview_id,
            kind: self.kind,
            starts_at: starts_at.flatten(),
            ends_at: ends_at.map(Option::flatten),
            time_zone: if is_zone_cleared {
                Some(None)
            } else {
                time_zone.flatten().map(Some)
            },
            place: place.flatten(),
            notes: notes.flatten(),
            cancelled: self.cancelled,
        })
    }
}

impl InterviewUpdate {
    /// Applies the new values. Returns whether anything is different.
    ///
    /// # Errors
    /// `invalid` if the end is before the beginning or much later.
    pub fn apply(self, interview: &mut Interview, now: DateTime<Utc>) -> Result<bool, ApiError> {
        let before = interview.clone();
        interview.kind = self.kind.unwrap_or(interview.kind);
        if let Some(starts_at) = self.starts_at {
            let length = interview.ends_at.map(|end| end - interview.starts_at);
            interview.starts_at = starts_at;
            interview.ends_at = length.and_then(|length| starts_at.checked_add_signed(length));
        }
        interview.ends_at = self.ends_at.unwrap_or(interview.ends_at);
        check_end(interview.starts_at, interview.ends_at)
            .map_err(|(code, detail)| ApiError::field("ends_at", code, detail))?;
        interview.time_zone = self.time_zone.unwrap_or_else(|| interview.time_zone.take());
        interview.place = self.place.unwrap_or_else(|| interview.place.take());
        interview.notes = self.notes.unwrap_or_else(|| interview.notes.take());
        match self.cancelled {
            Some(true) => interview.cancelled_at = interview.cancelled_at.or(Some(now)),
            Some(false) => interview.cancelled_at = None,
            None => {}
        }
        let is_changed = *interview != before;
        if is_changed {
            interview.updated_at = now;
        }
        Ok(is_changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interview() -> Interview {
        serde_json::from_str(
            r#"{"id":"00000000-0000-0000-0000-000000000001","jobapp_id":"00000000-0000-0000-0000-000000000002","kind":"phone",
            "starts_at":"2026-11-26T10:00:00Z","ends_at":"2026-11-26T11:00:00Z","time_zone":"Europe/Berlin","place":"Room 4",
            "notes":null,"mail_id":null,"cancelled_at":null,"created_at":"2026-11-01T00:00:00Z","updated_at":"2026-11-01T00:00:00Z"}"#,
        )
        .expect("an interview")
    }

    fn update(fields: &str) -> Result<(Interview, bool), ApiError> {
        let body = format!(r#"{{"interview_id":"00000000-0000-0000-0000-000000000001"{fields}}}"#);
        let input: UpdateInterviewInput = serde_json::from_str(&body).expect("shape");
        let mut interview = interview();
        let now = "2026-11-20T00:00:00Z".parse().expect("a time");
        let is_changed = input.parse(None)?.apply(&mut interview, now)?;
        Ok((interview, is_changed))
    }

    #[test]
    fn moved_interview_keeps_its_length() {
        let (moved, is_changed) = update(r#","starts_at":"2026-11-27T08:00:00Z""#).expect("valid");
        assert!(is_changed);
        assert_eq!(
            moved.ends_at.expect("an end").to_rfc3339(),
            "2026-11-27T09:00:00+00:00"
        );
        assert_eq!(moved.updated_at.to_rfc3339(), "2026-11-20T00:00:00+00:00");
    }

    #[test]
    fn interview_update_null_clears_and_absent_keeps() {
        let (cleared, _) = update(r#","ends_at":null,"place":null,"time_zone":null"#).expect("valid");
        assert_eq!(
            (cleared.ends_at, cleared.place, cleared.time_zone),
            (None, None, None)
        );
        let (kept, is_changed) = update(r#","cancelled":false"#).expect("valid");
        assert_eq!((kept, is_changed), (interview(), false));
    }

    #[test]
    fn interview_update_without_a_field_or_with_an_early_end_is_invalid() {
        let fields = |fields: &str| update(fields).expect_err("invalid").errors[0].field.clone();
        assert_eq!(fields(""), "kind");
        assert_eq!(fields(r#","ends_at":"2026-11-26T09:00:00Z""#), "ends_at");
        assert_eq!(fields(r#","starts_at":"1969-12-31T23:59:59Z""#), "starts_at");
    }
}
