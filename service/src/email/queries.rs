//! SQL for outgoing emails and their tokens. Global tables only.

use super::{EmailContent, EmailTemplate, EndedMembership};
use crate::{
    Error,
    platform::db::{GlobalConn, GlobalTx},
};
use chrono::{DateTime, Utc};
use domain::{UserId, tenants::Role};
use sqlx::{query, query_scalar};
use uuid::Uuid;

/// An email in the queue.
pub(super) struct QueuedEmail {
    pub template: EmailTemplate,
    pub device: Option<String>,
    pub webhook: Option<String>,
    /// Only for emails about the end of a membership.
    pub tenant_name: Option<String>,
    pub applications: Option<i32>,
    pub created_at: DateTime<Utc>,
    /// `None` if no user has the address.
    pub recipient: Option<RecipientRow>,
}

pub(super) struct RecipientRow {
    pub user: UserId,
    pub email: String,
    pub email_normalized: String,
    pub first_name: Option<String>,
    pub time_zone: String,
    /// The slug of their personal workspace.
    pub personal_slug: Option<String>,
}

pub(super) struct NewToken<'a> {
    pub user: UserId,
    pub template: EmailTemplate,
    pub hash: Vec<u8>,
    pub email_normalized: &'a str,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Returns false if the same email to the address is already queued.
