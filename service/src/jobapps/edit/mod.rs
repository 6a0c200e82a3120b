//! Changing what an application says.

mod queries;

use super::{match_key, queries as applications};
use crate::{
    Error, Services,
    tenants::{Caller, permit},
    text::{fold, nfc},
};
use domain::{
    jobapps::{EditJobappInput, JobApplication},
    tenants::Action,
};

/// Writes the fields that were sent. From then on they are a person's, and no mail overwrites them.
///
/// # Errors
/// `invalid` names every wrong field; `not_found` when there is no such application, it was deleted, or it is not the
/// caller's; `version_conflict` with the present application when it changed since the caller read it.
pub async fn edit(
    services: &Services,
    caller: &Caller,
    input: EditJobappInput,
) -> Result<JobApplication, Error> {
    let wish = normalized(input).parse()?;
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    let found = applications::lock(&mut tx, wish.jobapp_id, None)
        .await?
        .ok_or_else(Error::not_found)?;
    let before = found.application;
    if wish.version != before.version {
        return Err(super::version_conflict(before));
    }
    let mut after = before.clone();
    let decided = wish.write(&mut after);
    // What is said again changes nothing, but is a person's word from now on.
    if after != before {
        after.updated_at = services.clock.now();
        after.version += 1;
    }
    let search_text = fold(&format!("{} {}", after.job_title, after.company));
    let match_key = match_key(&after.company);
    queries::edit(&mut tx, &after, &search_text, &match_key, &decided).await?;
    tx.commit().await?;
    Ok(after)
}

fn normalized(mut input: EditJobappInput) -> EditJobappInput {
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
