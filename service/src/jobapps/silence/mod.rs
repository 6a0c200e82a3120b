//! Silence: which open applications are quiet or on hold, and closing applications without activity for too long.

mod queries;
mod sweep;
mod sweep_job;
mod thresholds;

use sweep::sweep;
pub(crate) use sweep_job::SweepSilence;
pub use sweep_job::schedule_sweeps;
pub use thresholds::{get_thresholds, update_thresholds};

use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    JobApplicationId,
    jobapps::{JobApplication, SilenceThresholds, StageKind},
};
use std::collections::HashMap;

/// Which time of an event by the user counts, including events of imported files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Basis {
    /// When it happened, for display.
    Occurred,
    /// When the user recorded it, if that was later, so that old applications are not closed right after an import.
    Recorded,
}

/// Times of the last activity of an open application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Activity {
    pub application: JobApplicationId,
    pub stage_kind: StageKind,
    /// The last event that neither a rule nor an email caused, or the creation.
    pub changed_at: DateTime<Utc>,
    /// The last email. Senders can claim any date, so an email counts at the latest from the time when we read it.
    pub mail_at: Option<DateTime<Utc>>,
    /// The last email about a pause of hiring.
    pub held_at: Option<DateTime<Utc>>,
    pub noted_at: Option<DateTime<Utc>>,
}

/// The silence of an application, as it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Silence {
    pub quiet_days: Option<i64>,
    pub on_hold: bool,
}

impl Activity {
    /// Whether hiring was paused and there was no activity since. A note does not end the pause.
    fn is_on_hold(&self) -> bool {
        self.held_at
            .is_some_and(|at| at >= self.changed_at && self.mail_at.is_none_or(|mail| at >= mail))
    }

    /// Full days since the last event, email, note or interview.
    fn days(&self, now: DateTime<Utc>) -> i64 {
        let last = [Some(self.changed_at), self.mail_at, self.noted_at];
        let last = last.into_iter().flatten().max();
        last.map_or(0, |at| (now - at).num_days().max(0))
    }

    /// The silence to show.
    fn silence(&self, thresholds: &SilenceThresholds, now: DateTime<Utc>) -> Silence {
        let on_hold = self.is_on_hold();
        let days = self.days(now);
        let is_quiet = thresholds
            .notice_days(self.stage_kind)
            .is_some_and(|notice| days >= i64::from(notice));
        Silence {
            quiet_days: Some(days).filter(|_| is_quiet && !on_hold),
            on_hold,
        }
    }

    /// The threshold that is reached.
    fn exceeded_threshold(&self, thresholds: &SilenceThresholds, now: DateTime<Utc>) -> Option<i32> {
        thresholds
            .days(self.stage_kind)
            .filter(|threshold| self.days(now) >= i64::from(*threshold) && !self.is_on_hold())
    }
}

/// The silence of the open applications with these ids.
pub(super) async fn find_silence(
    tx: &mut TenantTx,
    ids: &[JobApplicationId],
    now: DateTime<Utc>,
) -> Result<HashMap<JobApplicationId, Silence>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let (thresholds, activities) = queries::activities(tx, ids, Basis::Occurred).await?;
    Ok(activities
        .into_iter()
        .map(|activity| (activity.application, activity.silence(&thresholds, now)))
        .collect())
}

/// For each kind of stage, the time since when quiet applications have had no activity.
pub(super) async fn quiet_cutoffs(
    tx: &mut TenantTx,
    now: DateTime<Utc>,
) -> Result<Vec<(StageKind, DateTime<Utc>)>, Error> {
    let thresholds = queries::thresholds(tx).await?;
    Ok(StageKind::ALL
        .into_iter()
        .filter_map(|kind| {
            Some((
                kind,
                now - TimeDelta::days(i64::from(thresholds.notice_days(kind)?)),
            ))
        })
        .collect())
}

/// Fills in the silence of applications.
pub(super) async fn fill_in(
    tx: &mut TenantTx,
    applications: &mut [JobApplication],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let open: Vec<JobApplicationId> = applications
        .iter()
        .filter(|a| a.outcome.is_none())
        .map(|a| a.id)
        .collect();
    let silence = find_silence(tx, &open, now).await?;
    for application in applications {
        if let Some(found) = silence.get(&application.id) {
            application.quiet_days = found.quiet_days;
            application.on_hold = found.on_hold;
        }
    }
    Ok(())
}
