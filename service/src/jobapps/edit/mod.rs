//! Editing the fields of an application.

mod queries;

use super::{queries as applications, silence};
use crate::{
    Error, Services,
    context::{Caller, permit},
    platform::normalize::nfc,
};
use domain::{
    jobapps::{EditApplicationInput, JobApplication},
    tenants::Action,
};

/// Updates the fields that were sent. No email overwrites them from then on.
///
/// # Errors
/// `invalid` with every invalid field; `not_found` if the application does not exist, is deleted, or is not visible to the
/// caller; `version_conflict` with the current application if it has changed since the caller read it.
pub async fn edit(
    services: &Services,
    caller: &Caller,
    input: EditApplicationInput,
) -> Result<JobApplication, Error> {
    let edit = normalized(input).parse()?;
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    let locked = applications::lock(&mut tx, edit.jobapp_id, None)
        .await?
        .ok_or_else(Error::not_found)?;
    let mut before = locked.application;
    let now = services.clock.now();
    silence::fill_in(&mut tx, std::slice::from_mut(&mut before), now).await?;
    if edit.version != before.version {
        return Err(super::version_conflict(&before));
    }
    let mut after = before.clone();
    let edited_fields = edit.apply(&mut after);
    // Writing the same value again changes nothing, but marks the field as edited by the user.
    if after != before {
        after.updated_at = now;
        after.version += 1;
    }
    let search_text = applications::search_text(after.job_title.as_deref(), after.company.as_deref());
    let match_key = applications::company_key(after.company.as_deref());
    queries::edit(&mut tx, &after, &search_text, &match_key, &edited_fields, now).await?;
    tx.commit().await?;
    Ok(after)
}

fn normalized(mut input: EditApplicationInput) -> EditApplicationInput {
    for field in [
        &mut input.job_title,
        &mut input.company,
        &mut input.source,
        &mut input.location,
        &mut input.url,
    ] {
        if let Some(Some(text)) = field {
            *text = nfc(text);
        }
    }
    if let Some(Some(tags)) = &mut input.tags {
        *tags = tags.iter().map(|t| nfc(t)).collect();
    }
    input
}
