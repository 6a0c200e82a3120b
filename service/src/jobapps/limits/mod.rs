//! Limits of what a user stores. Rows are counted and inserted while a lock of the user is held, so that concurrent requests, on
//! other servers too, do not exceed a limit together. The locks are taken after the lock of the membership and before any row is locked.

mod queries;

use crate::{
    Error, Services,
    platform::{
        db::{CountedObject, TenantTx},
        storage_limits::{LimitScope, count, limit_error, limit_message, megabytes},
    },
    quotas,
};
use domain::{ErrorCode, JobApplicationId, quotas::Quota};

/// Approximate maximum number of applications that one transaction adds: a batch of an import.
const MAX_ADDED: i64 = 1_000;

/// How many applications the user may still add, under the lock of [`CountedObject::Applications`].
pub(crate) async fn lock_applications_left(services: &Services, tx: &mut TenantTx) -> Result<i64, Error> {
    tx.lock_objects(CountedObject::Applications).await?;
    let of_user = user_applications_left(services, tx).await?;
    let of_tenant = quotas::left(services, tx, Quota::Applications, of_user.min(MAX_ADDED)).await?;
    Ok(of_user.min(of_tenant.left()))
}

/// How many applications the user may still add.
pub(crate) async fn applications_left(services: &Services, tx: &mut TenantTx) -> Result<i64, Error> {
    let of_user = user_applications_left(services, tx).await?;
    let of_tenant = quotas::count(services, tx, Quota::Applications).await?;
    Ok(of_user.min(of_tenant.left()))
}

/// How many applications the user may still add, without the quota of the workspace.
async fn user_applications_left(services: &Services, tx: &mut TenantTx) -> Result<i64, Error> {
    let max = services.storage_limits.max_applications;
    Ok(max - quotas::of_user(tx, Quota::Applications).await?)
}

/// Waits for the lock, and rejects an application beyond the limit.
pub(crate) async fn check_applications(services: &Services, tx: &mut TenantTx) -> Result<(), Error> {
    if lock_applications_left(services, tx).await? > 0 {
        return Ok(());
    }
    let usage = quotas::count(services, tx, Quota::Applications).await?;
    if usage.left() == 0 {
        return Err(quotas::exceeded(usage));
    }
    let message = applications_message(services);
    let detail = format!("{message} Deleted applications count for 30 days.");
    Err(Error::api(ErrorCode::Conflict, detail))
}

/// The error message for an application beyond the limit: "You have reached the limit of 20,000 applications."
pub(crate) fn applications_message(services: &Services) -> String {
    let limit = count(services.storage_limits.max_applications, "applications");
    limit_message(LimitScope::User, &limit)
}

/// Waits for the lock, and rejects this number of applications if it exceeds the limit.
pub(crate) async fn lock_for_applications(
    services: &Services,
    tx: &mut TenantTx,
    adding: i64,
) -> Result<(), Error> {
    tx.lock_objects(CountedObject::Applications).await?;
    if user_applications_left(services, tx).await? < adding {
        let limit = count(services.storage_limits.max_applications, "applications");
        return Err(Error::api(
            ErrorCode::Conflict,
            format!(
                "With these applications, you would exceed the limit of {limit}. Delete some first, or choose fewer."
            ),
        ));
    }
    quotas::check(services, tx, Quota::Applications, adding).await
}

/// The error for an event beyond the limit.
pub(super) fn full_history() -> Error {
    Error::api(
        ErrorCode::Conflict,
        "The history of this application is full. Add a new application to continue.",
    )
}

/// Rejects notes beyond the limits, after one of this application was written under the lock of [`CountedObject::Notes`].
pub(super) async fn check_notes(
    services: &Services,
    tx: &mut TenantTx,
    application: JobApplicationId,
) -> Result<(), Error> {
    let limits = services.storage_limits;
    let usage = queries::note_usage(tx, Some(application)).await?;
    if usage.application_notes > limits.max_notes_per_application
        || usage.application_bytes > limits.max_note_bytes_per_application
    {
        let limit = notes_limit(
            limits.max_notes_per_application,
            limits.max_note_bytes_per_application,
        );
        return Err(limit_error(LimitScope::Application, &limit, "Delete some first."));
    }
    if usage.notes > limits.max_notes || usage.bytes > limits.max_note_bytes {
        let limit = notes_limit(limits.max_notes, limits.max_note_bytes);
        return Err(limit_error(LimitScope::User, &limit, "Delete some first."));
    }
    Ok(())
}

/// A limit such as "500 notes or 1 MB of notes".
pub(super) fn notes_limit(max: i64, max_bytes: i64) -> String {
    format!("{} or {}", count(max, "notes"), megabytes(max_bytes, "notes"))
}

/// A number of notes and their size.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NoteTotals {
    pub count: i64,
    pub bytes: i64,
}

impl NoteTotals {
    /// Adds a note if it fits within `left`.
    pub fn add(&mut self, note: &str, left: Self) -> bool {
        let count = self.count + 1;
        let bytes = self.bytes + i64::try_from(note.len()).unwrap_or(i64::MAX);
        let has_room = count <= left.count && bytes <= left.bytes;
        if has_room {
            *self = Self { count, bytes };
        }
        has_room
    }
}

/// The notes that the user may still add to new applications.
pub(super) async fn notes_left(services: &Services, tx: &mut TenantTx) -> Result<NoteTotals, Error> {
    let limits = services.storage_limits;
    let usage = queries::note_usage(tx, None).await?;
    Ok(NoteTotals {
        count: limits.max_notes - usage.notes,
        bytes: limits.max_note_bytes - usage.bytes,
    })
}
