//! SQL about mailboxes, mails and imports. Every statement names the tenant. Rows travel as JSON, so that one statement
//! takes any number of them.

use super::{
    matching::{Keys, Known, Mail, Receipt},
    read::Reading,
    scan::{Place, Scanned},
    upload::StoredFile,
};
use crate::{Error, db::TenantTx, jobapps::match_key, text::fold};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    ImportId, JobApplicationId, MailMessageId, MailboxId, StageId,
    jobapps::{Outcome, Position, StageKind},
    mail::{Import, ImportError, ImportState, MailKind},
};
use serde::{Deserialize, Serialize};
use sqlx::{query, types::Json};

/// Address of the mailbox that uploads of a person belong to.
const UPLOADS: &str = "upload";

/// Where an import stands.
pub(super) struct State {
    pub mailbox: MailboxId,
    pub files: Vec<StoredFile>,
    pub place: Place,
    /// Files are still being read.
    pub reading: bool,
    /// Errors that are listed already.
    pub errors: usize,
}

/// What a transaction adds to an import.
#[derive(Debug, Default)]
pub(super) struct Progress<'a> {
    /// Where reading goes on.
    pub place: Option<Place>,
    /// All files are read.
    pub read: bool,
    pub seen: i64,
    pub ignored: i64,
    pub created: i64,
    pub updated: i64,
    pub errors: &'a [ImportError],
    pub errors_left_out: i64,
}

/// A mail as it is kept: metadata and what was read, never its text.
#[derive(Serialize)]
pub(super) struct MailRow {
    id: MailMessageId,
    message_id: String,
    subject: String,
    sender: String,
    sent_at: DateTime<Utc>,
    settled: bool,
    kind: MailKind,
    #[serde(flatten)]
    read: ReadRow,
}

#[derive(Default, Serialize)]
struct ReadRow {
    platform: Option<String>,
    confidence: f32,
    company: Option<String>,
    job_title: Option<String>,
    location: Option<String>,
    requisition: Option<String>,
    applied_on: Option<NaiveDate>,
    pack: Option<String>,
    pack_version: Option<i32>,
    rule: Option<String>,
    words: Vec<String>,
}

impl MailRow {
    pub fn new(id: MailMessageId, mail: Scanned) -> Self {
        let head = mail.head;
        let kind = mail.reading.as_ref().map_or(MailKind::Other, |r| r.kind);
        let sender = if head.from_name.is_empty() {
            head.from
        } else {
            format!("{} <{}>", head.from_name, head.from)
        };
        Self {
            id,
            message_id: head.message_id,
            subject: head.subject,
            sender,
            sent_at: head.sent_at,
            settled: !matches!(kind, MailKind::Confirmation | MailKind::Rejection),
            kind,
            read: mail.reading.map(ReadRow::from).unwrap_or_default(),
        }
    }
}

impl From<Reading> for ReadRow {
    fn from(reading: Reading) -> Self {
        Self {
            platform: Some(reading.platform),
            confidence: reading.confidence,
            company: reading.company,
            job_title: reading.title,
            location: reading.location,
            requisition: reading.requisition,
            applied_on: reading.applied_on,
            pack: Some(reading.pack),
            pack_version: Some(reading.pack_version),
            rule: Some(reading.rule),
            words: reading.words,
        }
    }
}

/// An application that mails changed.
#[derive(Serialize)]
pub(super) struct ChangedRow<'a> {
    id: JobApplicationId,
    job_title: &'a str,
    company: &'a str,
    search_text: String,
    match_key: String,
    requisition: Option<&'a String>,
    stage_id: StageId,
    outcome: Option<Outcome>,
    moved_at: DateTime<Utc>,
    apply_date: NaiveDate,
    source: &'a str,
    location: Option<&'a String>,
}

impl<'a> ChangedRow<'a> {
    pub fn new(known: &'a Known) -> Self {
        Self {
            id: known.id,
            job_title: &known.title,
            company: &known.company,
            search_text: fold(&format!("{} {}", known.title, known.company)),
            match_key: match_key(&known.company),
            requisition: known.requisitions.first(),
            stage_id: known.position.stage,
            outcome: known.position.outcome,
            moved_at: known.moved_at,
            apply_date: known.apply_date,
            source: &known.source,
            location: known.location.as_ref(),
        }
    }
}

