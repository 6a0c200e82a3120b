//! The list of a user's applications.

use super::{queries, silence};
use crate::{
    Error, Services,
    context::{Caller, permit},
    platform::{cursor, normalize::nfc},
};
use domain::{
    jobapps::{JobApplication, ListApplicationsInput},
    pagination::{Page, Pagination},
    tenants::Action,
};

/// One page, by keyset pagination: inserts between two requests neither skip nor repeat rows.
///
/// # Errors
/// `invalid` for invalid filters, or a cursor created for other filters.
pub async fn list(
    services: &Services,
    caller: &Caller,
    mut input: ListApplicationsInput,
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
        .map(|c| cursor::decode(&services.keys, &scope, c))
        .transpose()?;
    let mut tx = services.db.begin(grant).await?;
    let now = services.clock.now();
    let cutoffs = match filter.quiet {
        Some(_) => silence::quiet_cutoffs(&mut tx, now).await?,
        None => Vec::new(),
    };
    let (mut data, next) = queries::list(&mut tx, &filter, &cutoffs, after, limit).await?;
    silence::fill_in(&mut tx, &mut data, now).await?;
    tx.commit().await?;
    let next_cursor = next.and_then(|cursor| cursor::encode(&services.keys, &scope, &cursor));
    Ok(Page {
        data,
        pagination: Pagination { next_cursor, limit },
    })
}