pub(super) async fn insert_email(
    tx: &mut GlobalTx,
    id: Uuid,
    template: EmailTemplate,
    user: Option<UserId>,
    email_normalized: &str,
    content: EmailContent<'_>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let result = query!(
        r#"
        insert into outbound_emails (id, kind, user_id, email_normalized, device, webhook, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (kind, email_normalized) where kind in ('verify_email', 'reset_password') do nothing
        "#,
        id,
        template.as_str(),
        user.map(|u| u.0),
        email_normalized,
        content.device,
        content.webhook,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// A new email to a user.
pub(super) struct NewEmail<'a> {
    pub id: Uuid,
    pub user: UserId,
    pub email_normalized: &'a str,
}

/// Inserts emails about the end of memberships.
pub(super) async fn insert_ended(
    tx: &mut GlobalTx,
    template: EmailTemplate,
    emails: &[NewEmail<'_>],
    ended: EndedMembership<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = emails.iter().map(|email| email.id).collect();
    let users: Vec<Uuid> = emails.iter().map(|email| email.user.0).collect();
    let addresses: Vec<String> = emails
        .iter()
        .map(|email| email.email_normalized.to_owned())
        .collect();
    query!(
        r#"
        insert into outbound_emails (id, kind, user_id, email_normalized, tenant_name, applications, created_at)
        select r.id, $1, r.user_id, r.email_normalized, $2, $3, $4
        from unnest($5::uuid[], $6::uuid[], $7::text[]) as r (id, user_id, email_normalized)
        on conflict (id) do nothing
        "#,
        template.as_str(),
        ended.organization,
        i32::try_from(ended.applications).unwrap_or(i32::MAX),
        now,
        &ids,
        &users,
        &addresses,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The email and the user who has its address now.
pub(super) async fn find_email(conn: &mut GlobalConn, id: Uuid) -> Result<Option<QueuedEmail>, Error> {
    let row = query!(
        r#"
        select l.kind, l.device, l.webhook, l.tenant_name, l.applications, l.created_at, u.id as "user_id?",
          u.email as "email?", u.email_normalized as "email_normalized?", u.first_name, u.time_zone as "time_zone?",
          (select t.slug from memberships m join tenants t on t.id = m.tenant_id
            where m.user_id = u.id and t.kind = 'personal' order by t.id limit 1) as personal_slug
        from outbound_emails l
        left join users u
          on u.email_normalized = l.email_normalized and (l.user_id is null or l.user_id = u.id) and u.expires_at is null
        where l.id = $1
        "#,
        id,
    )
    .fetch_optional(conn.conn())
    .await?;
    row.map(|r| {
        let template = r
            .kind
            .parse()
            .map_err(|_| Error::Internal("unknown email template in the database".into()))?;
        let recipient = match (r.user_id, r.email, r.email_normalized, r.time_zone) {
            (Some(user), Some(email), Some(email_normalized), Some(time_zone)) => Some(RecipientRow {
                user: user.into(),
                email,
                email_normalized,
                first_name: r.first_name,
                time_zone,
                personal_slug: r.personal_slug,
            }),
            _ => None,
        };
        Ok(QueuedEmail {
            template,
            device: r.device,
            webhook: r.webhook,
            tenant_name: r.tenant_name,
            applications: r.applications,
            created_at: r.created_at,
            recipient,
        })
    })
    .transpose()
}

/// An invitation that can still be accepted, with the data for its email.
pub(super) struct InvitationRow {
    pub email: String,
    pub message: Option<String>,
    pub role: Role,
    pub tenant_name: String,
    pub inviter: UserId,
    pub inviter_name: String,
}

pub(super) async fn find_invitation(
    conn: &mut GlobalConn,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<InvitationRow>, Error> {
    let row = query!(
        r#"
        select i.email, i.message, i.role, t.name as tenant_name, i.invited_by, m.display_name as inviter_name
        from tenant_invitations i
        join tenants t on t.id = i.tenant_id
        join memberships m on m.tenant_id = i.tenant_id and m.user_id = i.invited_by
        where i.token_hash = $1 and i.accepted_at is null and i.expires_at > $2
        "#,
        token_hash,
        now,
    )
    .fetch_optional(conn.conn())
    .await?;
    row.map(|r| {
        Ok(InvitationRow {
            role: Role::parse(&r.role).ok_or_else(|| Error::unknown_value("role"))?,
            email: r.email,
            message: r.message,
            tenant_name: r.tenant_name,
            inviter: r.invited_by.into(),
            inviter_name: r.inviter_name,
        })
    })
    .transpose()
}

pub(super) async fn delete_email(tx: &mut GlobalTx, id: Uuid) -> Result<(), Error> {
    query!("delete from outbound_emails where id = $1", id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Deletes emails and their jobs. The jobs are locked first, in the same order as when a job ends.
pub(super) async fn delete_pending(
    tx: &mut GlobalTx,
    template: EmailTemplate,
    email_normalized: &str,
) -> Result<(), Error> {
    query!(
        r#"
        with locked as (
          select j.id, j.payload_id from background_jobs j
          join outbound_emails l on l.id = j.payload_id
          where j.kind = 'send_email' and l.kind = $1 and l.email_normalized = $2
          order by j.id
          for update of j
        ), deleted as (delete from outbound_emails where id in (select payload_id from locked))
        delete from background_jobs where id in (select id from locked)
        "#,
        template.as_str(),
        email_normalized,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes all emails to a user, and their jobs. The jobs are locked first, in the same order as when a job ends.
pub(super) async fn delete_for_user(tx: &mut GlobalTx, user: UserId) -> Result<(), Error> {
    query!(
        r#"
        with locked as (
          select j.id, j.payload_id from background_jobs j
          join outbound_emails l on l.id = j.payload_id
          join users u on u.id = $1
          where j.kind = 'send_email' and (l.user_id = u.id
            or l.email_normalized = u.email_normalized and l.kind in ('verify_email', 'reset_password'))
          order by j.id
          for update of j
        ), deleted as (delete from outbound_emails where id in (select payload_id from locked))
        delete from background_jobs where id in (select id from locked)
        "#,
        user.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Stores a token, replacing an older one. Returns false if the existing one was created after `replace_before`.
pub(super) async fn insert_token(
    tx: &mut GlobalTx,
    token: &NewToken<'_>,
    replace_before: DateTime<Utc>,
) -> Result<bool, Error> {
    let result = query!(
        r#"
        insert into email_tokens (user_id, purpose, token_hash, email_normalized, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (user_id, purpose) do update
        set token_hash = excluded.token_hash, email_normalized = excluded.email_normalized, created_at = excluded.created_at,
          expires_at = excluded.expires_at
        where email_tokens.token_hash = excluded.token_hash or email_tokens.created_at <= $7
          or email_tokens.email_normalized <> excluded.email_normalized
        "#,
        token.user.0,
        token.template.as_str(),
        token.hash,
        token.email_normalized,
        token.created_at,
        token.expires_at,
        replace_before,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

pub(super) async fn find_token(
    conn: &mut GlobalConn,
    template: EmailTemplate,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<UserId>, Error> {
    let user = query_scalar!(
        r#"
        select l.user_id from email_tokens l
        join users u on u.id = l.user_id and u.email_normalized = l.email_normalized
        where l.token_hash = $1 and l.purpose = $2 and l.expires_at > $3
        "#,
        hash,
        template.as_str(),
        now,
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(user.map(Into::into))
}

pub(super) async fn consume_token(
    tx: &mut GlobalTx,
    template: EmailTemplate,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<UserId>, Error> {
    let user = query_scalar!(
        r#"
        delete from email_tokens l using users u
        where l.token_hash = $1 and l.purpose = $2 and l.expires_at > $3
          and u.id = l.user_id and u.email_normalized = l.email_normalized
        returning l.user_id
        "#,
        hash,
        template.as_str(),
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(user.map(Into::into))
}

pub(super) async fn delete_tokens(tx: &mut GlobalTx, user: UserId) -> Result<(), Error> {
    query!("delete from email_tokens where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn delete_expired_tokens(conn: &mut GlobalConn, now: DateTime<Utc>) -> Result<(), Error> {
    query!(
        r#"
        with locked as (
          select user_id, purpose from email_tokens where expires_at <= $1 for update skip locked)
        delete from email_tokens where (user_id, purpose) in (select user_id, purpose from locked)
        "#,
        now
    )
    .execute(conn.conn())
    .await?;
    Ok(())
}
