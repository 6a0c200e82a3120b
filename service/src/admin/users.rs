//! Accounts.

use super::{MAX_ROWS, queries};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    auth::{Invalidation, normalize_email, queries::lock_user_exclusively},
    background::{self, JobHandler as _, JobKind},
    email::{self, EmailTemplate, Recipient},
    mail::{Gmail, Imap, SyncMailbox},
    platform::db::GlobalTx,
    webhooks::DeliverWebhooks,
    wiring,
};
use chrono::{DateTime, Utc};
use domain::{UserId, audit::AuditAction};
use serde::Serialize;

/// An account as the operator sees it.
#[derive(Clone, Debug, Serialize)]
pub struct UserSummary {
    /// Id of the user.
    pub id: UserId,
    /// The email address.
    pub email: String,
    /// First and last name.
    pub name: String,
    /// Whether the address is confirmed.
    pub email_verified: bool,
    /// When the account was created.
    pub created_at: DateTime<Utc>,
    /// When it was locked; `None` if it is not.
    pub locked_at: Option<DateTime<Utc>>,
    /// The slugs of the user's workspaces.
    pub tenants: Vec<String>,
}

/// The accounts whose id, email address or name contains the text, the newest first. Without a text, all accounts.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn list_users(services: &Services, q: Option<&str>) -> Result<Vec<UserSummary>, Error> {
    let mut conn = services.db.global_conn().await?;
    queries::list_users(&mut conn, q.map(normalize_email).as_deref(), MAX_ROWS).await
}

/// Locks an account: all its sessions end immediately on all servers, and signing in is refused. Its API keys, calendar feed, webhooks and
/// mailboxes do nothing until it is unlocked. Locking it again changes nothing.
///
/// # Errors
/// `not_found`.
pub async fn lock_user(services: &Services, user: UserId) -> Result<(), Error> {
    let mut tx = begin(services, user).await?;
    if queries::set_locked(&mut tx, user, Some(services.clock.now())).await? {
        queries::delete_all_sessions(&mut tx, user).await?;
        background::interrupt_for_user(&mut tx, user, &suspended_kinds()).await?;
        append(services, &mut tx, user, AuditAction::AccountLocked).await?;
    }
    services.auth_cache.commit(tx, &[Invalidation::User(user)]).await
}

/// Unlocks an account. Its webhooks and mailboxes continue where they were. Unlocking it again changes nothing.
///
/// # Errors
/// `not_found`.
pub async fn unlock_user(services: &Services, user: UserId) -> Result<(), Error> {
    let mut tx = begin(services, user).await?;
    if queries::set_locked(&mut tx, user, None).await? {
        background::resume_for_user(&mut tx, user, &suspended_kinds()).await?;
        append(services, &mut tx, user, AuditAction::AccountUnlocked).await?;
    }
    services
        .auth_cache
        .commit(tx, &[Invalidation::User(user)])
        .await?;
    background::wake();
    Ok(())
}

/// The kinds of recurring jobs, which pause while an account is locked.
fn suspended_kinds() -> [JobKind; 3] {
    [
        SyncMailbox(Gmail).kind(),
        SyncMailbox(Imap).kind(),
        DeliverWebhooks::KIND,
    ]
}

/// Queues the email that confirms the address again. Returns false if it is confirmed.
///
/// # Errors
/// `not_found`.
pub async fn resend_verification(services: &Services, user: UserId) -> Result<bool, Error> {
    let found = list_users(services, Some(&user.to_string())).await?;
    let found = found.into_iter().next().ok_or_else(Error::not_found)?;
    if found.email_verified {
        return Ok(false);
    }
    let mut tx = begin(services, user).await?;
    let recipient = Recipient::User(user, &found.email);
    email::enqueue(services, &mut tx, EmailTemplate::VerifyEmail, recipient, None).await?;
    append(services, &mut tx, user, AuditAction::VerificationResent).await?;
    tx.commit().await?;
    Ok(true)
}

/// Deletes an account as its user would.
///
/// # Errors
/// `not_found`.
pub async fn delete_user(services: &Services, user: UserId) -> Result<(), Error> {
    drop(begin(services, user).await?);
    if wiring::delete_user_as_operator(services, user).await? {
        Ok(())
    } else {
        Err(Error::not_found())
    }
}

/// Waits for open transactions of the user and blocks new ones.
async fn begin(services: &Services, user: UserId) -> Result<GlobalTx, Error> {
    let mut tx = services.db.begin_global().await?;
    lock_user_exclusively(&mut tx, user).await?;
    if queries::user_exists(&mut tx, user).await? {
        Ok(tx)
    } else {
        Err(Error::not_found())
    }
}

async fn append(
    services: &Services,
    tx: &mut GlobalTx,
    user: UserId,
    action: AuditAction,
) -> Result<(), Error> {
    let Some(tenant) = audit::find_personal_tenant(tx, user).await? else {
        return Ok(());
    };
    let event = NewEvent::by_operator(tenant, action).about_member(user);
    audit::append(services, tx.conn(), &event).await
}
