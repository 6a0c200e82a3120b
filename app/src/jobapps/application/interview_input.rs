//! Parses the form of an interview.

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::{
    ApiError, FieldCode, FieldErrors, InterviewId, JobApplicationId,
    interviews::{AddInterviewInput, Interview, InterviewKind, UpdateInterviewInput},
};
use service::platform::time_zone::{instant, local_time};

/// The value format of a `datetime-local` input.
pub(super) const LOCAL_FORMAT: &str = "%Y-%m-%dT%H:%M";

/// The fields as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InterviewInput {
    /// The kind of interview, such as phone or video.
    pub kind: String,
    /// The start, in the interview's time zone.
    pub starts_at: String,
    /// The end, in the interview's time zone.
    pub ends_at: String,
    /// The time zone of the interview; empty for the user's time zone.
    pub time_zone: String,
    /// Where it takes place.
    pub place: String,
    pub notes: String,
}

/// The parsed fields.
struct InterviewTimes {
    kind: InterviewKind,
    starts_at: DateTime<Utc>,
    ends_at: Option<DateTime<Utc>>,
    time_zone: Option<String>,
}

impl InterviewInput {
    /// The fields with the values of an interview.
    pub fn of(interview: &Interview, user_zone: &str) -> Self {
        let zone = interview.time_zone.as_deref().unwrap_or(user_zone);
        let local = |at: DateTime<Utc>| local_time(at, zone).format(LOCAL_FORMAT).to_string();
        Self {
            kind: interview.kind.as_str().to_owned(),
            starts_at: local(interview.starts_at),
            ends_at: interview.ends_at.map(local).unwrap_or_default(),
            time_zone: interview.time_zone.clone().unwrap_or_default(),
            place: interview.place.clone().unwrap_or_default(),
            notes: interview.notes.clone().unwrap_or_default(),
        }
    }

    /// The fields by name.
    pub fn values(&self) -> [(&'static str, &str); 6] {
        [
            ("kind", &self.kind),
            ("starts_at", &self.starts_at),
            ("ends_at", &self.ends_at),
            ("time_zone", &self.time_zone),
            ("place", &self.place),
            ("notes", &self.notes),
        ]
    }

    /// The input for a new interview.
    ///
    /// # Errors
    /// `invalid` for a time in another format.
    pub fn to_new(
        &self,
        jobapp_id: JobApplicationId,
        user_zone: &str,
    ) -> Result<AddInterviewInput, ApiError> {
        let parsed = self.parse(user_zone)?;
        Ok(AddInterviewInput {
            jobapp_id,
            kind: parsed.kind,
            starts_at: parsed.starts_at,
            ends_at: parsed.ends_at,
            time_zone: parsed.time_zone,
            place: Some(self.place.clone()),
            notes: Some(self.notes.clone()),
        })
    }

    /// The input for a change of all fields.
    ///
    /// # Errors
    /// As for [`to_new`](Self::to_new).
    pub fn to_update(
        &self,
        interview_id: InterviewId,
        cancelled: bool,
        user_zone: &str,
    ) -> Result<UpdateInterviewInput, ApiError> {
        let parsed = self.parse(user_zone)?;
        Ok(UpdateInterviewInput {
            kind: Some(parsed.kind),
            starts_at: Some(parsed.starts_at),
            ends_at: Some(parsed.ends_at),
            time_zone: Some(parsed.time_zone),
            place: Some(Some(self.place.clone())),
            notes: Some(Some(self.notes.clone())),
            cancelled: Some(cancelled),
            ..UpdateInterviewInput::unchanged(interview_id)
        })
    }

    fn parse(&self, user_zone: &str) -> Result<InterviewTimes, ApiError> {
        let time_zone = Some(self.time_zone.trim()).filter(|zone| !zone.is_empty());
        let zone = time_zone.unwrap_or(user_zone);
        let time = |text: &str| {
            NaiveDateTime::parse_from_str(text.trim(), LOCAL_FORMAT)
                .or_else(|_| NaiveDateTime::parse_from_str(text.trim(), "%Y-%m-%dT%H:%M:%S"))
                .ok()
                .and_then(|local| instant(local, zone))
                .ok_or_else(|| {
                    let detail = "Enter a date and a time such as 2026-11-24T14:00.";
                    (FieldCode::InvalidFormat, detail.to_owned())
                })
        };
        let mut errors = FieldErrors::default();
        let starts_at = errors.check("starts_at", time(&self.starts_at));
        let ends_at = (!self.ends_at.trim().is_empty()).then(|| errors.check("ends_at", time(&self.ends_at)));
        errors.into_result()?;
        Ok(InterviewTimes {
            kind: InterviewKind::parse(&self.kind).unwrap_or(InterviewKind::Other),
            starts_at: starts_at.unwrap_or_default(),
            ends_at: ends_at.flatten(),
            time_zone: time_zone.map(ToOwned::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(starts_at: &str, ends_at: &str, time_zone: &str) -> InterviewInput {
        InterviewInput {
            kind: "video".into(),
            starts_at: starts_at.into(),
            ends_at: ends_at.into(),
            time_zone: time_zone.into(),
            ..InterviewInput::default()
        }
    }

    fn new(input: &InterviewInput) -> Result<AddInterviewInput, ApiError> {
        input.to_new(JobApplicationId(uuid::Uuid::nil()), "Europe/Berlin")
    }

    #[test]
    fn times_are_in_the_zone_of_the_interview_or_of_the_user() {
        let start = |zone| {
            let added = new(&input("2026-12-01T14:00", "", zone)).expect("valid");
            (added.starts_at.to_rfc3339(), added.time_zone)
        };
        assert_eq!(start(" "), ("2026-12-01T13:00:00+00:00".into(), None));
        assert_eq!(
            start("America/New_York"),
            (
                "2026-12-01T19:00:00+00:00".into(),
                Some("America/New_York".into())
            )
        );
    }

    #[test]
    fn unreadable_times_are_reported_together() {
        let error = new(&input("soon", "2026-12-01", "")).expect_err("invalid");
        let fields: Vec<_> = error.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["starts_at", "ends_at"]);
    }
}