#[derive(Serialize)]
struct LinkRow {
    id: MailMessageId,
    application_id: Option<JobApplicationId>,
}

#[derive(Debug, Deserialize)]
struct ReceiptRow {
    platform: Option<String>,
    at: DateTime<Utc>,
}

fn unknown(what: &str) -> Error {
    Error::Internal(format!(
        "the database holds a {what} that this build does not know"
    ))
}

pub(super) async fn find_import(tx: &mut TenantTx, id: ImportId) -> Result<Option<Import>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select id, state, messages_seen, applications_created, applications_updated, mails_ignored,
          errors as "errors: Json<Vec<ImportError>>", errors_left_out
        from mail_import
        where tenant_id = $1 and owner_id = $2 and id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        let mut errors = r.errors.0;
        if r.errors_left_out > 0 {
            let detail = format!("{} more mails could not be read.", r.errors_left_out);
            errors.push(ImportError {
                file: "upload".into(),
                position: 0,
                detail,
            });
        }
        Ok(Import {
            id: r.id.into(),
            state: ImportState::parse(&r.state).ok_or_else(|| unknown("state of an import"))?,
            messages_seen: r.messages_seen,
            applications_created: r.applications_created,
            applications_updated: r.applications_updated,
            mails_ignored: r.mails_ignored,
            errors,
        })
    })
    .transpose()
}

pub(super) async fn count_running(tx: &mut TenantTx) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"select count(*) as "running!" from mail_import where tenant_id = $1 and owner_id = $2 and state = 'running'"#,
        tenant.0,
        user.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row.running)
}

/// The mailbox of the person's uploads; made with the first.
pub(super) async fn upload_mailbox(
    tx: &mut TenantTx,
    id: MailboxId,
    now: DateTime<Utc>,
) -> Result<MailboxId, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        insert into mailbox (tenant_id, id, owner_id, kind, address, last_synced_at, created_at)
        values ($1, $2, $3, 'upload', $4, $5, $5)
        on conflict (tenant_id, owner_id, kind, address) do update set last_synced_at = excluded.last_synced_at
        returning id
        "#,
        tenant.0,
        id.0,
        user.0,
        UPLOADS,
        now,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row.id.into())
}

pub(super) async fn insert_import(
    tx: &mut TenantTx,
    id: ImportId,
    mailbox: MailboxId,
    files: &[StoredFile],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into mail_import (tenant_id, id, owner_id, mailbox_id, state, files, created_at, updated_at)
        values ($1, $2, $3, $4, 'running', $5, $6, $6)
        "#,
        tenant.0,
        id.0,
        user.0,
        mailbox.0,
        Json(files) as _,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Where a running import stands; nothing for one that has ended or is gone.
pub(super) async fn import_state(tx: &mut TenantTx, id: ImportId) -> Result<Option<State>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select mailbox_id as "mailbox_id!", files as "files: Json<Vec<StoredFile>>", file_index, message_index, byte_offset,
          reading, jsonb_array_length(errors) as "errors!"
        from mail_import
        where tenant_id = $1 and owner_id = $2 and id = $3 and state = 'running' and mailbox_id is not null
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| State {
        mailbox: r.mailbox_id.into(),
        files: r.files.0,
        place: Place {
            file: usize::try_from(r.file_index).unwrap_or_default(),
            mails: u64::try_from(r.message_index).unwrap_or_default(),
            offset: u64::try_from(r.byte_offset).unwrap_or_default(),
        },
        reading: r.reading,
        errors: usize::try_from(r.errors).unwrap_or_default(),
    }))
}

