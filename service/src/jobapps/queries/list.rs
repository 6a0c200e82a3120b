//! The list of applications, and a single one.

use super::{ApplicationWithStageRow, filter::QueryFilter};
use crate::{
    Error,
    platform::{db::TenantTx, normalize::fold},
};
use domain::{
    JobApplicationId,
    jobapps::{JobApplication, ListOrder, Sort},
};
use serde::{Deserialize, Serialize};
use sqlx::{Postgres, QueryBuilder, query_as, query_scalar};
use uuid::Uuid;

/// Sort key and id of the last row of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::jobapps) struct ListCursor {
    key: String,
    id: JobApplicationId,
}

/// The applications `a` with their stages `s`.
const SELECT: &str = "select a.id, a.job_title, a.company, a.stage_id, s.name as stage_name, s.kind as stage_kind, \
    s.position as stage_position, s.color as stage_color, a.outcome, a.apply_date, a.source, a.location, a.url, a.salary_min, \
    a.salary_max, a.salary_currency, a.salary_period, a.tags, a.created_at, a.updated_at, a.version \
    from job_applications a join stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id ";

/// One page of the caller's applications, and the cursor of the next page.
pub(in crate::jobapps) async fn list(
    tx: &mut TenantTx,
    filter: &QueryFilter<'_>,
    order: ListOrder,
    after: Option<ListCursor>,
    limit: u32,
) -> Result<(Vec<JobApplication>, Option<ListCursor>), Error> {
    let mut sql = QueryBuilder::<Postgres>::new(SELECT);
    filter.push_conditions(&mut sql, tx.tenant(), tx.user());
    push_order(&mut sql, order, after);
    sql.push(" limit ").push_bind(i64::from(limit) + 1);
    let mut rows: Vec<ApplicationWithStageRow> = sql.build_query_as().fetch_all(tx.conn()).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|last| ListCursor {
        key: match order.sort {
            Sort::ApplyDate => last.apply_date.to_string(),
            Sort::UpdatedAt => last.updated_at.to_rfc3339(),
            Sort::Company => last.company.clone().unwrap_or_default(),
            Sort::JobTitle => last.job_title.clone().unwrap_or_default(),
        },
        id: last.id.into(),
    });
    let page = rows
        .into_iter()
        .map(JobApplication::try_from)
        .collect::<Result<_, _>>()?;
    Ok((page, next))
}

/// The first of the caller's applications that pass the filter: exact matches of company or title, then names that begin with this
/// text, then the last changed applications.
pub(in crate::jobapps) async fn search(
    tx: &mut TenantTx,
    filter: &QueryFilter<'_>,
    text: &str,
    limit: u32,
) -> Result<Vec<JobApplication>, Error> {
    let text = fold(text);
    let mut sql = QueryBuilder::<Postgres>::new(SELECT);
    filter.push_conditions(&mut sql, tx.tenant(), tx.user());
    // The search text has the title first and the company last.
    sql.push(" order by case when right(a.search_text, char_length(a.company)) = ")
        .push_bind(text.clone())
        .push(" or left(a.search_text, char_length(a.job_title)) = ")
        .push_bind(text.clone())
        .push(" then 0 when starts_with(right(a.search_text, char_length(a.company)), ")
        .push_bind(text.clone())
        .push(") or starts_with(a.search_text, ")
        .push_bind(text)
        .push(") then 1 else 2 end, a.updated_at desc, a.id desc limit ")
        .push_bind(i64::from(limit));
    let rows: Vec<ApplicationWithStageRow> = sql.build_query_as().fetch_all(tx.conn()).await?;
    rows.into_iter().map(JobApplication::try_from).collect()
}

/// Adds the condition that a row comes after the cursor, and the order. Each order is the order of an index, read forwards or
/// backwards.
fn push_order(sql: &mut QueryBuilder<Postgres>, order: ListOrder, after: Option<ListCursor>) {
    let (descending, ascending) = if order.reverse {
        ("", " desc")
    } else {
        (" desc", "")
    };
    let (less, greater) = if order.reverse { (">", "<") } else { ("<", ">") };
    let (key, key_type, is_name) = match order.sort {
        Sort::ApplyDate => ("a.apply_date", "date", false),
        Sort::UpdatedAt => ("a.updated_at", "timestamptz", false),
        Sort::Company => ("coalesce(lower(a.company), '')", "text", true),
        Sort::JobTitle => ("coalesce(lower(a.job_title), '')", "text", true),
    };
    if let Some(cursor) = after {
        if is_name {
            // Names are ascending while ids are descending, so the condition cannot be one row comparison.
            sql.push(format!(" and {key} {greater}= lower("))
                .push_bind(cursor.key.clone());
            sql.push(format!(") and ({key} {greater} lower("))
                .push_bind(cursor.key);
            sql.push(format!(") or a.id {less} "))
                .push_bind(cursor.id.0)
                .push(")");
        } else {
            sql.push(format!(" and ({key}, a.id) {less} ("))
                .push_bind(cursor.key)
                .push(format!("::text::{key_type}, "));
            sql.push_bind(cursor.id.0).push(")");
        }
    }
    let direction = if is_name { ascending } else { descending };
    sql.push(format!(" order by {key}{direction}, a.id{descending}"));
}

/// How many of the caller's applications pass the filter, counted up to `max`.
pub(in crate::jobapps) async fn count(
    tx: &mut TenantTx,
    filter: &QueryFilter<'_>,
    max: i64,
) -> Result<i64, Error> {
    let mut sql = QueryBuilder::<Postgres>::new(
        "select count(*) from (select 1 as one from job_applications a \
         join stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id ",
    );
    filter.push_conditions(&mut sql, tx.tenant(), tx.user());
    sql.push(" limit ").push_bind(max).push(") c");
    Ok(sql.build_query_scalar().fetch_one(tx.conn()).await?)
}

/// A single application of the caller.
pub(in crate::jobapps) async fn find(
    tx: &mut TenantTx,
    id: JobApplicationId,
) -> Result<Option<JobApplication>, Error> {
    Ok(list_by_ids(tx, &[id]).await?.pop())
}

/// The caller's applications with these ids, in no particular order.
pub(in crate::jobapps) async fn list_by_ids(
    tx: &mut TenantTx,
    ids: &[JobApplicationId],
) -> Result<Vec<JobApplication>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = query_as!(
        ApplicationWithStageRow,
        r#"
        select a.id, a.job_title, a.company, a.stage_id, s.name as stage_name, s.kind as stage_kind,
          s.position as stage_position, s.color as stage_color, a.outcome, a.apply_date, a.source, a.location, a.url, a.salary_min, a.salary_max,
          a.salary_currency, a.salary_period, a.tags, a.created_at, a.updated_at, a.version
        from job_applications a
        join stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id
        where a.tenant_id = $1 and a.owner_id is not distinct from $2 and a.id = any($3) and a.deleted_at is null
        "#,
        tenant.0,
        user.0,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(JobApplication::try_from).collect()
}

/// Whether the user has an application, without the trash.
pub(in crate::jobapps) async fn has_any_application(tx: &mut TenantTx) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let found = query_scalar!(
        r#"
        select exists (
          select from job_applications where tenant_id = $1 and owner_id = $2 and deleted_at is null
        ) as "found!"
        "#,
        tenant.0,
        user.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}
