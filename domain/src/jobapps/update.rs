//! Input of `POST /api/jobapps/update_jobapp`: stage and outcome.

use super::{
    Outcome,
    fields::{is_plausible_date, present},
    state_machine::Command,
};
use crate::{ApiError, FieldCode, FieldErrors, JobApplicationId, StageId};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How far in the future `occurred_at` may be, for clients whose clock is ahead.
const MAX_CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

/// Body of `POST /api/jobapps/update_jobapp`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateApplicationInput {
    /// The application.
    pub jobapp_id: JobApplicationId,
    /// The stage to move it to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_id: Option<StageId>,
    /// Shorthand: `true` sets the outcome `rejected`, `false` clears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<bool>,
    /// The outcome to set; `null` reopens the application.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Outcome>))]
    pub outcome: Option<Option<Outcome>>,
    /// When it happened, not before the day of the application; defaults to now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<DateTime<Utc>>,
    /// The version you read; the request fails if the application has changed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i32>,
}

/// A validated [`UpdateApplicationInput`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpdateApplication {
    /// The application.
    pub jobapp_id: JobApplicationId,
    /// The stage to move it to.
    pub status_id: Option<StageId>,
    /// As sent: `false` clears only a rejection.
    rejected: Option<bool>,
    #[expect(clippy::option_option, reason = "null and absent mean different things here")]
    outcome: Option<Option<Outcome>>,
    /// When it happened.
    pub occurred_at: Option<DateTime<Utc>>,
    /// The version the caller read.
    pub version: Option<i32>,
}

impl UpdateApplicationInput {
    /// Input that only moves the application to a stage.
    pub fn to_stage(jobapp_id: JobApplicationId, status_id: StageId) -> Self {
        Self {
            jobapp_id,
            status_id: Some(status_id),
            rejected: None,
            outcome: None,
            occurred_at: None,
            version: None,
        }
    }

    /// Validates the input: at least one change, no contradiction, not in the future.
    pub fn parse(self, now: DateTime<Utc>) -> Result<UpdateApplication, ApiError> {
        let mut errors = FieldErrors::default();
        if self.status_id.is_none() && self.rejected.is_none() && self.outcome.is_none() {
            let detail = "Send at least one of status_id, rejected and outcome.";
            errors.add("status_id", FieldCode::Required, detail);
        }
        let conflicting = match (self.rejected, self.outcome) {
            (Some(true), Some(outcome)) => outcome != Some(Outcome::Rejected),
            (Some(false), Some(outcome)) => outcome == Some(Outcome::Rejected),
            _ => false,
        };
        if conflicting {
            errors.add(
                "rejected",
                FieldCode::Conflicting,
                "rejected and outcome contradict each other.",
            );
        }
        if self.occurred_at.is_some_and(|at| at > now + MAX_CLOCK_SKEW) {
            errors.add(
                "occurred_at",
                FieldCode::OutOfRange,
                "This is in the future. Use the time when it happened.",
            );
        }
        if self
            .occurred_at
            .is_some_and(|at| !is_plausible_date(at.date_naive()))
        {
            errors.add("occurred_at", FieldCode::OutOfRange, "Use a time after 1970.");
        }
        errors.into_result()?;
        Ok(UpdateApplication {
            jobapp_id: self.jobapp_id,
            status_id: self.status_id,
            rejected: self.rejected,
            outcome: self.outcome,
            occurred_at: self.occurred_at,
            version: self.version,
        })
    }
}

impl UpdateApplication {
    /// The command for the state machine, given the current outcome.
    pub fn command(&self, current: Option<Outcome>) -> Command {
        let outcome = match (self.outcome, self.rejected) {
            (Some(outcome), _) => Some(outcome),
            (None, Some(true)) => Some(Some(Outcome::Rejected)),
            (None, Some(false)) if current == Some(Outcome::Rejected) => Some(None),
            (None, _) => None,
        };
        Command {
            stage: self.status_id,
            outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<UpdateApplication, ApiError> {
        let body = format!(r#"{{"jobapp_id":"00000000-0000-0000-0000-000000000001"{json}}}"#);
        serde_json::from_str::<UpdateApplicationInput>(&body)
            .expect("shape")
            .parse(DateTime::UNIX_EPOCH)
    }

    #[test]
    fn update_input_null_outcome_differs_from_absent() {
        assert!(parse("").is_err());
        assert_eq!(
            parse(r#","outcome":null"#)
                .expect("clears")
                .command(Some(Outcome::Ghosted))
                .outcome,
            Some(None)
        );
    }

    #[test]
    fn update_input_rejected_false_clears_only_a_rejection() {
        let update = parse(r#","rejected":false"#).expect("valid");
        assert_eq!(update.command(Some(Outcome::Rejected)).outcome, Some(None));
        assert_eq!(update.command(Some(Outcome::Withdrawn)).outcome, None);
        assert_eq!(
            parse(r#","rejected":true,"outcome":"ghosted""#)
                .unwrap_err()
                .errors[0]
                .code,
            FieldCode::Conflicting
        );
        assert!(parse(r#","rejected":true,"outcome":"rejected""#).is_ok());
    }
}
