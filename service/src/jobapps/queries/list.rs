//! The list of applications, and a single one.

use super::ApplicationWithStageRow;
use crate::{
    Error,
    platform::{db::TenantTx, normalize},
};
use chrono::{DateTime, Utc};
use domain::{
    JobApplicationId, TenantId,
    jobapps::{ApplicationFilter, JobApplication, Sort, StageKind},
};
use serde::{Deserialize, Serialize};
use sqlx::{Postgres, QueryBuilder, query_as};

/// Sort key and id of the last row of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::jobapps) struct ListCursor {
    key: String,
    id: JobApplicationId,
}

/// One page of the caller's applications, and the cursor of the next page.
pub(in crate::jobapps) async fn list(
    tx: &mut TenantTx,
    filter: &ApplicationFilter,
    quiet_cutoffs: &[(StageKind, DateTime<Utc>)],
    after: Option<ListCursor>,
    limit: u32,
) -> Result<(Vec<JobApplication>, Option<ListCursor>), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let mut sql = QueryBuilder::<Postgres>::new(
        "select a.id, a.job_title, a.company, a.stage_id, s.name as stage_name, s.kind as stage_kind, \
         s.position as stage_position, a.outcome, a.apply_date, a.source, a.location, a.url, a.salary_min, a.salary_max, \
         a.salary_currency, a.salary_period, a.tags, a.created_at, a.updated_at, a.version \
         from job_applications a join stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id \
         where a.deleted_at is null and a.tenant_id = ",
    );
    sql.push_bind(tenant.0)
        .push(" and a.owner_id = ")
        .push_bind(user.0);
    if let Some(stage) = filter.status_id {
        sql.push(" and a.stage_id = ").push_bind(stage.0);
    }
    if let Some(q) = &filter.q {
        sql.push(" and a.search_text like ")
            .push_bind(normalize::contains_pattern(q));
    }
    if let Some(source) = &filter.source {
        sql.push(" and a.source = ").push_bind(source.clone());
    }
    if let Some(outcome) = filter.outcome {
        sql.push(" and a.outcome = ").push_bind(outcome.as_str());
    }
    if let Some(from) = filter.applied_from {
        sql.push(" and a.apply_date >= ").push_bind(from);
    }
    if let Some(to) = filter.applied_to {
        sql.push(" and a.apply_date <= ").push_bind(to);
    }
    if let Some(is_quiet) = filter.quiet {
        sql.push(if is_quiet { " and " } else { " and not " });
        push_is_quiet(&mut sql, tenant, quiet_cutoffs);
    }
    // Companies are ascending while ids are descending, so the condition cannot be one row comparison.
    let order = match filter.sort {
        Sort::ApplyDate => {
            if let Some(cursor) = &after {
                sql.push(" and (a.apply_date, a.id) < (")
                    .push_bind(cursor.key.clone())
                    .push("::text::date, ");
                sql.push_bind(cursor.id.0).push(")");
            }
            " order by a.apply_date desc, a.id desc limit "
        }
        Sort::UpdatedAt => {
            if let Some(cursor) = &after {
                sql.push(" and (a.updated_at, a.id) < (")
                    .push_bind(cursor.key.clone())
                    .push("::text::timestamptz, ");
                sql.push_bind(cursor.id.0).push(")");
            }
            " order by a.updated_at desc, a.id desc limit "
        }
        Sort::Company => {
            if let Some(cursor) = &after {
                sql.push(" and coalesce(lower(a.company), '') >= lower(")
                    .push_bind(cursor.key.clone());
                sql.push(") and (coalesce(lower(a.company), '') > lower(")
                    .push_bind(cursor.key.clone());
                sql.push(") or a.id < ").push_bind(cursor.id.0).push(")");
            }
            " order by coalesce(lower(a.company), ''), a.id desc limit "
        }
    };
    sql.push(order).push_bind(i64::from(limit) + 1);
    let mut rows: Vec<ApplicationWithStageRow> = sql.build_query_as().fetch_all(tx.conn()).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|last| ListCursor {
        key: match filter.sort {
            Sort::ApplyDate => last.apply_date.to_string(),
            Sort::UpdatedAt => last.updated_at.to_rfc3339(),
            Sort::Company => last.company.clone().unwrap_or_default(),
        },
        id: last.id.into(),
    });
    let page = rows
        .into_iter()
        .map(JobApplication::try_from)
        .collect::<Result<_, _>>()?;
    Ok((page, next))
}

/// Adds the condition that an open application is quiet: nothing has happened since the cutoff of its stage, and it is not on
/// hold. Never null.
fn push_is_quiet(sql: &mut QueryBuilder<Postgres>, tenant: TenantId, cutoffs: &[(StageKind, DateTime<Utc>)]) {
    if cutoffs.is_empty() {
        sql.push("false");
        return;
    }
    sql.push("(a.outcome is null and coalesce(case s.kind");
    for (kind, cutoff) in cutoffs {
        sql.push(" when ").push_bind(kind.as_str()).push(" then ");
        sql.push_bind(*cutoff);
    }
    sql.push(
        " else null::timestamptz end >= (select greatest(i.changed_at, i.merged_at, i.mail_at, i.noted_at, i.met_at) from (select \
         (select max(case when e.actor_id is null then least(e.occurred_at, e.recorded_at) \
           else greatest(e.occurred_at, e.recorded_at) end) \
          from application_events e where e.application_id = a.id and e.cause <> 'rule' \
            and (e.mail_id is null or e.from_stage_id is null) and e.tenant_id = ",
    );
    sql.push_bind(tenant.0).push(
        ") as changed_at, (select max(least(m.sent_at, m.recorded_at)) \
         from mail_messages m where m.application_id = a.id and m.tenant_id = ",
    );
    sql.push_bind(tenant.0).push(
        ") as mail_at, (select max(least(h.sent_at, h.recorded_at)) \
         from mail_messages h where h.application_id = a.id and h.kind = 'on_hold' and h.tenant_id = ",
    );
    sql.push_bind(tenant.0).push(
        ") as held_at, (select max(coalesce(n.updated_at, n.created_at)) \
         from notes n where n.application_id = a.id and n.tenant_id = ",
    );
    sql.push_bind(tenant.0).push(
        ") as noted_at, (select max(v.starts_at) \
         from interviews v where v.application_id = a.id and v.cancelled_at is null and v.deleted_at is null and v.tenant_id = ",
    );
    sql.push_bind(tenant.0).push(
        ") as met_at, (select max(p.deleted_at + interval '0') from job_applications p where p.merged_into = a.id and p.tenant_id = ",
    );
    sql.push_bind(tenant.0).push(
        ") as merged_at) i where i.held_at is null or i.held_at < greatest(i.changed_at, i.mail_at)), false))",
    );
}

/// A single application of the caller.
pub(in crate::jobapps) async fn find(
    tx: &mut TenantTx,
    id: JobApplicationId,
) -> Result<Option<JobApplication>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query_as!(
        ApplicationWithStageRow,
        r#"
        select a.id, a.job_title, a.company, a.stage_id, s.name as stage_name, s.kind as stage_kind,
          s.position as stage_position, a.outcome, a.apply_date, a.source, a.location, a.url, a.salary_min, a.salary_max,
          a.salary_currency, a.salary_period, a.tags, a.created_at, a.updated_at, a.version
        from job_applications a
        join stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id
        where a.tenant_id = $1 and a.owner_id is not distinct from $2 and a.id = $3 and a.deleted_at is null
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(JobApplication::try_from).transpose()
}
