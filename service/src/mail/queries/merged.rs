//! Applications that were merged into others, and other names of companies.

use crate::{
    Error,
    mail::matching::{MergedApplication, MergedApplications, StatedCompany},
    platform::db::TenantTx,
};
use sqlx::query;

/// The merged applications of the user, and the companies stated by the user. There are few of them, because each is created
/// manually.
pub async fn list(tx: &mut TenantTx) -> Result<MergedApplications, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select p.id, p.company as "company?", p.job_title as "title?", p.requisition, a.id as target,
          a.company as "target_company?"
        from job_applications p
        join job_applications a on a.tenant_id = p.tenant_id and a.id = p.merged_into
        where p.tenant_id = $1 and p.owner_id = $2 and p.merged_into is not null and a.deleted_at is null
        order by p.deleted_at desc, p.id
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    let stated = list_stated(tx).await?;
    Ok(MergedApplications::new(
        rows.into_iter()
            .map(|r| MergedApplication {
                id: r.id.into(),
                company: r.company,
                title: r.title,
                requisition: r.requisition,
                target: r.target.into(),
                target_company: r.target_company,
            })
            .collect(),
        &stated,
    ))
}

/// Companies whose email uses another name. For a renamed application that was created by an email, this is the name in that email.
/// For an email that the user assigned, it is the name in the email, unless that is the name of another application.
async fn list_stated(tx: &mut TenantTx) -> Result<Vec<StatedCompany>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        with linked as (
          select m.read, a.company, true as is_renamed
          from job_applications a
          -- With "offset 0", few rows are looked up one by one, however many the planner expects.
          cross join lateral (
            select coalesce(m.changes #>> '{asked,company}', m.changes ->> 'read_company', m.company) as read
            from mail_messages m
            where m.tenant_id = $1 and m.application_id = a.id and m.changes ->> 'created' = 'true'
            offset 0) m
          where a.tenant_id = $1 and a.owner_id = $2 and a.deleted_at is null and 'company' = any(a.user_edited_fields)
          union
          select coalesce(m.changes #>> '{asked,company}', m.changes ->> 'read_company', m.company), a.company, false
          from mail_messages m
          cross join lateral (
            select a.company from job_applications a
            where a.tenant_id = $1 and a.id = m.application_id and a.deleted_at is null
            offset 0) a
          where m.tenant_id = $1 and m.owner_id = $2 and m.application_id is not null and m.decision in ('accepted', 'changed')
        )
        select distinct l.read as "read!", l.company as "company!"
        from linked l
        where l.read <> l.company
          and (l.is_renamed or not exists (
            select 1 from job_applications o
            where o.tenant_id = $1 and o.owner_id = $2 and o.deleted_at is null and coalesce(lower(o.company), '') = lower(l.read)
            offset 0))
        order by 1, 2
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| StatedCompany {
            read: r.read,
            company: r.company,
        })
        .collect())
}
