//! SQL of job postings.

use crate::{Error, platform::db::TenantTx};
use domain::{JobApplicationId, jobapps::Posting};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

pub(crate) async fn find(tx: &mut TenantTx, application: JobApplicationId) -> Result<Option<Posting>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let found = query_as!(
        Posting,
        r#"
        select text, url, saved_at from application_postings
        where tenant_id = $1 and owner_id is not distinct from $2 and application_id = $3
        "#,
        tenant.0,
        user.0,
        application.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found)
}

/// Saves a posting. `id` is used only for a new posting.
pub(super) async fn upsert(
    tx: &mut TenantTx,
    id: Uuid,
    application: JobApplicationId,
    posting: &Posting,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into application_postings (tenant_id, owner_id, id, application_id, text, url, saved_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (tenant_id, application_id)
        do update set text = excluded.text, url = excluded.url, saved_at = excluded.saved_at
        "#,
        tenant.0,
        user.0,
        id,
        application.0,
        posting.text,
        posting.url,
        posting.saved_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut TenantTx, application: JobApplicationId) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        delete from application_postings
        where tenant_id = $1 and owner_id is not distinct from $2 and application_id = $3
        "#,
        tenant.0,
        user.0,
        application.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Total size of the user's postings, in bytes of UTF-8.
pub(super) async fn count_bytes(tx: &mut TenantTx) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let bytes = query_scalar!(
        r#"
        select coalesce(sum(octet_length(text)), 0)::bigint as "bytes!"
        from application_postings where tenant_id = $1 and owner_id = $2
        "#,
        tenant.0,
        user.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(bytes)
}

/// Moves the posting of an application, any or only one of these, to another application without a posting. Returns its id.
pub(crate) async fn move_to(
    tx: &mut TenantTx,
    from: JobApplicationId,
    to: JobApplicationId,
    only: Option<&[Uuid]>,
) -> Result<Vec<Uuid>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids = query_scalar!(
        r#"
        update application_postings p set application_id = $4
        where p.tenant_id = $1 and p.owner_id is not distinct from $2 and p.application_id = $3
          and ($5::uuid[] is null or p.id = any($5)) and not exists (
          select from application_postings o where o.tenant_id = $1 and o.application_id = $4)
        returning p.id
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
