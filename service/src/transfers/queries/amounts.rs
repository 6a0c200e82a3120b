//! Amounts, and the checksum of a member's data.

use crate::{
    Error,
    platform::db::{Connection, TenantTx},
};
use domain::{TenantId, UserId};
use sqlx::{query_as, query_scalar};
use uuid::Uuid;

/// Amounts of objects with limits per user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::transfers) struct Amounts {
    pub applications: i64,
    pub notes: i64,
    pub note_bytes: i64,
    pub interviews: i64,
    pub tasks: i64,
    pub contacts: i64,
    pub file_bytes: i64,
    pub posting_bytes: i64,
}

/// Amounts of these applications and their parts or, without ids, of all applications, contacts and tasks.
pub(in crate::transfers) async fn amounts(tx: &mut TenantTx, ids: Option<&[Uuid]>) -> Result<Amounts, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let amounts = query_as!(
        Amounts,
        r#"
        with g as materialized (
          select a.id from job_applications a
          where a.tenant_id = $1 and a.owner_id = $2 and ($3::uuid[] is null or a.id = any($3) or a.merged_into = any($3))
        )
        select
          (select count(*) from g) as "applications!",
          n.count as "notes!", n.bytes as "note_bytes!",
          (select count(*) from interviews t where t.tenant_id = $1 and t.owner_id = $2
            and ($3::uuid[] is null or t.application_id in (select id from g))) as "interviews!",
          (select count(*) from tasks t where t.tenant_id = $1 and t.owner_id = $2
            and ($3::uuid[] is null or t.application_id in (select id from g))) as "tasks!",
          (select count(*) from contacts t where t.tenant_id = $1 and t.owner_id = $2
            and ($3::uuid[] is null or exists (select from contact_links l
              where l.tenant_id = $1 and l.contact_id = t.id and l.application_id in (select id from g)))) as "contacts!",
          (select coalesce(sum(t.bytes), 0)::bigint from files t where t.tenant_id = $1 and t.owner_id = $2
            and ($3::uuid[] is null or t.application_id in (select id from g))) as "file_bytes!",
          (select coalesce(sum(octet_length(t.text)), 0) from application_postings t where t.tenant_id = $1 and t.owner_id = $2
            and ($3::uuid[] is null or t.application_id in (select id from g))) as "posting_bytes!"
        from (
          select count(*) as count, coalesce(sum(octet_length(t.description)), 0) as bytes
          from notes t where t.tenant_id = $1 and t.owner_id = $2
            and ($3::uuid[] is null or t.application_id in (select id from g))) n
        "#,
        tenant.0,
        user.0,
        ids,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(amounts)
}

/// A checksum of a member's data in a workspace. Run it on the connection of the transaction that holds the lock of the membership, after
/// everything that it writes.
pub(crate) async fn checksum(conn: &mut Connection, tenant: TenantId, user: UserId) -> Result<String, Error> {
    let checksum = query_scalar!("select member_checksum($1, $2)", tenant.0, user.0)
        .fetch_one(conn)
        .await?;
    Ok(checksum.unwrap_or_default())
}