/// Keeps the mails that are not there yet; answers how many of those wait for being matched.
pub(super) async fn insert_mails(
    tx: &mut TenantTx,
    mailbox: MailboxId,
    import: ImportId,
    rows: &[MailRow],
    now: DateTime<Utc>,
) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let kept = query!(
        r#"
        insert into mail_message
          (tenant_id, owner_id, mailbox_id, import_id, id, message_id, subject, sender, sent_at, platform, kind, confidence,
           company, job_title, location, requisition, applied_on, pack, pack_version, rule, words, settled, recorded_at)
        select $1, $2, $3, $4, r.id, r.message_id, r.subject, r.sender, r.sent_at, r.platform, r.kind, r.confidence,
          r.company, r.job_title, r.location, r.requisition, r.applied_on, r.pack, r.pack_version, r.rule, r.words, r.settled, $6
        from jsonb_to_recordset($5) as r (
          id uuid, message_id text, subject text, sender text, sent_at timestamptz, platform text, kind text, confidence real,
          company text, job_title text, location text, requisition text, applied_on date, pack text, pack_version integer,
          rule text, words text[], settled boolean)
        on conflict (tenant_id, mailbox_id, message_id) do nothing
        returning settled
        "#,
        tenant.0,
        user.0,
        mailbox.0,
        import.0,
        Json(rows) as _,
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(i64::try_from(kept.iter().filter(|r| !r.settled).count()).unwrap_or(i64::MAX))
}

pub(super) async fn advance(
    tx: &mut TenantTx,
    id: ImportId,
    progress: &Progress<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let tenant = tx.tenant();
    let place = progress.place;
    query!(
        r#"
        update mail_import set
          file_index = coalesce($3, file_index), message_index = coalesce($4, message_index),
          byte_offset = coalesce($5, byte_offset), reading = reading and not $6, messages_seen = messages_seen + $7,
          mails_ignored = mails_ignored + $8, applications_created = applications_created + $9,
          applications_updated = applications_updated + $10, errors = errors || $11,
          errors_left_out = errors_left_out + $12, updated_at = $13
        where tenant_id = $1 and id = $2
        "#,
        tenant.0,
        id.0,
        place.map(|p| i32::try_from(p.file).unwrap_or(i32::MAX)),
        place.map(|p| i64::try_from(p.mails).unwrap_or(i64::MAX)),
        place.map(|p| i64::try_from(p.offset).unwrap_or(i64::MAX)),
        progress.read,
        progress.seen,
        progress.ignored,
        progress.created,
        progress.updated,
        Json(progress.errors) as _,
        progress.errors_left_out,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn end_import(
    tx: &mut TenantTx,
    id: ImportId,
    state: ImportState,
    errors: &[ImportError],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let tenant = tx.tenant();
    query!(
        r#"
        update mail_import set state = $3, errors = errors || $4, updated_at = $5
        where tenant_id = $1 and id = $2 and state = 'running'
        "#,
        tenant.0,
        id.0,
        state.as_str(),
        Json(errors) as _,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Waits until nobody else matches mails of the person.
pub(super) async fn lock_mailboxes(tx: &mut TenantTx) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "select 1 as held from mailbox where tenant_id = $1 and owner_id = $2 order by id for update",
        tenant.0,
        user.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// The next mails of an import that wait for being matched, in the order in which they were sent.
pub(super) async fn unsettled(tx: &mut TenantTx, import: ImportId, limit: i64) -> Result<Vec<Mail>, Error> {
    let tenant = tx.tenant();
    let rows = query!(
        r#"
        select id, kind, confidence, platform, company, job_title, location, requisition, applied_on, sent_at
        from mail_message
        where tenant_id = $1 and import_id = $2 and not settled
        order by sent_at, message_id
        limit $3
        "#,
        tenant.0,
        import.0,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Mail {
                id: r.id.into(),
                kind: MailKind::parse(&r.kind).ok_or_else(|| unknown("kind of mail"))?,
                confidence: r.confidence,
                platform: r.platform.unwrap_or_default(),
                company: r.company,
                title: r.job_title,
                location: r.location,
                requisition: r.requisition,
                applied_on: r.applied_on,
                sent_at: r.sent_at,
            })
        })
        .collect()
}

/// The applications that mails about these companies, or without a company on these days, may speak of: also deleted
/// ones. Held until the end of the transaction.
pub(super) async fn known(
    tx: &mut TenantTx,
    keys: &[String],
    days: &[NaiveDate],
) -> Result<Vec<Known>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select a.id, a.company, a.job_title, a.requisition, a.stage_id, s.kind as stage_kind, a.outcome, a.moved_at,
          a.apply_date, a.source, a.location, a.edited, a.deleted_at is not null as "deleted!",
          coalesce((
            select jsonb_agg(jsonb_build_object('platform', m.platform, 'at', m.at) order by m.at, m.platform)
            from (
              select c.platform, min(c.sent_at) as at from mail_message c
              where c.tenant_id = $1 and c.application_id = a.id and c.kind = 'confirmation' group by c.platform) m
          ), '[]') as "receipts!: Json<Vec<ReceiptRow>>"
        from job_application a
        join stage s on s.tenant_id = a.tenant_id and s.id = a.stage_id
        where a.tenant_id = $1 and a.owner_id = $2 and a.id in (
          select k.id from job_application k where k.tenant_id = $1 and k.owner_id = $2 and k.match_key = any($3)
          union all
          select d.id from job_application d
          where d.tenant_id = $1 and d.owner_id = $2 and d.deleted_at is null and d.apply_date = any($4))
        order by a.id
        for update of a
        "#,
        tenant.0,
        user.0,
        keys,
        days,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let outcome = r
                .outcome
                .as_deref()
                .map(|o| Outcome::parse(o).ok_or_else(|| unknown("outcome")))
                .transpose()?;
            let receipts = r.receipts.0.into_iter();
            Ok(Known {
                keys: Keys::of(&r.company, &r.job_title),
                id: r.id.into(),
                company: r.company,
                title: r.job_title,
                requisitions: r.requisition.into_iter().collect(),
                position: Position {
                    stage: r.stage_id.into(),
                    outcome,
                },
                stage_kind: StageKind::parse(&r.stage_kind).ok_or_else(|| unknown("kind of stage"))?,
                moved_at: r.moved_at,
                apply_date: r.apply_date,
                source: r.source,
                location: r.location,
                edited: r.edited,
                deleted: r.deleted,
                receipts: receipts
                    .map(|m| Receipt {
                        platform: m.platform.unwrap_or_default(),
                        at: m.at,
                    })
                    .collect(),
                new: false,
                changed: false,
            })
        })
        .collect()
}

