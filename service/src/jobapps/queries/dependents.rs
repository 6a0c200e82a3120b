//! Objects that belong to applications and are listed, or hidden, together with them.

use crate::{Error, platform::db::TenantTx};
use domain::{JobApplicationId, changes::ChangeType};
use sqlx::{query, query_scalar};
use uuid::Uuid;

/// Records that the objects of these deleted applications are no longer listed, and that their contacts changed, because contacts
/// list their applications.
pub(in crate::jobapps) async fn record_deleted_dependents(
    tx: &mut TenantTx,
    ids: &[JobApplicationId],
) -> Result<(), Error> {
    record_dependents(tx, ids, "deleted").await
}

/// Records that the objects of these restored applications are listed again, and that their contacts changed, because contacts list
/// their applications.
pub(in crate::jobapps) async fn record_restored_dependents(
    tx: &mut TenantTx,
    ids: &[JobApplicationId],
) -> Result<(), Error> {
    record_dependents(tx, ids, "updated").await
}

async fn record_dependents(tx: &mut TenantTx, ids: &[JobApplicationId], change: &str) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let uuids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = query!(
        r#"
        select 'note.' || $4::text as "change_type!", id as "id!", application_id from notes
        where tenant_id = $1 and owner_id = $2 and application_id = any($3)
        union all
        select 'interview.' || $4, id, application_id from interviews
        where tenant_id = $1 and owner_id = $2 and application_id = any($3) and deleted_at is null
        union all
        select 'task.' || $4, id, application_id from tasks
        where tenant_id = $1 and owner_id = $2 and application_id = any($3)
        union all
        select 'file.' || $4, id, application_id from files
        where tenant_id = $1 and owner_id = $2 and application_id = any($3)
        union all
        select distinct 'contact.updated', contact_id, null::uuid from contact_links
        where tenant_id = $1 and owner_id = $2 and application_id = any($3)
        "#,
        tenant.0,
        user.0,
        &uuids,
        change,
    )
    .fetch_all(tx.conn())
    .await?;
    for row in rows {
        let change_type =
            ChangeType::parse(&row.change_type).ok_or_else(|| Error::unknown_value("change type"))?;
        tx.record(change_type, row.id, row.application_id.map(Into::into));
    }
    Ok(())
}

/// Records a change of the contacts of these applications, because a merge changes the contacts' lists of applications.
pub(in crate::jobapps) async fn record_contacts(
    tx: &mut TenantTx,
    ids: &[JobApplicationId],
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let uuids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let contacts = query_scalar!(
        r#"
        select distinct contact_id from contact_links
        where tenant_id = $1 and owner_id = $2 and application_id = any($3)
        "#,
        tenant.0,
        user.0,
        &uuids,
    )
    .fetch_all(tx.conn())
    .await?;
    tx.record_each(ChangeType::ContactUpdated, &contacts, None);
    Ok(())
}
