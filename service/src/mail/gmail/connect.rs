//! Connects a Gmail mailbox, with tokens sent by an API client or obtained by an OAuth flow in the browser.

use super::{
    Gmail,
    client::{GmailClient, GmailError},
    tokens::GmailTokens,
};
use crate::{
    Error, Services,
    auth::{
        self,
        oauth::{
            self, AuthorizationRequest, CallbackError, GmailAuthorization, ProviderId, Purpose,
            provider_unavailable,
        },
    },
    background::{self, Job},
    context::{Caller, ClientInfo, Grant, permit},
    mail::{
        queries::mailboxes,
        sync::{MailSource as _, start_preview},
    },
    quotas,
};
use chrono::TimeDelta;
use domain::{
    ApiError, ErrorCode, UserId,
    mail::{Mailbox, MailboxKind, UpdateGmailTokenInput},
    quotas::Quota,
    routes::Route,
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
    let tokens = GmailTokens {
        access_token: SecretString::from(input.access_token),
        refresh_token: input.refresh_token.map(SecretString::from),
        expires_at: input.expires_in.map(|seconds| now + TimeDelta::seconds(seconds)),
    };
    connect(services, grant, tokens, input.dry_run).await
}

/// Starts an OAuth flow that connects a mailbox to the workspace of a page; `purpose` says whether its first sync is a preview.
///
/// # Errors
/// `not_found` if the page belongs to no workspace of the user; `forbidden` if their role may not import email; those of
/// [`oauth::start`].
pub async fn start_gmail_connection(
    services: &Services,
    provider: ProviderId,
    purpose: Purpose,
    page: Option<&Route>,
    browser_secret: Option<&str>,
    client: &ClientInfo,
) -> Result<AuthorizationRequest, Error> {
    let (Purpose::ConnectGmail(user) | Purpose::PreviewGmail(user)) = purpose else {
        return Err(Error::Internal("not a flow that connects Gmail".into()));
    };
    let caller = caller_of_page(services, user, page).await?;
    permit(&caller, Action::ImportMail)?;
    oauth::start(services, provider, purpose, page, browser_secret, client).await
}

/// Connects the mailbox after the callback of an OAuth flow, and queues a sync. Returns the page to show.
///
/// # Errors
/// See [`CallbackError`]: `token_rejected` if the user did not allow reading email; `not_found` and `forbidden` as
/// [`start_gmail_connection`]; `provider_unavailable`.
pub async fn connect_authorized_gmail(
    services: &Services,
    authorization: GmailAuthorization,
) -> Result<Route, CallbackError> {
    let (user, page) = (authorization.user, authorization.page.clone());
    match connect_authorized(services, authorization).await {
        Ok(mailbox) => Ok(match (mailbox.import_id, page.slug()) {
            (Some(preview), Some(slug)) => Route::Import(slug.to_owned(), preview),
            _ => page,
        }),
        Err(error) => Err(GmailAuthorization::error(user, page, error)),
    }
}

async fn connect_authorized(
    services: &Services,
    authorization: GmailAuthorization,
) -> Result<Mailbox, Error> {
    if !authorization.can_read_mail() {
        return Err(access_not_granted());
    }
    let caller = caller_of_page(services, authorization.user, Some(&authorization.page)).await?;
    let grant = permit(&caller, Action::ImportMail)?;
    let tokens = GmailTokens {
        access_token: authorization.tokens.access_token,
        refresh_token: authorization.tokens.refresh_token,
        expires_at: authorization.tokens.expires_at,
    };
    match connect(services, grant, tokens, authorization.dry_run).await {
        Err(Error::Api(error)) if error.code == ErrorCode::TokenRejected => Err(access_not_granted()),
        result => result,
    }
}

/// The user as a member of the workspace that a page belongs to.
async fn caller_of_page(services: &Services, user: UserId, page: Option<&Route>) -> Result<Caller, Error> {
    let Some(Route::Workspace(slug, _)) = page else {
        return Err(Error::not_found());
    };
    auth::authenticate_session(services, user, uuid::Uuid::nil().into(), slug).await
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
    tokens: GmailTokens,
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
    mailboxes::upsert_tokens(&mut tx, id, &encrypted).await?;
    if dry_run {
        mailbox.import_id = start_preview(services, &mut tx, id).await?;
    }
    tx.commit().await?;
    background::wake();
    Ok(mailbox)
}

/// The email address of the mailbox that the access token belongs to.
async fn fetch_address(services: &Services, tokens: &GmailTokens) -> Result<EmailAddress, Error> {
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
