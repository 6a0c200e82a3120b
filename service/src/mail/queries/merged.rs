//! Applications that were merged into others.

use crate::{
    Error,
    mail::matching::{MergedApplication, MergedApplications},
    platform::db::TenantTx,
};
use sqlx::query;

/// The merged applications of the user. They are few: each merge is made by hand.
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
    ))
}
