//! Rate limits, counted in Postgres for all servers together.
//!
//! Each use case that unauthenticated clients can reach checks its limits before it does anything expensive. Fail closed: if
//! the counters are unavailable, requests are rejected. API requests are counted in batches, see `local_batch`.

mod api;
mod config;
mod counter;
mod local_batch;
mod login;
mod queries;

pub use api::{check_api, check_api_caller, check_caller};
pub(crate) use api::{check_unknown_key, count_unknown_key};
pub use config::{Limit, Limits};
pub(crate) use login::{check_login, record_login_success};

use crate::{
    Error, Services,
    context::{Caller, ClientInfo},
    platform::db::GlobalTx,
};
use counter::{Counters, fail_closed};
use domain::{ErrorCode, SessionId};
use local_batch::LocalBatches;
use std::sync::Arc;

/// The configured limits, and this process's batches of them.
#[derive(Clone, Debug, Default)]
pub struct Limiter {
    limits: Limits,
    local_batches: Arc<LocalBatches>,
}

impl Limiter {
    /// A limiter with these limits.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            local_batches: Arc::default(),
        }
    }
}

/// Call this before an account is created.
///
/// # Errors
/// `rate_limited`; [`Error::Unavailable`] when the counters are unavailable.
pub(crate) async fn check_register(services: &Services, client: &ClientInfo) -> Result<(), Error> {
    let limit = services.limiter.limits.register;
    check(services, client, &[(limit, &client.network_key())]).await
}

/// Call this before a demo account is created.
///
/// # Errors
/// As [`check_register`].
pub(crate) async fn check_demo(services: &Services, client: &ClientInfo) -> Result<(), Error> {
    let limit = services.limiter.limits.demo;
    check(services, client, &[(limit, &client.network_key())]).await
}

/// Call this before a sign-in with an OAuth provider.
///
/// # Errors
/// As [`check_register`].
pub async fn check_oauth_sign_in(services: &Services, client: &ClientInfo) -> Result<(), Error> {
    let limit = services.limiter.limits.login_address;
    check(services, client, &[(limit, &client.network_key())]).await
}

/// Call this before an email is sent for an unauthenticated request: a password reset or a new confirmation. Counts
/// unregistered addresses, too, so that the response does not reveal whether an account exists.
///
/// # Errors
/// As [`check_register`].
pub async fn check_email(
    services: &Services,
    client: &ClientInfo,
    email_normalized: &str,
) -> Result<(), Error> {
    let limits = services.limiter.limits;
    let subjects = [
        (limits.email_per_recipient, email_normalized),
        (limits.email_per_ip, &client.network_key()),
    ];
    check(services, client, &subjects).await
}

/// Call this before a token from an email is looked up.
///
/// # Errors
/// As [`check_register`].
pub async fn check_email_token(services: &Services, client: &ClientInfo) -> Result<(), Error> {
    let limit = services.limiter.limits.token_use_per_ip;
    check(services, client, &[(limit, &client.network_key())]).await
}

/// Call it before looking up a calendar feed, so that no one can guess its address.
///
/// # Errors
/// As [`check_register`].
pub(crate) async fn check_calendar_feed(services: &Services, client: &ClientInfo) -> Result<(), Error> {
    let limit = services.limiter.limits.calendar_feed;
    check(services, client, &[(limit, &client.network_key())]).await
}

/// Call this before an unsubscribe link is used.
///
/// # Errors
/// As [`check_register`].
pub(crate) async fn check_unsubscribe(services: &Services, client: &ClientInfo) -> Result<(), Error> {
    let limit = services.limiter.limits.unsubscribe;
    check(services, client, &[(limit, &client.network_key())]).await
}

/// Call this before an organization is created.
///
/// # Errors
/// As [`check_register`].
pub(crate) async fn check_organization(
    services: &Services,
    client: &ClientInfo,
    caller: &Caller,
) -> Result<(), Error> {
    let limit = services.limiter.limits.organization;
    check(services, client, &[(limit, &caller.user.id.to_string())]).await
}

/// Call this before a member is asked for access.
///
/// # Errors
/// As [`check_register`].
pub(crate) async fn check_access_request(
    services: &Services,
    client: &ClientInfo,
    caller: &Caller,
) -> Result<(), Error> {
    let limit = services.limiter.limits.access_request;
    check(services, client, &[(limit, &caller.user.id.to_string())]).await
}

/// Call this before an invitation is sent. Counts all addresses, whether or not they have an account.
///
/// # Errors
/// As [`check_register`].
pub(crate) async fn check_invitation(
    services: &Services,
    client: &ClientInfo,
    caller: &Caller,
    email_normalized: &str,
) -> Result<(), Error> {
    let limits = services.limiter.limits;
    let (tenant, user) = (caller.tenant.id.to_string(), caller.user.id.to_string());
    let subjects = [
        (limits.invitation_per_tenant, tenant.as_str()),
        (limits.invitation_per_user, user.as_str()),
        (limits.invitation_per_recipient, email_normalized),
    ];
    check(services, client, &subjects).await
}

