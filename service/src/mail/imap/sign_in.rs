//! Signs in to the account of a connected mailbox.

use super::{
    account::{Credential, decrypt_password, encrypt_password},
    client::ImapClient,
    error::ImapError,
};
use crate::{
    Error, Services,
    auth::oauth::{MailboxProvider, RefreshOutcome, refresh_mailbox_token},
    context::Grant,
    mail::{
        queries::{
            imap::{self, AccountRow},
            mailbox_tokens,
        },
        tokens::MailboxTokens,
    },
    platform::crypto::column_cipher,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::MailboxId;

/// An access token that expires within this time is renewed first, so that a sync does not begin with a token that is about to
/// expire.
const RENEWAL_MARGIN: TimeDelta = TimeDelta::minutes(5);

/// A signed-in connection.
pub struct SignIn {
    pub client: ImapClient,
    /// When the access token expires. The server may end the connection then.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Why signing in failed.
pub enum SignInError {
    /// The user must connect the mailbox again.
    Revoked,
    Imap(ImapError),
    Other(Error),
}

impl From<ImapError> for SignInError {
    fn from(error: ImapError) -> Self {
        Self::Imap(error)
    }
}

impl From<Error> for SignInError {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// Signs in with the password or the access token of the mailbox. The token is renewed before it expires, and once more if the
/// server rejects it.
pub async fn sign_in(
    services: &Services,
    grant: Grant,
    mailbox: MailboxId,
    account: &AccountRow,
) -> Result<SignIn, SignInError> {
    if let Some(encrypted) = &account.password {
        let credential = load_password(services, grant, mailbox, encrypted).await?;
        let client = ImapClient::sign_in(&services.imap, account, &credential).await?;
        return Ok(SignIn {
            client,
            expires_at: None,
        });
    }
    let (mut tokens, stored) = load_tokens(services, grant, mailbox).await?;
    let deadline = services.clock.now() + RENEWAL_MARGIN;
    let is_expiring = tokens.expires_at.is_some_and(|at| at <= deadline);
    if is_expiring {
        renew(services, grant, mailbox, &mut tokens, &stored).await?;
    }
    let mut result = ImapClient::sign_in(&services.imap, account, &tokens.credential()).await;
    if matches!(result, Err(ImapError::LoginRefused)) && !is_expiring {
        renew(services, grant, mailbox, &mut tokens, &stored).await?;
        result = ImapClient::sign_in(&services.imap, account, &tokens.credential()).await;
    }
    Ok(SignIn {
        client: result?,
        expires_at: tokens.expires_at,
    })
}

impl MailboxTokens {
    pub fn credential(&self) -> Credential {
        Credential::AccessToken(self.access_token.clone())
    }
}

async fn load_password(
    services: &Services,
    grant: Grant,
    mailbox: MailboxId,
    encrypted: &[u8],
) -> Result<Credential, SignInError> {
    let tenant = grant.tenant();
    let password = decrypt_password(services, tenant, mailbox, encrypted).map_err(|error| {
        tracing::warn!(%error, mailbox.id = %mailbox, "password cannot be decrypted, reconnect required");
        SignInError::Revoked
    })?;
    if !column_cipher::is_current(&services.keys, encrypted)? {
        // Re-encrypts the password after a key rotation, so that the previous key can be removed.
        let new = encrypt_password(services, tenant, mailbox, &password)?;
        let mut tx = services.db.begin(grant).await?;
        imap::update_password(&mut tx, mailbox, encrypted, &new).await?;
        tx.commit().await?;
    }
    Ok(Credential::Password(password))
}

/// The tokens, and the access token as stored, which is encrypted.
async fn load_tokens(
    services: &Services,
    grant: Grant,
    mailbox: MailboxId,
) -> Result<(MailboxTokens, Vec<u8>), SignInError> {
    let mut tx = services.db.begin(grant).await?;
    let row = mailbox_tokens::find(&mut tx, mailbox).await?;
    tx.commit().await?;
    let row = row.ok_or(SignInError::Revoked)?;
    let tokens = MailboxTokens::decrypt(services, grant.tenant(), &row).map_err(|error| {
        tracing::warn!(%error, mailbox.id = %mailbox, "mailbox tokens cannot be decrypted, reconnect required");
        SignInError::Revoked
    })?;
    Ok((tokens, row.tokens.access_token))
}

/// Gets a new access token and stores it with the new refresh token, which Microsoft replaces each time. If another process does
/// the same concurrently, the tokens of both are valid.
async fn renew(
    services: &Services,
    grant: Grant,
    mailbox: MailboxId,
    tokens: &mut MailboxTokens,
    stored: &[u8],
) -> Result<(), SignInError> {
    let refresh_token = tokens.refresh_token.as_ref().ok_or(SignInError::Revoked)?;
    match refresh_mailbox_token(services, MailboxProvider::Outlook, refresh_token).await? {
        RefreshOutcome::Revoked => return Err(SignInError::Revoked),
        RefreshOutcome::Refreshed(new) => tokens.renew(new),
    }
    let encrypted = tokens.encrypt(services, grant.tenant(), mailbox)?;
    let mut tx = services.db.begin(grant).await?;
    mailbox_tokens::replace(&mut tx, mailbox, stored, &encrypted).await?;
    tx.commit().await?;
    Ok(())
}
