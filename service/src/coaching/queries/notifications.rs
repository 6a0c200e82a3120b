//! SQL of emails about comments. What waits to be sent is in global tables; what an email says is read in the tenant, as its recipient.

use crate::{
    Error,
    platform::db::{GlobalConn, GlobalTx, TenantTx},
};
use chrono::{DateTime, Utc};
use domain::{CommentId, JobApplicationId, TenantId, UserId};
use sqlx::{query, query_scalar};
use uuid::Uuid;

/// Comments that one email is about.
const MAX_PENDING: i64 = 500;

pub(in crate::coaching) async fn is_enabled(conn: &mut GlobalConn, user: UserId) -> Result<bool, Error> {
    let enabled = query_scalar!("select is_enabled from comment_emails where user_id = $1", user.0)
        .fetch_optional(conn.conn())
        .await?;
    Ok(enabled.unwrap_or(true))
}

pub(in crate::coaching) async fn set_enabled(
    tx: &mut GlobalTx,
    user: UserId,
    is_enabled: bool,
) -> Result<(), Error> {
    query!(
        r#"
        insert into comment_emails (user_id, is_enabled) values ($1, $2)
        on conflict (user_id) do update set is_enabled = excluded.is_enabled
        "#,
        user.0,
        is_enabled,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Others than the owner who have commented on the application of the transaction's user and have access to it.
pub(in crate::coaching) async fn list_authors_with_access(
    tx: &mut TenantTx,
    application: JobApplicationId,
) -> Result<Vec<UserId>, Error> {
    let (tenant, owner) = (tx.tenant(), tx.user());
    let authors = query_scalar!(
        r#"
        select g.viewer_id from access_grants g
        where g.tenant_id = $1 and g.owner_id = $2 and exists (
          select from application_comments c
          join job_applications a on a.tenant_id = $1 and a.id = c.application_id
          where c.tenant_id = $1 and c.owner_id is not distinct from $2 and c.author_id = g.viewer_id and $3 in (a.id, a.merged_into))
        order by g.viewer_id
        "#,
        tenant.0,
        owner.0,
        application.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(authors.into_iter().map(Into::into).collect())
}

/// Those of the users who are members of the tenant and can be emailed about comments, ordered by id.
pub(in crate::coaching) async fn list_subscribed(
    tx: &mut GlobalTx,
    tenant: TenantId,
    users: &[UserId],
) -> Result<Vec<UserId>, Error> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let users: Vec<Uuid> = users.iter().map(|user| user.0).collect();
    let subscribed = query_scalar!(
        r#"
        select u.id from users u
        join memberships m on m.tenant_id = $1 and m.user_id = u.id
        left join comment_emails e on e.user_id = u.id
        where u.id = any($2) and u.email_verified_at is not null and u.expires_at is null and coalesce(e.is_enabled, true)
        order by u.id
        "#,
        tenant.0,
        &users,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(subscribed.into_iter().map(Into::into).collect())
}

pub(in crate::coaching) async fn insert(
    tx: &mut GlobalTx,
    tenant: TenantId,
    users: &[UserId],
    comment: CommentId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if users.is_empty() {
        return Ok(());
    }
    let users: Vec<Uuid> = users.iter().map(|user| user.0).collect();
    query!(
        r#"
        insert into comment_notifications (user_id, tenant_id, comment_id, created_at)
        select r.user_id, $2, $3, $4 from unnest($1::uuid[]) as r (user_id)
        on conflict (user_id, comment_id) do nothing
        "#,
        &users,
        tenant.0,
        comment.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whom an email goes to.
pub(in crate::coaching) struct RecipientRow {
    pub email: String,
    pub first_name: Option<String>,
    pub last_sent_at: Option<DateTime<Utc>>,
}

/// `None` if the user must not be emailed.
pub(in crate::coaching) async fn find_recipient(
    conn: &mut GlobalConn,
    user: UserId,
) -> Result<Option<RecipientRow>, Error> {
    let row = query!(
        r#"
        select u.email, u.first_name, e.last_sent_at as "last_sent_at?"
        from users u
        left join comment_emails e on e.user_id = u.id
        where u.id = $1 and u.email_verified_at is not null and u.expires_at is null and u.locked_at is null
          and coalesce(e.is_enabled, true)
        "#,
        user.0,
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(row.map(|r| RecipientRow {
        email: r.email,
        first_name: r.first_name,
        last_sent_at: r.last_sent_at,
    }))
}

/// A comment that waits for an email.
pub(in crate::coaching) struct NotificationRow {
    pub tenant: TenantId,
    pub comment: CommentId,
    pub created_at: DateTime<Utc>,
}

/// The comments that the next email to the user is about, the oldest first.
pub(in crate::coaching) async fn list_pending(
    conn: &mut GlobalConn,
    user: UserId,
) -> Result<Vec<NotificationRow>, Error> {
    let rows = query!(
        r#"
        select tenant_id, comment_id, created_at from comment_notifications
        where user_id = $1
        order by created_at, comment_id
        limit $2
        "#,
        user.0,
        MAX_PENDING,
    )
    .fetch_all(conn.conn())
    .await?;
    let rows = rows.into_iter().map(|r| NotificationRow {
        tenant: r.tenant_id.into(),
        comment: r.comment_id.into(),
        created_at: r.created_at,
    });
    Ok(rows.collect())
}

pub(in crate::coaching) async fn has_pending(tx: &mut GlobalTx, user: UserId) -> Result<bool, Error> {
    let exists = query_scalar!(
        r#"select exists (select from comment_notifications where user_id = $1) as "exists!""#,
        user.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(exists)
}

pub(in crate::coaching) async fn delete(
    tx: &mut GlobalTx,
    user: UserId,
    comments: &[CommentId],
) -> Result<(), Error> {
    let comments: Vec<Uuid> = comments.iter().map(|comment| comment.0).collect();
    query!(
        "delete from comment_notifications where user_id = $1 and comment_id = any($2)",
        user.0,
        &comments,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(in crate::coaching) async fn delete_all(tx: &mut GlobalTx, user: UserId) -> Result<(), Error> {
    query!("delete from comment_notifications where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(in crate::coaching) async fn set_last_sent(
    tx: &mut GlobalTx,
    user: UserId,
    sent_at: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        r#"
        insert into comment_emails (user_id, last_sent_at) values ($1, $2)
        on conflict (user_id) do update set last_sent_at = excluded.last_sent_at
        "#,
        user.0,
        sent_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How many comments somebody wrote on an application.
pub(in crate::coaching) struct CommentedRow {
    /// What it was merged into, if it was.
    pub application: JobApplicationId,
    pub owner: UserId,
    pub company: Option<String>,
    pub job_title: Option<String>,
    pub author_name: Option<String>,
    pub count: i64,
}

/// Of these comments those that the transaction's user sees, by application and author: on their own applications as long as the author
/// has access, and on those of clients.
pub(in crate::coaching) async fn list_commented(
    tx: &mut TenantTx,
    comments: &[CommentId],
) -> Result<Vec<CommentedRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let comments: Vec<Uuid> = comments.iter().map(|comment| comment.0).collect();
    let rows = query!(
        r#"
        select coalesce(a.merged_into, a.id) as "application!", c.owner_id, a.company, a.job_title,
          m.display_name as "author_name?", count(*) as "count!"
        from application_comments c
        join job_applications a on a.tenant_id = $1 and a.id = c.application_id and (a.deleted_at is null or a.merged_into is not null)
        left join memberships m on m.tenant_id = $1 and m.user_id = c.author_id
        where c.tenant_id = $1 and c.id = any($3) and c.author_id <> $2
          and (c.owner_id is distinct from $2 or exists (
            select from access_grants g
            where g.tenant_id = $1 and g.owner_id = $2 and g.viewer_id = c.author_id and (g.expires_at is null or g.expires_at > now())
              and m.role in ('owner', 'admin', 'coach')))
        group by 1, c.owner_id, a.company, a.job_title, c.author_id, m.display_name
        order by 1, min(c.created_at), c.author_id
        "#,
        tenant.0,
        user.0,
        &comments,
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|r| CommentedRow {
        application: r.application.into(),
        owner: r.owner_id.into(),
        company: r.company,
        job_title: r.job_title,
        author_name: r.author_name,
        count: r.count,
    });
    Ok(rows.collect())
}
