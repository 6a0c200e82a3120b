//! The list of a user's applications.

use super::{
    queries::{self, ListCursor, QueryFilter},
    silence,
};
use crate::{
    Error, Services,
    coaching::begin_read,
    context::{Caller, Grant, permit},
    platform::{cursor, db::TenantTx, normalize::nfc, time_zone::today},
    tasks,
};
use chrono::{DateTime, Utc};
use domain::{
    JobApplicationId,
    jobapps::{ApplicationFilter, JobApplication, ListApplicationsInput, ListOrder},
    pagination::{Page, Pagination},
    tasks::{ListTasksInput, Task},
    tenants::Action,
};
use uuid::Uuid;

/// The largest number of applications that is counted for a list.
pub const MAX_COUNT: i64 = 100_000;

/// A page of applications, by keyset pagination: inserts between two requests neither skip nor repeat rows.
///
/// # Errors
/// `invalid` for invalid filters, or a cursor created for other filters; `not_found` for an owner who has not granted the caller
/// access.
pub async fn list(
    services: &Services,
    caller: &Caller,
    input: ListApplicationsInput,
) -> Result<Page<JobApplication>, Error> {
    let grant = permit(caller, Action::ReadApplications)?;
    let owner = input.owner_id;
    let request = ListRequest::new(services, grant, input)?;
    let mut tx = begin_read(services, caller, Action::ReadApplications, owner, None).await?;
    let page = request.load(services, &mut tx).await?;
    tx.commit().await?;
    Ok(page)
}

/// One page as [`list`] returns it, and how many applications pass the filters: at most [`MAX_COUNT`].
///
/// # Errors
/// As [`list`].
pub async fn list_and_count(
    services: &Services,
    caller: &Caller,
    input: ListApplicationsInput,
) -> Result<(Page<JobApplication>, i64), Error> {
    let grant = permit(caller, Action::ReadApplications)?;
    let owner = input.owner_id;
    let request = ListRequest::new(services, grant, input)?;
    let mut tx = begin_read(services, caller, Action::ReadApplications, owner, None).await?;
    let page = request.load(services, &mut tx).await?;
    let filter = query_filter(&mut tx, &request.filter, services.clock.now()).await?;
    let count = queries::count(&mut tx, &filter, MAX_COUNT).await?;
    tx.commit().await?;
    Ok((page, count))
}

/// The first applications whose company or title contains the text: exact matches, names that begin with it, then the last changed ones.
///
/// # Errors
/// `invalid` for a text that is too long.
pub async fn search(
    services: &Services,
    caller: &Caller,
    text: &str,
    limit: u32,
) -> Result<Vec<JobApplication>, Error> {
    let grant = permit(caller, Action::ReadApplications)?;
    let input = ListApplicationsInput {
        q: Some(text.to_owned()),
        ..ListApplicationsInput::default()
    };
    let request = ListRequest::new(services, grant, input)?;
    let mut tx = begin_read(services, caller, Action::ReadApplications, None, None).await?;
    let filter = query_filter(&mut tx, &request.filter, services.clock.now()).await?;
    let text = request.filter.q.as_deref().unwrap_or_default();
    let found = queries::search(&mut tx, &filter, text, limit).await?;
    tx.commit().await?;
    Ok(found)
}

/// The tasks of the caller or of a client, as [`tasks::list`] returns them, and the applications they are for, in one transaction.
///
/// # Errors
/// `not_found` if the owner has not granted the caller access.
pub async fn list_tasks(
    services: &Services,
    caller: &Caller,
    input: ListTasksInput,
) -> Result<(Vec<Task>, Vec<JobApplication>), Error> {
    let action = Action::ReadApplications;
    let mut tx = begin_read(services, caller, action, input.owner_id, input.jobapp_id).await?;
    let day = today(services.clock.now(), &caller.user.time_zone);
    let found = tasks::list_tasks(&mut tx, &input, day).await?;
    let ids: Vec<JobApplicationId> = found.iter().filter_map(|task| task.jobapp_id).collect();
    let applications = queries::list_by_ids(&mut tx, &ids).await?;
    tx.commit().await?;
    Ok((found, applications))
}

/// The caller's applications with these ids, in no particular order.
pub(crate) async fn list_by_ids(
    tx: &mut TenantTx,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Vec<JobApplication>, Error> {
    let ids: Vec<JobApplicationId> = ids.iter().copied().map(Into::into).collect();
    let mut applications = queries::list_by_ids(tx, &ids).await?;
    silence::fill_in(tx, &mut applications, now).await?;
    Ok(applications)
}

/// The filters with the values that the database needs for them.
pub(super) async fn query_filter<'a>(
    tx: &mut TenantTx,
    filter: &'a ApplicationFilter,
    now: DateTime<Utc>,
) -> Result<QueryFilter<'a>, Error> {
    let quiet_cutoffs = match filter.quiet {
        Some(_) => silence::quiet_cutoffs(tx, now).await?,
        None => Vec::new(),
    };
    Ok(QueryFilter {
        filter,
        quiet_cutoffs,
    })
}

/// The input with its texts in NFC, as in the database.
pub(super) fn normalized(mut input: ListApplicationsInput) -> ListApplicationsInput {
    for text in [&mut input.q, &mut input.source, &mut input.tag] {
        *text = text.as_deref().map(nfc);
    }
    input
}

/// A validated request for a page.
struct ListRequest {
    filter: ApplicationFilter,
    order: ListOrder,
    limit: u32,
    /// The query for which a cursor is valid.
    scope: Vec<u8>,
    after: Option<ListCursor>,
}

impl ListRequest {
    fn new(services: &Services, grant: Grant, input: ListApplicationsInput) -> Result<Self, Error> {
        let input = normalized(input);
        let (filter, order, limit) = input.parse()?;
        let owner = input.owner_id.unwrap_or(grant.user());
        let users = (grant.user(), owner);
        let scope = serde_json::to_vec(&("get_jobapps", grant.tenant(), users, &filter, order))
            .map_err(|e| Error::Internal(e.to_string()))?;
        let after = cursor::decode_optional(&services.keys, &scope, input.cursor.as_deref())?;
        Ok(Self {
            filter,
            order,
            limit,
            scope,
            after,
        })
    }

    async fn load(&self, services: &Services, tx: &mut TenantTx) -> Result<Page<JobApplication>, Error> {
        let now = services.clock.now();
        let filter = query_filter(tx, &self.filter, now).await?;
        let (mut data, next) = queries::list(tx, &filter, self.order, self.after.clone(), self.limit).await?;
        silence::fill_in(tx, &mut data, now).await?;
        let next_cursor = next.and_then(|cursor| cursor::encode(&services.keys, &self.scope, &cursor));
        Ok(Page {
            data,
            pagination: Pagination {
                next_cursor,
                limit: self.limit,
            },
        })
    }
}
