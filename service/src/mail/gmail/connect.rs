//! Connects a Gmail mailbox, with tokens sent by an API client or obtained by an OAuth flow in the browser.

use super::{
    Gmail,
    client::{GmailClient, GmailError},
};
use crate::{
    Error, Services,
    auth::oauth::{MailboxAuthorization, provider_unavailable},
    background::{self, Job},
    context::{Caller, Grant, permit},
    mail::{
        queries::{mailbox_tokens, mailboxes},
        sync::{MailSource as _, start_preview},
        tokens::MailboxTokens,
    },
    quotas,
};
use chrono::TimeDelta;
use domain::{
    ApiError, ErrorCode,
    mail::{Mailbox, MailboxKind, UpdateGmailTokenInput},
    quotas::Quota,
    tenants::Action,
    users::EmailAddress,
};
use secrecy::SecretString;

/// Connects the mailbox that the access token belongs to, and queues a sync.
///
/// # Errors
/// `token_rejected` if Gmail rejects the token or it does not allow reading email; `provider_unavailable`.
pub async fn update_gmail_token(
    services: &Services,
    caller: &Caller,
    input: UpdateGmailTokenInput,
) -> Result<Mailbox, Error> {
    input.validate()?;
    let grant = permit(caller, Action::ImportMail)?;
    let now = services.clock.now();
    let tokens = MailboxTokens {
        access_token: SecretString::from(input.access_token),
        refresh_token: input.refresh_token.map(SecretString::from),
        expires_at: input.expires_in.map(|seconds| now + TimeDelta::seconds(seconds)),
    };
    connect(services, grant, tokens, input.dry_run).await
}

/// Connects the mailbox that a user has given access to in the browser, and queues a sync.
///
/// # Errors
/// `token_rejected` if the user did not allow reading email; `provider_unavailable`.
pub async fn connect_gmail(
    services: &Services,
    caller: &Caller,
    authorization: MailboxAuthorization,
) -> Result<Mailbox, Error> {
    if !authorization.can_read_mail() {
        return Err(access_not_granted());
    }
    let grant = permit(caller, Action::ImportMail)?;
    match connect(
        services,
        grant,
        authorization.tokens.into(),
        authorization.dry_run,
    )
    .await
    {
        Err(Error::Api(error)) if error.code == ErrorCode::TokenRejected => Err(access_not_granted()),
        result => result,
    }
}

fn access_not_granted() -> Error {
    Error::api(
        ErrorCode::TokenRejected,
        "Google did not give JobHax access to your email, because its checkbox was not selected. Connect again and select \
         \u{201c}View your email messages and settings\u{201d}. JobHax cannot send or change anything.",
    )
}

async fn connect(
    services: &Services,
    grant: Grant,
    tokens: MailboxTokens,
    dry_run: bool,
) -> Result<Mailbox, Error> {
    let now = services.clock.now();
    let address = fetch_address(services, &tokens).await?;
    let existing = {
        let mut tx = services.db.begin(grant).await?;
        let existing = mailboxes::find_mailbox(&mut tx, MailboxKind::Gmail, address.as_str()).await?;
        tx.commit().await?;
        existing
    };
    let id = existing.unwrap_or_else(|| services.id());
    let encrypted = tokens.encrypt(services, grant.tenant(), id)?;
    let mut tx = Job::enqueue(services, grant, Gmail::KIND, id.0).await?;
    if existing.is_none() {
        quotas::check(services, &mut tx, Quota::Mailboxes, 1).await?;
    }
    let mut mailbox =
        mailboxes::upsert_mailbox(&mut tx, id, MailboxKind::Gmail, address.as_str(), now).await?;
    mailbox_tokens::upsert(&mut tx, id, &encrypted).await?;
    if dry_run {
        mailbox.import_id = start_preview(services, &mut tx, id).await?;
    }
    tx.commit().await?;
    background::wake();
    Ok(mailbox)
}

/// The email address of the mailbox that the access token belongs to.
async fn fetch_address(services: &Services, tokens: &MailboxTokens) -> Result<EmailAddress, Error> {
    let rejected = |detail: &str| Error::api(ErrorCode::TokenRejected, detail);
    let gmail = GmailClient::new(services, tokens.access_token.clone());
    match gmail.fetch_profile(services.clock.now()).await {
        Ok(profile) => EmailAddress::parse(&profile.email_address.to_lowercase())
            .map_err(|_| provider_unavailable("Gmail")),
        Err(GmailError::Unauthorized) => Err(rejected(
            "Gmail rejected the access token. Get a new one and try again.",
        )),
        Err(GmailError::Forbidden) => Err(rejected(
            "The access token does not allow reading email. Request the scope https://www.googleapis.com/auth/gmail.readonly.",
        )),
        Err(GmailError::RateLimited(wait)) => {
            let mut error = ApiError::new(
                ErrorCode::ProviderUnavailable,
                "Gmail is limiting requests. Try again later.",
            );
            error.retry_after = u32::try_from(wait.as_secs()).ok();
            Err(error.into())
        }
        Err(GmailError::Unavailable(error)) => {
            tracing::warn!(%error, "Gmail request failed");
            Err(provider_unavailable("Gmail"))
        }
    }
}
