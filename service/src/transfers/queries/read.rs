//! Reading applications with everything that belongs to them, and records of earlier copies.

use crate::transfers::{
    bundle::{Bundle, Row},
    earlier_transfers::{Item, TransferRow},
    stages::StageRow,
};
use crate::{Error, platform::db::TenantTx};
use domain::TenantId;
use sqlx::{query, query_as, query_scalar, types::Json};
use uuid::Uuid;

/// The applications that are not in the trash or a part of another one, all or with these ids, the oldest first.
pub(in crate::transfers) async fn list_applications(
    tx: &mut TenantTx,
    ids: Option<&[Uuid]>,
    only_open: bool,
) -> Result<Vec<Uuid>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids = query_scalar!(
        r#"
        select id from job_applications
        where tenant_id = $1 and owner_id = $2 and deleted_at is null and ($3::uuid[] is null or id = any($3))
          and (not $4 or outcome is null)
        order by id
        "#,
        tenant.0,
        user.0,
        ids,
        only_open,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

/// How many applications the user has, without the trash and these, and how many of them are open.
pub(in crate::transfers) async fn count_applications(
    tx: &mut TenantTx,
    others_than: &[Uuid],
) -> Result<(i64, i64), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select count(*) as "all!", count(*) filter (where outcome is null) as "open!"
        from job_applications where tenant_id = $1 and owner_id = $2 and deleted_at is null and id <> all($3)
        "#,
        tenant.0,
        user.0,
        others_than,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.all, row.open))
}

/// The copies of these rows of another workspace, or of all its rows.
pub(in crate::transfers) async fn list_transferred(
    tx: &mut TenantTx,
    source: TenantId,
    source_ids: Option<&[Uuid]>,
) -> Result<Vec<TransferRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        TransferRow,
        r#"
        select coalesce(application_id, contact_id, task_id) as "id!", source_id, source_digest, digest
        from transferred_rows
        where tenant_id = $1 and owner_id = $2 and source_tenant_id = $3 and ($4::uuid[] is null or source_id = any($4))
        "#,
        tenant.0,
        user.0,
        source.0,
        source_ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// The ids among `ids` of applications, contacts and tasks that exist and are not in the trash.
