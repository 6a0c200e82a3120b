//! SQL of contacts and their links. Links to deleted applications are invisible.

use super::ContactChoice;
use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{ContactId, JobApplicationId, changes::ChangeType, contacts::Contact};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// Maximum number of choices in a form. The contacts that changed last are offered.
const MAX_CHOICES: i64 = 500;

struct ContactRow {
    id: Uuid,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    role: Option<String>,
    company: Option<String>,
    url: Option<String>,
    notes: Option<String>,
    application_ids: Vec<Uuid>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<ContactRow> for Contact {
    fn from(row: ContactRow) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            email: row.email,
            phone: row.phone,
            role: row.role,
            company: row.company,
            url: row.url,
            notes: row.notes,
            jobapp_ids: row.application_ids.into_iter().map(Into::into).collect(),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The contacts of the caller, or of one application, by name.
pub(super) async fn list(
    tx: &mut TenantTx,
    application: Option<JobApplicationId>,
) -> Result<Vec<Contact>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        ContactRow,
        r#"
        select c.id, c.name, c.email, c.phone, c.role, c.company, c.url, c.notes, c.created_at, c.updated_at,
          array(
            select l.application_id from contact_links l
            join job_applications a on a.tenant_id = l.tenant_id and a.id = l.application_id
            where l.tenant_id = $1 and l.contact_id = c.id and a.deleted_at is null
            order by l.created_at, l.id) as "application_ids!"
        from contacts c
        where c.tenant_id = $1 and c.owner_id = $2
          and ($3::uuid is null or c.id in (
            select l.contact_id from contact_links l
            join job_applications a on a.tenant_id = l.tenant_id and a.id = l.application_id
            where l.tenant_id = $1 and l.application_id = $3 and a.deleted_at is null))
        order by lower(c.name), c.id
        "#,
        tenant.0,
        user.0,
        application.map(|id| id.0),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Contact::from).collect())
}

/// The caller's contacts with these ids, in no particular order.
pub(crate) async fn list_by_ids(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Contact>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        ContactRow,
        r#"
        select c.id, c.name, c.email, c.phone, c.role, c.company, c.url, c.notes, c.created_at, c.updated_at,
          array(
            select l.application_id from contact_links l
            join job_applications a on a.tenant_id = l.tenant_id and a.id = l.application_id
            where l.tenant_id = $1 and l.contact_id = c.id and a.deleted_at is null
            order by l.created_at, l.id) as "application_ids!"
        from contacts c
        where c.tenant_id = $1 and c.owner_id is not distinct from $2 and c.id = any($3)
        "#,
        tenant.0,
        user.0,
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Contact::from).collect())
}

/// The contacts of an application, by name.
pub(crate) async fn list_of_application(
    tx: &mut TenantTx,
    application: JobApplicationId,
) -> Result<Vec<Contact>, Error> {
    list(tx, Some(application)).await
}

/// The contacts that an application is not linked to, by name; if there are very many, those that changed last.
pub(crate) async fn list_choices(
    tx: &mut TenantTx,
    application: JobApplicationId,
) -> Result<Vec<ContactChoice>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select r.id as "id!", r.name as "name!", r.company
        from (
          select c.id, c.name, c.company
          from contacts c
          where c.tenant_id = $1 and c.owner_id = $2 and not exists (
            select from contact_links l where l.tenant_id = $1 and l.application_id = $3 and l.contact_id = c.id)
          order by c.updated_at desc, c.id
          limit $4
        ) r
        order by lower(r.name), r.id
        "#,
        tenant.0,
        user.0,
        application.0,
        MAX_CHOICES,
    )
    .fetch_all(tx.conn())
    .await?;
    let choices = rows.into_iter().map(|r| ContactChoice {
        id: r.id.into(),
        name: r.name,
        company: r.company,
    });
    Ok(choices.collect())
}

pub(crate) async fn insert(tx: &mut TenantTx, contact: &Contact) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into contacts
          (tenant_id, owner_id, id, name, email, phone, role, company, url, notes, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
        "#,
        tenant.0,
        user.0,
        contact.id.0,
        contact.name,
        contact.email,
        contact.phone,
        contact.role,
        contact.company,
        contact.url,
        contact.notes,
        contact.created_at,
    )
    .execute(tx.conn())
    .await?;
    tx.record(ChangeType::ContactCreated, contact.id, None);
    Ok(())
}

