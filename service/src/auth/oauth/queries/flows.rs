//! Authorization code flows that were started in browsers.

use crate::{
    Error,
    auth::oauth::{
        authorization::{FlowLookup, MailboxProvider, Purpose},
        provider_id::ProviderId,
    },
    platform::db::GlobalConn,
};
use chrono::{DateTime, Utc};
use domain::UserId;
use sqlx::query;
use uuid::Uuid;

/// The row that was stored when the flow started.
pub(in crate::auth::oauth) struct Flow {
    pub purpose: Purpose,
    pub next: Option<String>,
}

/// A flow and its state.
pub(in crate::auth::oauth) struct FlowState {
    pub browser_hash: Vec<u8>,
    pub provider: String,
    pub purpose: Purpose,
    pub next: Option<String>,
    pub used_at: Option<DateTime<Utc>>,
    /// The result of a completed sign-in.
    pub signed_in_user: Option<UserId>,
}

pub(in crate::auth::oauth) async fn insert_flow(
    conn: &mut GlobalConn,
    lookup: &FlowLookup,
    provider: ProviderId,
    flow: &Flow,
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    let (purpose, user) = match flow.purpose {
        Purpose::SignIn => ("sign_in", None),
        Purpose::Link(user) => ("link", Some(user.0)),
        Purpose::Test(user) => ("test", Some(user.0)),
        Purpose::ConnectMailbox(MailboxProvider::Gmail, user) => ("gmail", Some(user.0)),
        Purpose::PreviewMailbox(MailboxProvider::Gmail, user) => ("gmail_preview", Some(user.0)),
        Purpose::ConnectMailbox(MailboxProvider::Outlook, user) => ("outlook", Some(user.0)),
        Purpose::PreviewMailbox(MailboxProvider::Outlook, user) => ("outlook_preview", Some(user.0)),
    };
    query!(
        r#"
        insert into oauth_flows (state_hash, browser_hash, provider, purpose, user_id, next, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        lookup.state_hash,
        lookup.browser_hash,
        provider.to_string(),
        purpose,
        user,
        flow.next,
        expires_at,
    )
    .execute(conn.conn())
    .await?;
    Ok(())
}

/// Marks a flow as used. Of several concurrent callbacks only one gets the flow.
pub(in crate::auth::oauth) async fn consume_flow(
    conn: &mut GlobalConn,
    lookup: &FlowLookup,
    provider: ProviderId,
    now: DateTime<Utc>,
) -> Result<Option<Flow>, Error> {
    let row = query!(
        r#"
        update oauth_flows set used_at = $4
        where state_hash = $1 and browser_hash = $2 and provider = $3 and used_at is null and expires_at > $4
        returning purpose, user_id, next
        "#,
        lookup.state_hash,
        lookup.browser_hash,
        provider.to_string(),
        now,
    )
    .fetch_optional(conn.conn())
    .await?;
    row.map(|r| {
        Ok(Flow {
            purpose: parse_purpose(&r.purpose, r.user_id)?,
            next: r.next,
        })
    })
    .transpose()
}

/// Finds a flow by its state alone, whatever its browser and provider.
pub(in crate::auth::oauth) async fn find_flow(
    conn: &mut GlobalConn,
    state_hash: &[u8],
) -> Result<Option<FlowState>, Error> {
    let row = query!(
        r#"
        select browser_hash, provider, purpose, user_id, next, used_at, signed_in_user_id
        from oauth_flows
        where state_hash = $1
        "#,
        state_hash,
    )
    .fetch_optional(conn.conn())
    .await?;
    row.map(|r| {
        Ok(FlowState {
            browser_hash: r.browser_hash,
            provider: r.provider,
            purpose: parse_purpose(&r.purpose, r.user_id)?,
            next: r.next,
            used_at: r.used_at,
            signed_in_user: r.signed_in_user_id.map(Into::into),
        })
    })
    .transpose()
}

/// Records the result of a sign-in, for a repeated callback.
pub(in crate::auth::oauth) async fn set_signed_in_user(
    conn: &mut GlobalConn,
    lookup: &FlowLookup,
    user: UserId,
) -> Result<(), Error> {
    query!(
        "update oauth_flows set signed_in_user_id = $2 where state_hash = $1",
        lookup.state_hash,
        user.0
    )
    .execute(conn.conn())
    .await?;
    Ok(())
}

/// Deletes expired flows, except those that another transaction has locked.
pub(crate) async fn delete_expired_flows(conn: &mut GlobalConn, now: DateTime<Utc>) -> Result<(), Error> {
    query!(
        r#"
        with locked as (select state_hash from oauth_flows where expires_at <= $1 for update skip locked)
        delete from oauth_flows where state_hash in (select state_hash from locked)
        "#,
        now
    )
    .execute(conn.conn())
    .await?;
    Ok(())
}

fn parse_purpose(purpose: &str, user: Option<Uuid>) -> Result<Purpose, Error> {
    match (purpose, user) {
        ("sign_in", None) => Ok(Purpose::SignIn),
        ("link", Some(user)) => Ok(Purpose::Link(user.into())),
        ("test", Some(user)) => Ok(Purpose::Test(user.into())),
        ("gmail", Some(user)) => Ok(Purpose::ConnectMailbox(MailboxProvider::Gmail, user.into())),
        ("gmail_preview", Some(user)) => Ok(Purpose::PreviewMailbox(MailboxProvider::Gmail, user.into())),
        ("outlook", Some(user)) => Ok(Purpose::ConnectMailbox(MailboxProvider::Outlook, user.into())),
        ("outlook_preview", Some(user)) => Ok(Purpose::PreviewMailbox(MailboxProvider::Outlook, user.into())),
        _ => Err(Error::Internal(
            "unknown OAuth flow purpose in the database".into(),
        )),
    }
}
