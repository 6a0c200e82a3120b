//! SQL of emails about coaching: the recipients and the pending events, in global tables.

use crate::{
    Error,
    coaching::notifications::NotificationKind,
    platform::db::{GlobalConn, GlobalTx, TenantTx},
};
use chrono::{DateTime, Utc};
use domain::{JobApplicationId, TenantId, UserId};
use sqlx::{query, query_scalar};
use uuid::Uuid;

/// Maximum number of events in one email.
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

/// People other than the owner who have commented on the application of the transaction's user and have access to it.
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

/// The users with these ids who are members of the tenant and can be emailed about coaching, ordered by id.
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

/// Stores events for the next emails to the users. If an event is already pending, its time is replaced.
pub(in crate::coaching) async fn insert(
    tx: &mut GlobalTx,
    users: &[UserId],
    new: &NotificationRow,
) -> Result<(), Error> {
    if users.is_empty() {
        return Ok(());
    }
    let users: Vec<Uuid> = users.iter().map(|user| user.0).collect();
    query!(
        r#"
        insert into coaching_notifications (user_id, tenant_id, kind, object_id, created_at)
        select r.user_id, $2, $3, $4, $5 from unnest($1::uuid[]) as r (user_id)
        on conflict (user_id, tenant_id, kind, object_id) do update set created_at = excluded.created_at
        "#,
        &users,
        new.tenant.0,
        new.kind.as_str(),
        new.object,
        new.created_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The recipient of an email.
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

/// The events about which a user has not been emailed yet.
pub(in crate::coaching) struct NotificationRow {
    pub tenant: TenantId,
    pub kind: NotificationKind,
    /// The comment or task; the other person of a request or grant.
    pub object: Uuid,
    pub created_at: DateTime<Utc>,
}

/// The events of the next email to the user, the oldest first.
pub(in crate::coaching) async fn list_pending(
    conn: &mut GlobalConn,
    user: UserId,
) -> Result<Vec<NotificationRow>, Error> {
    let rows = query!(
        r#"
        select tenant_id, kind, object_id, created_at from coaching_notifications
        where user_id = $1
        order by created_at, object_id
        limit $2
        "#,
        user.0,
        MAX_PENDING,
    )
    .fetch_all(conn.conn())
    .await?;
    let rows = rows.into_iter().map(|r| {
        Ok(NotificationRow {
            tenant: r.tenant_id.into(),
            kind: r
                .kind
                .parse()
                .map_err(|_| Error::unknown_value("notification kind"))?,
            object: r.object_id,
            created_at: r.created_at,
        })
    });
    rows.collect()
}

pub(in crate::coaching) async fn has_pending(tx: &mut GlobalTx, user: UserId) -> Result<bool, Error> {
    let exists = query_scalar!(
        r#"select exists (select from coaching_notifications where user_id = $1) as "exists!""#,
        user.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(exists)
}

/// Deletes these events of the user, unless they were stored again since.
pub(in crate::coaching) async fn delete(
    tx: &mut GlobalTx,
    user: UserId,
    rows: &[NotificationRow],
) -> Result<(), Error> {
    let tenants: Vec<Uuid> = rows.iter().map(|row| row.tenant.0).collect();
    let kinds: Vec<String> = rows.iter().map(|row| row.kind.as_str().to_owned()).collect();
    let objects: Vec<Uuid> = rows.iter().map(|row| row.object).collect();
    let times: Vec<DateTime<Utc>> = rows.iter().map(|row| row.created_at).collect();
    query!(
        r#"
        delete from coaching_notifications n
        using unnest($2::uuid[], $3::text[], $4::uuid[], $5::timestamptz[]) as r (tenant_id, kind, object_id, created_at)
        where n.user_id = $1 and n.tenant_id = r.tenant_id and n.kind = r.kind and n.object_id = r.object_id
          and n.created_at = r.created_at
        "#,
        user.0,
        &tenants,
        &kinds,
        &objects,
        &times,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(in crate::coaching) async fn delete_all(tx: &mut GlobalTx, user: UserId) -> Result<(), Error> {
    query!("delete from coaching_notifications where user_id = $1", user.0)
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
