//! The job postings of applications, as text.

mod queries;

pub(super) use queries::{find as find_posting, move_to};

use crate::{
    Error, Services,
    coaching::has_application,
    context::{Caller, permit},
    platform::{
        db::CountedObject,
        normalize::nfc,
        storage_limits::{LimitScope, limit_error, megabytes},
    },
};
use domain::{
    ErrorCode,
    jobapps::{ApplicationRef, Posting, SetPostingInput},
    tenants::Action,
};

/// The posting of an application.
///
/// # Errors
/// `not_found` if the application has no posting, does not exist, is deleted, or is not visible to the caller.
pub async fn get_posting(
    services: &Services,
    caller: &Caller,
    input: ApplicationRef,
) -> Result<Posting, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    if !has_application(&mut tx, None, input.jobapp_id).await? {
        return Err(Error::not_found());
    }
    let posting = queries::find(&mut tx, input.jobapp_id).await?;
    tx.commit().await?;
    posting.ok_or_else(|| Error::api(ErrorCode::NotFound, "This application has no job posting."))
}

/// Replaces the posting of an application. An empty text deletes it. An unchanged posting changes nothing.
///
/// # Errors
/// `invalid` with every invalid field; `not_found` if the application is not visible to the caller; `conflict` if the user has the
/// maximum size of postings.
pub async fn set_posting(
    services: &Services,
    caller: &Caller,
    mut input: SetPostingInput,
) -> Result<Posting, Error> {
    input.text = nfc(&input.text);
    let draft = input.parse()?;
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    tx.lock_objects(CountedObject::Postings).await?;
    if !has_application(&mut tx, None, draft.jobapp_id).await? {
        return Err(Error::not_found());
    }
    let current = queries::find(&mut tx, draft.jobapp_id).await?;
    let posting = match current {
        Some(current) if current.text == draft.text && current.url == draft.url => current,
        _ => Posting {
            text: draft.text,
            url: draft.url,
            saved_at: services.clock.now(),
        },
    };
    if posting.text.is_empty() {
        queries::delete(&mut tx, draft.jobapp_id).await?;
    } else {
        queries::upsert(&mut tx, services.id(), draft.jobapp_id, &posting).await?;
        let max = services.storage_limits.max_posting_bytes;
        if queries::count_bytes(&mut tx).await? > max {
            let limit = megabytes(max, "job postings");
            return Err(limit_error(LimitScope::User, &limit, "Delete some first."));
        }
    }
    tx.commit().await?;
    Ok(posting)
}
