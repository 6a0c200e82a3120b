//! The list of workspaces.

use super::queries::tenants::{self as queries, ListedTenant, Position};
use crate::{Error, Services, context::Caller, platform::cursor};
use domain::{
    pagination::{self, MAX_UNPAGED, OptionalPageInput},
    tenants::TenantList,
};

/// The workspaces of the caller, the personal one first. At most [`MAX_UNPAGED`] without `limit` and `cursor`, otherwise a page.
///
/// # Errors
/// `invalid` for an invalid limit or cursor.
pub async fn list_tenants(
    services: &Services,
    caller: &Caller,
    input: OptionalPageInput,
) -> Result<TenantList, Error> {
    let limit = pagination::optional_limit(input.limit, input.cursor.as_deref())?;
    let user = caller.user.id;
    let scope = format!("workspaces of {user}");
    let cursor = input.cursor.as_deref();
    let after = cursor
        .map(|cursor| cursor::decode::<Position>(&services.keys, scope.as_bytes(), cursor))
        .transpose()?;
    let rows = limit.map_or(MAX_UNPAGED, |limit| i64::from(limit) + 1);
    let mut conn = services.db.global_conn().await?;
    let mut listed = queries::list(&mut conn, user, after, rows).await?;
    let found = i64::try_from(listed.len()).unwrap_or(i64::MAX);
    let total = if limit.is_some() || found == MAX_UNPAGED {
        queries::count(&mut conn, user).await?
    } else {
        found
    };
    let position = |last: &ListedTenant| last.position;
    let pagination =
        limit.map(|limit| cursor::paginate(&services.keys, scope.as_bytes(), &mut listed, limit, position));
    Ok(TenantList {
        data: listed.into_iter().map(|listed| listed.tenant).collect(),
        pagination,
        total,
    })
}
