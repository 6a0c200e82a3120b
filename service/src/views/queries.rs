//! SQL of saved views.

use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    ViewId,
    views::{UpdateViewInput, View, ViewPage},
};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

struct ViewRow {
    id: Uuid,
    name: String,
    page: String,
    query: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<ViewRow> for View {
    type Error = Error;

    fn try_from(row: ViewRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            name: row.name,
            page: ViewPage::parse(&row.page).ok_or_else(|| Error::unknown_value("page of a view"))?,
            query: row.query,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

pub(super) async fn list(tx: &mut TenantTx, page: Option<ViewPage>) -> Result<Vec<View>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        ViewRow,
        r#"
        select id, name, page, query, created_at, updated_at
        from views
        where tenant_id = $1 and owner_id = $2 and ($3::text is null or page = $3)
        order by lower(name), created_at, id
        "#,
        tenant.0,
        user.0,
        page.map(ViewPage::as_str),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(View::try_from).collect()
}

pub(super) async fn count(tx: &mut TenantTx) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let count = query_scalar!(
        r#"select count(*) as "count!" from views where tenant_id = $1 and owner_id = $2"#,
        tenant.0,
        user.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

pub(super) async fn insert(tx: &mut TenantTx, view: &View) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into views (tenant_id, owner_id, id, name, page, query, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $7)
        "#,
        tenant.0,
        user.0,
        view.id.0,
        view.name,
        view.page.as_str(),
        view.query,
        view.created_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// `None` if the view is not the caller's.
pub(super) async fn update(
    tx: &mut TenantTx,
    input: &UpdateViewInput,
    now: DateTime<Utc>,
) -> Result<Option<View>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query_as!(
        ViewRow,
        r#"
        update views
        set name = coalesce($4, name), query = coalesce($5, query), updated_at = $6
        where tenant_id = $1 and owner_id = $2 and id = $3
        returning id, name, page, query, created_at, updated_at
        "#,
        tenant.0,
        user.0,
        input.view_id.0,
        input.name,
        input.query,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(View::try_from).transpose()
}

/// Whether the view was the caller's.
pub(super) async fn delete(tx: &mut TenantTx, id: ViewId) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let deleted = query!(
        "delete from views where tenant_id = $1 and owner_id = $2 and id = $3",
        tenant.0,
        user.0,
        id.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(deleted.rows_affected() > 0)
}
