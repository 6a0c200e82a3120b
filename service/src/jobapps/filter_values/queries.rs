//! SQL of the values of filters.

use crate::{Error, platform::db::TenantTx};
use sqlx::query;

/// A source or a tag.
pub(super) struct FilterValue {
    pub is_tag: bool,
    pub text: String,
}

/// Sources and tags of the caller's newest applications, the most frequent first; at most a hundred of each.
pub(super) async fn list_values(tx: &mut TenantTx) -> Result<Vec<FilterValue>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        with newest as materialized (
          select a.source, a.tags from job_applications a
          where a.tenant_id = $1 and a.owner_id = $2 and a.deleted_at is null
          order by a.apply_date desc, a.id desc
          limit 5000
        )
        (select false as "is_tag!", n.source as "text!" from newest n where n.source <> ''
          group by n.source order by count(*) desc, n.source limit 100)
        union all
        (select true, t.tag from newest n cross join lateral unnest(n.tags) as t (tag)
          group by t.tag order by count(*) desc, t.tag limit 100)
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| FilterValue {
            is_tag: r.is_tag,
            text: r.text,
        })
        .collect())
}