pub(in crate::transfers) async fn list_live(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids = query_scalar!(
        r#"
        select id as "id!" from job_applications
        where tenant_id = $1 and owner_id = $2 and id = any($3) and deleted_at is null
        union all
        select id from contacts where tenant_id = $1 and owner_id = $2 and id = any($3)
        union all
        select id from tasks where tenant_id = $1 and owner_id = $2 and id = any($3)
        "#,
        tenant.0,
        user.0,
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

/// Digests of these applications. Two digests of an application differ if anything of it was added, changed or deleted in between.
pub(in crate::transfers) async fn digests(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Item>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let items = query_as!(
        Item,
        r#"
        select a.id, concat_ws(' ', a.version, extract(epoch from a.updated_at),
          (select count(*) from application_events e where e.tenant_id = $1 and e.application_id = a.id),
          (select sum(hashtextextended(concat_ws(' ', n.id, extract(epoch from n.updated_at)), 0))
            from notes n where n.tenant_id = $1 and n.application_id = a.id),
          'i', (select sum(hashtextextended(concat_ws(' ', i.id, extract(epoch from i.updated_at)), 0))
            from interviews i where i.tenant_id = $1 and i.application_id = a.id),
          't', (select sum(hashtextextended(concat_ws(' ', t.id, extract(epoch from t.updated_at)), 0))
            from tasks t where t.tenant_id = $1 and t.application_id = a.id),
          'f', (select sum(hashtextextended(f.id::text, 0)) from files f where f.tenant_id = $1 and f.application_id = a.id),
          'l', (select sum(hashtextextended(concat_ws(' ', l.id, extract(epoch from c.updated_at)), 0))
            from contact_links l join contacts c on c.tenant_id = $1 and c.id = l.contact_id
            where l.tenant_id = $1 and l.application_id = a.id),
          'p', (select extract(epoch from p.saved_at) from application_postings p where p.tenant_id = $1 and p.application_id = a.id))
          as "digest!"
        from job_applications a
        where a.tenant_id = $1 and a.owner_id = $2 and a.id = any($3)
        "#,
        tenant.0,
        user.0,
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(items)
}

/// These applications with all that belongs to them, in one statement, so that all rows are from the same time. An entry of the history
/// that was undone with its email is left out.
pub(in crate::transfers) async fn read_applications(
    tx: &mut TenantTx,
    ids: &[Uuid],
) -> Result<Bundle, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let r = query!(
        r#"
        with g as materialized (
          select a.id, coalesce(a.merged_into, a.id) as main_id from job_applications a
          where a.tenant_id = $1 and a.owner_id = $2 and (a.id = any($3) and a.deleted_at is null or a.merged_into = any($3))
        )
        select
          (select jsonb_agg(to_jsonb(t) order by t.id) from job_applications t join g on g.id = t.id
            where t.tenant_id = $1) as "applications: Json<Vec<Row>>",
          (select jsonb_agg(to_jsonb(t) order by t.id) from application_events t join g on g.id = t.application_id
            left join mail_messages m on m.tenant_id = $1 and m.id = t.mail_id
            where t.tenant_id = $1 and (m.id is null or m.application_id = g.main_id or t.from_stage_id is null))
            as "events: Json<Vec<Row>>",
          (select jsonb_agg(to_jsonb(t) order by t.id) from notes t join g on g.id = t.application_id
            where t.tenant_id = $1) as "notes: Json<Vec<Row>>",
          (select jsonb_agg(to_jsonb(t) order by t.id) from interviews t join g on g.id = t.application_id
            where t.tenant_id = $1) as "interviews: Json<Vec<Row>>",
          (select jsonb_agg(to_jsonb(t) order by t.id) from tasks t join g on g.id = t.application_id
            where t.tenant_id = $1) as "tasks: Json<Vec<Row>>",
          (select jsonb_agg(to_jsonb(t) order by t.id) from files t join g on g.id = t.application_id
            where t.tenant_id = $1) as "files: Json<Vec<Row>>",
          (select jsonb_agg(to_jsonb(t) order by t.id) from application_postings t join g on g.id = t.application_id
            where t.tenant_id = $1) as "postings: Json<Vec<Row>>",
          (select jsonb_agg(to_jsonb(t) order by t.id) from contact_links t join g on g.id = t.application_id
            where t.tenant_id = $1) as "contact_links: Json<Vec<Row>>",
          (select jsonb_agg(to_jsonb(t) order by t.id) from contacts t
            where t.tenant_id = $1 and t.owner_id = $2 and t.id = any(array(
              select l.contact_id from contact_links l join g on g.id = l.application_id where l.tenant_id = $1)))
            as "contacts: Json<Vec<Row>>",
          (select jsonb_agg(to_jsonb(t) order by t.id) from application_merges t
            join g on g.id = t.application_id join g o on o.id = t.other_id
            where t.tenant_id = $1 and t.undone_at is null) as "merges: Json<Vec<Row>>"
        "#,
        tenant.0,
        user.0,
        ids,
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = |rows: Option<Json<Vec<Row>>>| rows.map(|rows| rows.0).unwrap_or_default();
    Ok(Bundle {
        applications: rows(r.applications),
        events: rows(r.events),
        notes: rows(r.notes),
        interviews: rows(r.interviews),
        tasks: rows(r.tasks),
        files: rows(r.files),
        postings: rows(r.postings),
        contact_links: rows(r.contact_links),
        contacts: rows(r.contacts),
        merges: rows(r.merges),
    })
}

/// The next contacts and the next tasks without an application, by id.
pub(in crate::transfers) async fn read_others(
    tx: &mut TenantTx,
    after: Uuid,
    limit: i64,
) -> Result<Bundle, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let r = query!(
        r#"
        select
          (select jsonb_agg(to_jsonb(c) order by c.id) from (
            select * from contacts where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4) c)
            as "contacts: Json<Vec<Row>>",
          (select jsonb_agg(to_jsonb(t) order by t.id) from (
            select * from tasks where tenant_id = $1 and owner_id = $2 and id > $3 and application_id is null
            order by id limit $4) t)
            as "tasks: Json<Vec<Row>>"
        "#,
        tenant.0,
        user.0,
        after,
        limit,
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = |rows: Option<Json<Vec<Row>>>| rows.map(|rows| rows.0).unwrap_or_default();
    Ok(Bundle {
        contacts: rows(r.contacts),
        tasks: rows(r.tasks),
        ..Bundle::default()
    })
}

/// All stages in the order of the board, deleted ones last.
pub(in crate::transfers) async fn list_stages(
    tx: &mut TenantTx,
    with_deleted: bool,
) -> Result<Vec<StageRow>, Error> {
    let tenant = tx.tenant();
    let rows = query_as!(
        StageRow,
        r#"
        select id, name, kind from stages where tenant_id = $1 and ($2 or deleted_at is null)
        order by deleted_at is not null, position, id
        "#,
        tenant.0,
        with_deleted,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}
