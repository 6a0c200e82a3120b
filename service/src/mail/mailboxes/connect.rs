//! Connecting a Gmail mailbox, with tokens that a program was granted or that a person granted in the browser.

use super::{
    access::Access,
    gmail::{Gmail, Trouble},
    queries,
};
use crate::{
    Error, Services,
    identities::{Granted, unavailable},
    jobs::{self, Job, Kind},
    tenants::{Caller, Grant, permit},
};
use chrono::TimeDelta;
use domain::{
    ErrorCode,
    mail::{Mailbox, UpdateGmailTokenInput},
    tenants::Action,
    users::EmailAddress,
};
use secrecy::SecretString;

/// Asks Gmail whose mailbox the token opens, keeps the token and queues fetching.
///
/// # Errors
/// `token_rejected` when Gmail does not take the token or it does not open mail; `provider_unavailable`.
pub async fn update_gmail_token(
    services: &Services,
    caller: &Caller,
    input: UpdateGmailTokenInput,
) -> Result<Mailbox, Error> {
    input.check()?;
    let grant = permit(caller, Action::ImportMail)?;
    let now = services.clock.now();
    let access = Access {
        token: SecretString::from(input.access_token),
        refresh: input.refresh_token.map(SecretString::from),
        expires_at: input.expires_in.map(|seconds| now + TimeDelta::seconds(seconds)),
    };
    connect(services, grant, access).await
}

/// Whether the caller's role brings mail in.
///
/// # Errors
/// `forbidden`.
pub(crate) fn may_connect(caller: &Caller) -> Result<(), Error> {
    permit(caller, Action::ImportMail).map(drop)
}

/// As [`update_gmail_token`], with what a person granted at Google a moment ago.
///
/// # Errors
/// `token_rejected` when it does not open mail; `provider_unavailable`.
pub(crate) async fn connect_gmail(
    services: &Services,
    caller: &Caller,
    granted: Granted,
) -> Result<Mailbox, Error> {
    let grant = permit(caller, Action::ImportMail)?;
    let access = Access {
        token: granted.access,
        refresh: granted.refresh,
        expires_at: granted.expires_at,
    };
    match connect(services, grant, access).await {
        Err(Error::Api(error)) if error.code == ErrorCode::TokenRejected => Err(not_allowed()),
        connected => connected,
    }
}

/// That the person came back from Google without letting us read.
pub(crate) fn not_allowed() -> Error {
    Error::api(
        ErrorCode::TokenRejected,
        "Google did not let JobHax read your mail: the box for it stayed empty. Connect again and tick \u{201c}View your email \
         messages and settings\u{201d}. JobHax cannot send or change anything.",
    )
}

async fn connect(services: &Services, grant: Grant, access: Access) -> Result<Mailbox, Error> {
    let now = services.clock.now();
    let address = whose(services, &access).await?;
    let known = {
        let mut tx = services.db.begin(grant).await?;
        let known = queries::find_gmail(&mut tx, address.as_str()).await?;
        tx.commit().await?;
        known
    };
    let id = known.unwrap_or_else(|| services.id());
    let sealed = access.seal(services, grant.tenant(), id)?;
    let mut tx = Job::enqueue(services, grant, Kind::SyncMailbox, id.0).await?;
    let mailbox = queries::connect(&mut tx, id, address.as_str(), now).await?;
    if mailbox.id != id {
        return Err(Error::api(
            ErrorCode::Conflict,
            "This mailbox is being connected by another request. Try again.",
        ));
    }
    queries::keep_access(&mut tx, id, &sealed).await?;
    tx.commit().await?;
    jobs::wake();
    Ok(mailbox)
}

async fn whose(services: &Services, access: &Access) -> Result<EmailAddress, Error> {
    let rejected = |detail: &str| Error::api(ErrorCode::TokenRejected, detail);
    let gmail = Gmail::new(services, access.token.clone());
    match gmail.profile(services.clock.now()).await {
        Ok(profile) => {
            EmailAddress::parse(&profile.email_address.to_lowercase()).map_err(|_| unavailable("Gmail"))
        }
        Err(Trouble::Unauthorized) => Err(rejected(
            "Gmail does not take this access token. Get a fresh one and send it again.",
        )),
        Err(Trouble::Forbidden) => Err(rejected(
            "This token may not read mail. Ask for the scope https://www.googleapis.com/auth/gmail.readonly.",
        )),
        Err(Trouble::Busy(wait)) => {
            let mut error = domain::ApiError::new(
                ErrorCode::ProviderUnavailable,
                "Gmail asks us to wait. Try again later.",
            );
            error.retry_after = u32::try_from(wait.as_secs()).ok();
            Err(error.into())
        }
        Err(Trouble::Away(error)) => {
            tracing::warn!(%error, "Gmail does not answer as it should");
            Err(unavailable("Gmail"))
        }
    }
}
