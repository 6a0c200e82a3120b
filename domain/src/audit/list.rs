//! Filters of the audit log.

use super::AuditAction;
use crate::{ApiError, FieldCode, FieldErrors, UserId, normalize::time_bound};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Query of `GET /api/audit/get_events`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListEventsInput {
    /// Only what this user did.
    #[serde(default)]
    pub actor_id: Option<UserId>,
    /// Only this action.
    #[serde(default)]
    pub action: Option<AuditAction>,
    /// At this time or later.
    #[serde(default)]
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    #[serde(default)]
    pub to: Option<DateTime<Utc>>,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500; defaults to 100.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
}

/// Query of `GET /api/audit/export_events`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ExportEventsInput {
    /// Only what this user did.
    #[serde(default)]
    pub actor_id: Option<UserId>,
    /// Only this action.
    #[serde(default)]
    pub action: Option<AuditAction>,
    /// At this time or later.
    #[serde(default)]
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    #[serde(default)]
    pub to: Option<DateTime<Utc>>,
}

/// A validated filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AuditFilter {
    /// Only what this user did.
    pub actor: Option<UserId>,
    /// Only this action.
    pub action: Option<AuditAction>,
    /// At this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    pub to: Option<DateTime<Utc>>,
}

impl ListEventsInput {
    /// The validated filter.
    ///
    /// # Errors
    /// `invalid` if a time is out of range or the range ends before it starts.
    pub fn filter(&self) -> Result<AuditFilter, ApiError> {
        let mut errors = FieldErrors::default();
        let from = errors.check("from", time_bound(self.from)).flatten();
        let to = errors.check("to", time_bound(self.to)).flatten();
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            errors.add(
                "to",
                FieldCode::OutOfRange,
                "Choose an end on or after the start.",
            );
        }
        errors.into_result()?;
        Ok(AuditFilter {
            actor: self.actor_id,
            action: self.action,
            from,
            to,
        })
    }
}

impl From<ExportEventsInput> for ListEventsInput {
    fn from(input: ExportEventsInput) -> Self {
        Self {
            actor_id: input.actor_id,
            action: input.action,
            from: input.from,
            to: input.to,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn range_that_ends_before_it_starts_is_invalid() {
        let at = |text: &str| Some(text.parse::<DateTime<Utc>>().expect("a time"));
        let mut input = ListEventsInput {
            from: at("2026-11-26T10:00:00Z"),
            to: at("2026-11-26T10:00:00Z"),
            ..ListEventsInput::default()
        };
        assert!(input.filter().is_ok());
        input.to = at("2026-11-26T09:59:59Z");
        assert_eq!(
            input.filter().map_err(|e| e.errors[0].field.clone()),
            Err("to".into())
        );
    }
}
