//! The deleted applications that can be restored.

use super::{RESTORE_WINDOW, queries};
use crate::{
    Error, Services,
    context::{Caller, permit},
    platform::cursor,
};
use chrono::{DateTime, Utc};
use domain::{JobApplicationId, jobapps::Outcome, tenants::Action};

/// Applications per page.
const PAGE_SIZE: u32 = 50;

/// A deleted application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedApplication {
    /// Id of the application.
    pub id: JobApplicationId,
    /// Title of the job.
    pub job_title: Option<String>,
    /// Name of the employer.
    pub company: Option<String>,
    /// Name of its stage.
    pub stage: String,
    /// The outcome; `None` if it was open.
    pub outcome: Option<Outcome>,
    /// When it was deleted.
    pub deleted_at: DateTime<Utc>,
    /// Until when it can be restored.
    pub purged_at: DateTime<Utc>,
}

/// A page of the deleted applications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedApplications {
    /// The applications, the last deleted first.
    pub applications: Vec<DeletedApplication>,
    /// Total number of deleted applications; 0 if the page is empty.
    pub total: i64,
    /// The cursor of the next page.
    pub next_cursor: Option<String>,
}

/// The caller's deleted applications that can be restored, the last deleted first.
///
/// # Errors
/// `invalid` for a cursor of another list.
pub async fn list_deleted(
    services: &Services,
    caller: &Caller,
    cursor: Option<&str>,
) -> Result<DeletedApplications, Error> {
    let grant = permit(caller, Action::ReadApplications)?;
    let scope = format!("deleted applications of {} in {}", grant.user(), grant.tenant());
    let after = cursor::decode_optional(&services.keys, scope.as_bytes(), cursor)?;
    let since = services.clock.now() - RESTORE_WINDOW;
    let mut tx = services.db.begin(grant).await?;
    let (mut applications, total) = queries::list(&mut tx, since, after, i64::from(PAGE_SIZE) + 1).await?;
    tx.commit().await?;
    let next_cursor = cursor::cut_to_page(&mut applications, PAGE_SIZE)
        .and_then(|last| cursor::encode(&services.keys, scope.as_bytes(), &(last.deleted_at, last.id.0)));
    Ok(DeletedApplications {
        applications,
        total,
        next_cursor,
    })
}
