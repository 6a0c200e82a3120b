//! OAuth tokens of mailboxes, encrypted in the database.

use crate::{
    Error, Services,
    auth::{
        self,
        oauth::{ProviderTokens, RevocableToken},
    },
    context::{Grant, permit},
    mail::queries::mailbox_tokens::{self, EncryptedTokens, TokensRow},
    platform::crypto::column_cipher::{self, AssociatedData, EncryptedColumn},
};
use chrono::{DateTime, Utc};
use domain::{ErrorCode, MailboxId, TenantId, UserId, auth::Provider, tenants::Action};
use secrecy::SecretString;

/// The tokens of a mailbox.
pub struct MailboxTokens {
    pub access_token: SecretString,
    pub refresh_token: Option<SecretString>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl From<ProviderTokens> for MailboxTokens {
    fn from(tokens: ProviderTokens) -> Self {
        Self {
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token,
            expires_at: tokens.expires_at,
        }
    }
}

impl MailboxTokens {
    /// Replaces the tokens with new ones. If there is no new refresh token, the existing one stays valid.
    pub fn renew(&mut self, new: ProviderTokens) {
        self.access_token = new.access_token;
        self.expires_at = new.expires_at;
        if let Some(refresh_token) = new.refresh_token {
            self.refresh_token = Some(refresh_token);
        }
    }

    pub fn encrypt(
        &self,
        services: &Services,
        tenant: TenantId,
        mailbox: MailboxId,
    ) -> Result<EncryptedTokens, Error> {
        let encrypt = |column, token| {
            let associated_data = associated_data(column, tenant, mailbox);
            column_cipher::encrypt(&services.keys, services.rng.as_ref(), associated_data, token)
        };
        Ok(EncryptedTokens {
            access_token: encrypt(EncryptedColumn::MailboxAccessToken, &self.access_token)?,
            refresh_token: self
                .refresh_token
                .as_ref()
                .map(|token| encrypt(EncryptedColumn::MailboxRefreshToken, token))
                .transpose()?,
            expires_at: self.expires_at,
        })
    }

    pub fn decrypt(services: &Services, tenant: TenantId, row: &TokensRow) -> Result<Self, Error> {
        let decrypt = |column, encrypted: &Vec<u8>| {
            let associated_data = associated_data(column, tenant, row.mailbox);
            column_cipher::decrypt(&services.keys, associated_data, encrypted)
        };
        Ok(Self {
            access_token: decrypt(EncryptedColumn::MailboxAccessToken, &row.tokens.access_token)?,
            refresh_token: row
                .tokens
                .refresh_token
                .as_ref()
                .map(|token| decrypt(EncryptedColumn::MailboxRefreshToken, token))
                .transpose()?,
            expires_at: row.tokens.expires_at,
        })
    }
}

fn associated_data(column: EncryptedColumn, tenant: TenantId, mailbox: MailboxId) -> AssociatedData {
    AssociatedData {
        column,
        tenant: tenant.0,
        row: mailbox.0,
    }
}

/// The grant for disconnecting a user's own mailboxes, regardless of their role.
///
/// # Errors
/// `unauthorized` if the user is no longer a member of the tenant.
pub async fn grant_for_own_data(services: &Services, tenant: TenantId, user: UserId) -> Result<Grant, Error> {
    let caller = match auth::caller_for_job(services, user, tenant).await {
        Err(Error::Api(error)) if error.code == ErrorCode::NotFound => return Err(Error::account_missing()),
        caller => caller?,
    };
    permit(&caller, Action::ReadApplications)
}

/// The tokens of a user's Gmail mailboxes in a tenant, for revocation at Google. Microsoft has no revocation.
pub(crate) async fn revocable_tokens(
    services: &Services,
    tenant: TenantId,
    user: UserId,
) -> Result<Vec<RevocableToken>, Error> {
    let grant = grant_for_own_data(services, tenant, user).await?;
    let mut tx = services.db.begin(grant).await?;
    let rows = mailbox_tokens::list_gmail(&mut tx).await?;
    tx.commit().await?;
    Ok(rows
        .iter()
        .filter_map(|row| revocable_token(services, tenant, row))
        .collect())
}

/// The token of a Gmail mailbox to revoke. Revoking a refresh token also revokes its access tokens. `None` if decryption fails.
pub fn revocable_token(services: &Services, tenant: TenantId, row: &TokensRow) -> Option<RevocableToken> {
    let tokens = MailboxTokens::decrypt(services, tenant, row)
        .inspect_err(|error| {
            tracing::error!(
                %error,
                mailbox.id = %row.mailbox,
                "token revocation failed permanently; token will expire"
            );
        })
        .ok()?;
    Some(RevocableToken {
        provider: Provider::Google.as_str().to_owned(),
        token: tokens.refresh_token.unwrap_or(tokens.access_token),
    })
}
