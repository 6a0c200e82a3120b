//! Silence: open applications without activity are closed with the outcome [`Ghosted`](super::Outcome::Ghosted) after a number of days that
//! depends on the kind of their stage.

use super::StageKind;
use crate::{ApiError, FieldCode, FieldErrors};
use serde::{Deserialize, Serialize};

/// Maximum number of days of a threshold.
pub const MAX_SILENCE_DAYS: i32 = 365;

/// After how many days of silence an open application is closed, by the kind of its stage. 0 never closes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SilenceThresholds {
    /// Days in stages of kind `applied`.
    pub applied: i32,
    /// Days in stages of kind `screening`, which assessments belong to.
    pub screening: i32,
    /// Days in stages of kind `interview`.
    pub interview: i32,
    /// Days in stages of kind `offer`.
    pub offer: i32,
}

impl Default for SilenceThresholds {
    fn default() -> Self {
        Self {
            applied: 30,
            screening: 21,
            interview: 14,
            offer: 14,
        }
    }
}

impl SilenceThresholds {
    /// The threshold of a stage; `None` if applications in it are never closed.
    pub fn days(&self, kind: StageKind) -> Option<i32> {
        let days = match kind {
            StageKind::ToApply => 0,
            StageKind::Applied => self.applied,
            StageKind::Screening => self.screening,
            StageKind::Interview => self.interview,
            StageKind::Offer => self.offer,
        };
        (days > 0).then_some(days)
    }

    /// Number of days of silence from which an application in this stage is shown as quiet: two thirds of the threshold, rounded up.
    pub fn notice_days(&self, kind: StageKind) -> Option<i32> {
        self.days(kind).map(|days| (days * 2 + 2) / 3)
    }

    /// Sets the threshold of a stage. Applications in stages of kind `to_apply` are never closed.
    pub fn set(&mut self, kind: StageKind, days: i32) {
        match kind {
            StageKind::ToApply => {}
            StageKind::Applied => self.applied = days,
            StageKind::Screening => self.screening = days,
            StageKind::Interview => self.interview = days,
            StageKind::Offer => self.offer = days,
        }
    }
}

/// Body of `POST /api/jobapps/update_silence_thresholds`. Absent fields stay unchanged.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateSilenceThresholdsInput {
    /// Days in stages of kind `applied`; 0 never closes.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 365))]
    pub applied: Option<i32>,
    /// Days in stages of kind `screening`; 0 never closes.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 365))]
    pub screening: Option<i32>,
    /// Days in stages of kind `interview`; 0 never closes.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 365))]
    pub interview: Option<i32>,
    /// Days in stages of kind `offer`; 0 never closes.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 365))]
    pub offer: Option<i32>,
}

impl UpdateSilenceThresholdsInput {
    /// The new thresholds by the kind of the stage.
    ///
    /// # Errors
    /// `invalid` with every number outside of 0 to 365, or if no number was sent.
    pub fn parse(self) -> Result<Vec<(StageKind, i32)>, ApiError> {
        let mut errors = FieldErrors::default();
        let changes: Vec<(StageKind, i32)> = [
            (StageKind::Applied, self.applied),
            (StageKind::Screening, self.screening),
            (StageKind::Interview, self.interview),
            (StageKind::Offer, self.offer),
        ]
        .into_iter()
        .filter_map(|(kind, days)| Some((kind, days?)))
        .collect();
        if changes.is_empty() {
            let detail = "Send at least one threshold to change.";
            errors.add("applied", FieldCode::Required, detail);
        }
        for (kind, days) in &changes {
            if !(0..=MAX_SILENCE_DAYS).contains(days) {
                let detail = format!("Use 0 to {MAX_SILENCE_DAYS} days.");
                errors.add(kind.as_str(), FieldCode::OutOfRange, detail);
            }
        }
        errors.into_result()?;
        Ok(changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notice_days_are_two_thirds_of_the_threshold_rounded_up() {
        let thresholds = SilenceThresholds::default();
        let notice = StageKind::ALL.map(|kind| thresholds.notice_days(kind));
        assert_eq!(notice, [None, Some(20), Some(14), Some(10), Some(10)]);
    }

    #[test]
    fn threshold_of_zero_never_closes() {
        let mut thresholds = SilenceThresholds::default();
        thresholds.set(StageKind::Applied, 0);
        assert_eq!(thresholds.days(StageKind::Applied), None);
        assert_eq!(thresholds.notice_days(StageKind::Applied), None);
        thresholds.set(StageKind::Offer, 1);
        assert_eq!(thresholds.notice_days(StageKind::Offer), Some(1));
    }

    #[test]
    fn update_out_of_range_reports_every_field() {
        let input = UpdateSilenceThresholdsInput {
            applied: Some(-1),
            offer: Some(366),
            interview: Some(365),
            screening: None,
        };
        let error = input.parse().expect_err("invalid");
        let fields: Vec<&str> = error.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["applied", "offer"]);
        assert!(UpdateSilenceThresholdsInput::default().parse().is_err());
    }
}
