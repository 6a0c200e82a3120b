//! Whether the target has room for everything, before anything is copied.

use super::queries::{self, Amounts};
use crate::{
    Error, Services,
    jobapps::limits,
    platform::{
        db::TenantTx,
        storage_limits::{count, megabytes},
    },
    quotas,
};
use domain::{ErrorCode, quotas::Quota};

/// The text of a limit, such as "2,000 contacts", from its number and the objects.
type FormatLimit = fn(i64, &str) -> String;

/// Rejects rows that exceed the quotas of the workspace or the limits of the user. The transaction holds the lock of the user's
/// applications from here on.
///
/// # Errors
/// `quota_exceeded`; `conflict`.
pub(super) async fn check(services: &Services, tx: &mut TenantTx, adding: Amounts) -> Result<(), Error> {
    limits::lock_for_applications(services, tx, adding.applications).await?;
    quotas::check(services, tx, Quota::FileBytes, adding.file_bytes).await?;
    let existing = queries::amounts(tx, None).await?;
    let limits = services.storage_limits;
    let has_room =
        |existing: i64, adding: i64, max: i64| adding == 0 || existing.saturating_add(adding) <= max;
    let checks: [(i64, i64, i64, FormatLimit, &str); 7] = [
        (existing.notes, adding.notes, limits.max_notes, count, "notes"),
        (
            existing.note_bytes,
            adding.note_bytes,
            limits.max_note_bytes,
            megabytes,
            "notes",
        ),
        (
            existing.interviews,
            adding.interviews,
            limits.max_interviews,
            count,
            "interviews",
        ),
        (existing.tasks, adding.tasks, limits.max_tasks, count, "tasks"),
        (
            existing.contacts,
            adding.contacts,
            limits.max_contacts,
            count,
            "contacts",
        ),
        (
            existing.file_bytes,
            adding.file_bytes,
            limits.max_file_bytes,
            megabytes,
            "files",
        ),
        (
            existing.posting_bytes,
            adding.posting_bytes,
            limits.max_posting_bytes,
            megabytes,
            "job postings",
        ),
    ];
    for (existing, adding, max, format_limit, objects) in checks {
        if !has_room(existing, adding, max) {
            return Err(Error::api(
                ErrorCode::Conflict,
                format!(
                    "With these applications, you would exceed the limit of {}. Choose fewer applications, or delete some {objects}.",
                    format_limit(max, objects),
                ),
            ));
        }
    }
    Ok(())
}
