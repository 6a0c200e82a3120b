//! Emails about coaching: about comments, to the owner of the application when someone else comments, and to members with access who have
//! commented there when the owner comments; about tasks and access requests, to the member; about grants, to the coach. At most one email
//! an hour, and only to recipients who have not turned them off.

mod digest;
mod job;
mod token;

pub(crate) use job::NotifyOfCoaching;

use super::queries::notifications as queries;
use crate::{
    Error, Services, auth,
    background::Job,
    context::{Caller, ClientInfo, Grant},
    platform::db::GlobalTx,
    rate_limit,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{JobApplicationId, UserId, coaching::CommentEmails, tenants::TenantKind};
use std::time::Duration;
use uuid::Uuid;

/// The subject of an email to a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum NotificationKind {
    /// Someone has commented on an application.
    Comment,
    /// A coach has assigned a task.
    Task,
    /// A coach asks for access.
    AccessRequest,
    /// A member has granted access.
    AccessGrant,
}

impl NotificationKind {
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Time from the first event to its email, so that a burst becomes one email.
const DELAY: TimeDelta = TimeDelta::minutes(3);
/// Minimum time between two emails to a user.
const INTERVAL: TimeDelta = TimeDelta::hours(1);

/// Whether the caller gets emails about coaching.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn get_comment_emails(services: &Services, caller: &Caller) -> Result<CommentEmails, Error> {
    let mut conn = services.db.global_conn().await?;
    let enabled = queries::is_enabled(&mut conn, caller.user.id).await?;
    Ok(CommentEmails { enabled })
}

/// Turns the caller's emails about coaching on or off, in all their workspaces.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn set_comment_emails(
    services: &Services,
    caller: &Caller,
    input: CommentEmails,
) -> Result<CommentEmails, Error> {
    let mut tx = auth::begin_for_user(services, caller.user.id).await?;
    set_enabled(&mut tx, caller.user.id, input.enabled).await?;
    tx.commit().await?;
    Ok(input)
}

/// Whether the user of this unsubscribe link still gets emails.
///
/// # Errors
/// `not_found` for a token that we have not issued; `rate_limited`.
pub async fn find_subscription(
    services: &Services,
    client: &ClientInfo,
    token: &str,
) -> Result<CommentEmails, Error> {
    rate_limit::check_unsubscribe(services, client).await?;
    let user = token::verify(&services.keys, token).ok_or_else(Error::not_found)?;
    let mut conn = services.db.global_conn().await?;
    let found = auth::queries::find_user(conn.conn(), user).await?;
    found.ok_or_else(Error::not_found)?;
    let enabled = queries::is_enabled(&mut conn, user).await?;
    Ok(CommentEmails { enabled })
}

/// Turns emails about coaching off for the user of this unsubscribe link. The link can be used again.
///
/// # Errors
/// As [`find_subscription`].
pub async fn unsubscribe(services: &Services, client: &ClientInfo, token: &str) -> Result<(), Error> {
    rate_limit::check_unsubscribe(services, client).await?;
    let user = token::verify(&services.keys, token).ok_or_else(Error::not_found)?;
    let mut tx = services.db.begin_global().await?;
    if !auth::queries::share_user(&mut tx, user).await? {
        return Err(Error::not_found());
    }
    set_enabled(&mut tx, user, false).await?;
    tx.commit().await
}

async fn set_enabled(tx: &mut GlobalTx, user: UserId, is_enabled: bool) -> Result<(), Error> {
    queries::set_enabled(tx, user, is_enabled).await?;
    if !is_enabled {
        queries::delete_all(tx, user).await?;
    }
    Ok(())
}

/// The unsubscribe address in emails to the user.
fn unsubscribe_url(services: &Services, user: UserId) -> String {
    let token = token::encode(&services.keys, user);
    format!(
        "{}{}",
        services.public_url,
        domain::routes::Route::Unsubscribe(token)
    )
}

/// Possible recipients of an email about a comment by the caller on an application of this owner. Recipients who may not see it are
/// left out when the email is sent.
pub(super) async fn find_recipients(
    services: &Services,
    caller: &Caller,
    grant: Grant,
    owner: UserId,
    application: JobApplicationId,
) -> Result<Vec<UserId>, Error> {
    if owner != caller.user.id {
        return Ok(vec![owner]);
    }
    if caller.tenant.kind != TenantKind::Organization {
        return Ok(Vec::new());
    }
    let mut tx = services.db.begin(grant.to_read()).await?;
    let authors = queries::list_authors_with_access(&mut tx, application).await?;
    tx.commit().await?;
    Ok(authors)
}

/// Schedules emails about an object, in the transaction that adds it. `object` is the id of a comment or task, or for a request or grant
/// the id of the caller. Recipients who are not members are left out.
pub(crate) async fn notify(
    services: &Services,
    tx: &mut GlobalTx,
    grant: Grant,
    recipients: &[UserId],
    kind: NotificationKind,
    object: Uuid,
    created_at: DateTime<Utc>,
) -> Result<(), Error> {
    let mut members = Vec::new();
    for user in recipients {
        // Prevents recipients' accounts and jobs from being deleted in the meantime.
        if auth::queries::share_user(tx, *user).await? {
            members.push(*user);
        }
    }
    // Ordered by id, the order in which jobs are locked.
    let recipients = queries::list_subscribed(tx, grant.tenant(), &members).await?;
    for user in &recipients {
        let job = NotifyOfCoaching::KIND;
        Job::enqueue_after(services, tx, job, *user, user.0, to_duration(DELAY)).await?;
    }
    let new = queries::NotificationRow {
        tenant: grant.tenant(),
        kind,
        object,
        created_at,
    };
    queries::insert(tx, &recipients, &new).await
}

fn to_duration(delta: TimeDelta) -> Duration {
    delta.to_std().unwrap_or_default()
}
