//! The list of workspaces.

use crate::{Error, Services, context::Caller, platform::cursor::OptionalPage, tenants::queries};
use domain::{
    pagination::{MAX_UNPAGED, OptionalPageInput},
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
    let user = caller.user.id;
    let scope = format!("workspaces of {user}");
    let page = OptionalPage::new(&services.keys, scope, input.limit, input.cursor.as_deref())?;
    let rows = page.rows().unwrap_or(MAX_UNPAGED);
    let mut conn = services.db.global_conn().await?;
    let mut listed = queries::list_tenants(&mut conn, user, page.after, Some(rows)).await?;
    let total = match page.total(&listed) {
        Some(total) => total,
        None => queries::count_tenants(&mut conn, user).await?,
    };
    let pagination = page.paginate(&mut listed, |last| last.position);
    Ok(TenantList {
        data: listed.into_iter().map(|listed| listed.tenant).collect(),
        pagination,
        total,
    })
}