/// Counts an invitation for each recipient. Returns which of them may be invited.
///
/// # Errors
/// [`Error::Unavailable`] when the counters are unavailable.
pub(crate) async fn count_invitation_recipients(
    services: &Services,
    client: &ClientInfo,
    emails_normalized: &[&str],
) -> Result<Vec<bool>, Error> {
    let limit = services.limiter.limits.invitation_per_recipient;
    let mut allowed = Vec::with_capacity(emails_normalized.len());
    for email in emails_normalized {
        allowed.push(match check(services, client, &[(limit, email)]).await {
            Ok(()) => true,
            Err(Error::Api(error)) if error.code == ErrorCode::RateLimited => false,
            Err(error) => return Err(error),
        });
    }
    Ok(allowed)
}

/// Counts this many invitations of a member, or as many as are left. Returns how many may be sent.
///
/// # Errors
/// [`Error::Unavailable`] when the counters are unavailable.
pub(crate) async fn count_invitations(
    services: &Services,
    caller: &Caller,
    wanted: usize,
) -> Result<usize, Error> {
    let limits = services.limiter.limits;
    let (tenant, user) = (caller.tenant.id.to_string(), caller.user.id.to_string());
    let subjects = [
        (limits.invitation_per_tenant, tenant.as_str()),
        (limits.invitation_per_user, user.as_str()),
    ];
    let now = services.clock.now();
    let counters = Counters::new(services, &subjects, now);
    if counters.is_empty() {
        return Ok(wanted);
    }
    let mut granted = 0;
    // Each request to the counters gets at most a tenth of the remaining number.
    while granted < wanted {
        let batch = i32::try_from(wanted - granted).unwrap_or(i32::MAX);
        let consume = async {
            let mut conn = services.db.global_conn().await?;
            queries::consume(conn.conn(), &counters.request, batch, now).await
        };
        let usages = consume.await.map_err(fail_closed)?;
        let more = usages.iter().map(queries::Usage::granted).min().unwrap_or(0);
        if more == 0 {
            break;
        }
        granted += usize::try_from(more).unwrap_or(0);
    }
    Ok(granted)
}

/// Call this before the token of an invitation is looked up.
///
/// # Errors
/// As [`check_register`].
pub(crate) async fn check_invitation_lookup(services: &Services, client: &ClientInfo) -> Result<(), Error> {
    let limit = services.limiter.limits.invitation_lookup;
    check(services, client, &[(limit, &client.network_key())]).await
}

/// Call this before the record of an email domain is looked up.
///
/// # Errors
/// As [`check_register`].
pub(crate) async fn check_domain_lookup(
    services: &Services,
    client: &ClientInfo,
    caller: &Caller,
) -> Result<(), Error> {
    let limit = services.limiter.limits.domain_lookup;
    check(services, client, &[(limit, &caller.tenant.id.to_string())]).await
}

/// Call this before a server is contacted whose name and password a user entered, so that no one guesses passwords or looks
/// for servers through this one.
///
/// # Errors
/// As [`check_register`].
pub(crate) async fn check_connect_imap(
    services: &Services,
    client: &ClientInfo,
    caller: &Caller,
) -> Result<(), Error> {
    let limit = services.limiter.limits.connect_imap;
    check(services, client, &[(limit, &caller.user.id.to_string())]).await
}

/// Call this before a refresh token is exchanged, in the transaction that holds its lock.
///
/// # Errors
/// As [`check_register`].
pub(crate) async fn check_refresh(
    services: &Services,
    tx: &mut GlobalTx,
    client: &ClientInfo,
    session: SessionId,
) -> Result<(), Error> {
    let limit = services.limiter.limits.refresh;
    if limit.is_off() {
        return Ok(());
    }
    let now = services.clock.now();
    let counters = Counters::new(services, &[(limit, &session.to_string())], now);
    let usages = queries::consume(tx.conn(), &counters.request, 1, now)
        .await
        .map_err(fail_closed)?;
    counters.check_usage(client, &usages, now)
}

/// Deletes counters whose window has ended, in this process and in the database, and expired login networks.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn delete_expired(services: &Services) -> Result<(), Error> {
    let now = services.clock.now();
    services.limiter.local_batches.delete_expired(now);
    let mut conn = services.db.global_conn().await?;
    queries::delete_expired(conn.conn(), now).await
}

/// Counts one request under each limit and its subject.
async fn check(services: &Services, client: &ClientInfo, subjects: &[(Limit, &str)]) -> Result<(), Error> {
    let now = services.clock.now();
    let counters = Counters::new(services, subjects, now);
    if counters.is_empty() {
        return Ok(());
    }
    let consume = async {
        let mut conn = services.db.global_conn().await?;
        queries::consume(conn.conn(), &counters.request, 1, now).await
    };
    let usages = consume.await.map_err(fail_closed)?;
    counters.check_usage(client, &usages, now)
}