/// Writes changed applications in one statement.
pub(super) async fn change(
    tx: &mut TenantTx,
    rows: &[ChangedRow<'_>],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update job_application a set
          job_title = r.job_title, company = r.company, search_text = r.search_text, match_key = r.match_key,
          requisition = r.requisition, stage_id = r.stage_id, outcome = r.outcome, moved_at = r.moved_at,
          apply_date = r.apply_date, source = r.source, location = r.location, updated_at = $4, version = a.version + 1
        from jsonb_to_recordset($3) as r (
          id uuid, job_title text, company text, search_text text, match_key text, requisition text, stage_id uuid,
          outcome text, moved_at timestamptz, apply_date date, source text, location text)
        where a.tenant_id = $1 and a.owner_id = $2 and a.id = r.id
        "#,
        tenant.0,
        user.0,
        Json(rows) as _,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Says of each mail to which application it belongs, if to any, and that it is settled.
pub(super) async fn link(
    tx: &mut TenantTx,
    links: &[(MailMessageId, Option<JobApplicationId>)],
) -> Result<(), Error> {
    let tenant = tx.tenant();
    let rows: Vec<LinkRow> = links
        .iter()
        .map(|(id, application_id)| LinkRow {
            id: *id,
            application_id: *application_id,
        })
        .collect();
    query!(
        r#"
        update mail_message m set application_id = r.application_id, settled = true
        from jsonb_to_recordset($2) as r (id uuid, application_id uuid)
        where m.tenant_id = $1 and m.id = r.id
        "#,
        tenant.0,
        Json(rows) as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