/// Links a contact to an application, unless it is already linked.
pub(crate) async fn insert_link(
    tx: &mut TenantTx,
    id: Uuid,
    application: JobApplicationId,
    contact: ContactId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into contact_links (tenant_id, owner_id, id, application_id, contact_id, created_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (tenant_id, application_id, contact_id) do nothing
        "#,
        tenant.0,
        user.0,
        id,
        application.0,
        contact.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    tx.record(ChangeType::ContactUpdated, contact, None);
    Ok(())
}

pub(super) async fn delete_link(
    tx: &mut TenantTx,
    application: JobApplicationId,
    contact: ContactId,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        delete from contact_links
        where tenant_id = $1 and owner_id is not distinct from $2 and application_id = $3 and contact_id = $4
        "#,
        tenant.0,
        user.0,
        application.0,
        contact.0,
    )
    .execute(tx.conn())
    .await?;
    tx.record(ChangeType::ContactUpdated, contact, None);
    Ok(())
}

/// Number of contacts of an application and of the user.
pub(super) async fn count(
    tx: &mut TenantTx,
    application: Option<JobApplicationId>,
) -> Result<(i64, i64), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select (select count(*) from contact_links where tenant_id = $1 and application_id = $3) as "of_application!",
          (select count(*) from contacts where tenant_id = $1 and owner_id = $2) as "of_user!"
        "#,
        tenant.0,
        user.0,
        application.map(|id| id.0),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.of_application, row.of_user))
}

/// Finds and locks a contact of the caller.
pub(super) async fn lock(tx: &mut TenantTx, id: ContactId) -> Result<Option<Contact>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query_as!(
        ContactRow,
        r#"
        select c.id, c.name, c.email, c.phone, c.role, c.company, c.url, c.notes, c.created_at, c.updated_at,
          array(
            select l.application_id from contact_links l
            join job_applications a on a.tenant_id = l.tenant_id and a.id = l.application_id
            where l.tenant_id = $1 and l.contact_id = c.id and a.deleted_at is null
            order by l.created_at, l.id) as "application_ids!"
        from contacts c
        where c.tenant_id = $1 and c.owner_id is not distinct from $2 and c.id = $3
        for update of c
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Contact::from))
}

pub(super) async fn update(tx: &mut TenantTx, contact: &Contact) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update contacts
        set name = $4, email = $5, phone = $6, role = $7, company = $8, url = $9, notes = $10, updated_at = $11
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3
        "#,
        tenant.0,
        user.0,
        contact.id.0,
        contact.name,
        contact.email,
        contact.phone,
        contact.role,
        contact.company,
        contact.url,
        contact.notes,
        contact.updated_at,
    )
    .execute(tx.conn())
    .await?;
    tx.record(ChangeType::ContactUpdated, contact.id, None);
    Ok(())
}

/// Deletes a contact of the caller with its links. False if there is no such contact.
pub(super) async fn delete(tx: &mut TenantTx, id: ContactId) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let done = query!(
        "delete from contacts where tenant_id = $1 and owner_id is not distinct from $2 and id = $3",
        tenant.0,
        user.0,
        id.0,
    )
    .execute(tx.conn())
    .await?;
    let is_deleted = done.rows_affected() > 0;
    if is_deleted {
        tx.record(ChangeType::ContactDeleted, id, None);
    }
    Ok(is_deleted)
}

/// Moves the links of an application to another one, all or only these, except those of contacts that both have. Returns their ids.
pub(crate) async fn move_links(
    tx: &mut TenantTx,
    from: JobApplicationId,
    to: JobApplicationId,
    only: Option<&[Uuid]>,
) -> Result<Vec<Uuid>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids = query_scalar!(
        r#"
        update contact_links l set application_id = $4
        where l.tenant_id = $1 and l.owner_id is not distinct from $2 and l.application_id = $3
          and ($5::uuid[] is null or l.id = any($5)) and not exists (
          select from contact_links o where o.tenant_id = $1 and o.application_id = $4 and o.contact_id = l.contact_id)
        returning l.id
        "#,
        tenant.0,
        user.0,
        from.0,
        to.0,
        only,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}
