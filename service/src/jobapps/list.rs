//! The list of a person's applications, page by page.

use super::queries;
use crate::{
    Error, Services, cursor,
    tenants::{Caller, permit},
    text::nfc,
};
use domain::{
    jobapps::{JobApplication, ListJobappsInput},
    page::{Page, Pagination},
    tenants::Action,
};

/// One page. Stable under inserts: the next page begins after the last row of this one.
///
/// # Errors
/// `invalid` names wrong filters, and the cursor when it was made for other ones.
pub async fn list(
    services: &Services,
    caller: &Caller,
    mut input: ListJobappsInput,
) -> Result<Page<JobApplication>, Error> {
    input.q = input.q.as_deref().map(nfc);
    input.source = input.source.as_deref().map(nfc);
    let (filter, limit) = input.parse()?;
    let grant = permit(caller, Action::ReadApplications)?;
    let scope = serde_json::to_vec(&("get_jobapps", grant.tenant(), grant.user(), &filter))
        .map_err(|e| Error::Internal(e.to_string()))?;
    let after = input
        .cursor
        .as_deref()
        .map(|c| cursor::open(&services.keys, &scope, c))
        .transpose()?;
    let mut tx = services.db.begin(grant).await?;
    let (data, next) = queries::list(&mut tx, &filter, after, limit).await?;
    tx.commit().await?;
    let next_cursor = next.and_then(|place| cursor::seal(&services.keys, &scope, &place));
    Ok(Page {
        data,
        pagination: Pagination { next_cursor, limit },
    })
}
