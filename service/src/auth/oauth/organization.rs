//! The OpenID Connect providers of organizations.
//!
//! A person who controls such a provider can claim any address, so its claims count only for addresses in a domain that the organization
//! has verified. Whoever controls a domain receives its email and could reset passwords with it anyway, so this gives no one more access.

use super::{
    external_identity::ExternalIdentity,
    providers::{OAuthClient, OrganizationClient},
    queries,
};
use crate::{
    Error, Services,
    platform::{
        crypto::column_cipher::{self, AssociatedData, EncryptedColumn},
        db::GlobalTx,
    },
};
use domain::{ErrorCode, TenantId, users::EmailAddress};
use secrecy::SecretString;
use std::sync::Arc;

/// The client of an organization at its provider. `None` without a provider.
pub(crate) async fn find_client(
    services: &Services,
    tenant: TenantId,
) -> Result<Option<Arc<OAuthClient>>, Error> {
    let row = {
        let mut conn = services.db.global_conn().await?;
        queries::find_organization_provider(&mut conn, tenant).await?
    };
    let Some(row) = row else { return Ok(None) };
    let secret = column_cipher::decrypt(&services.keys, associated_data(tenant), &row.client_secret)?;
    let client = OrganizationClient {
        tenant,
        name: row.tenant_name,
        issuer: row.issuer,
        client_id: row.client_id,
        client_secret: secret,
        version: row.updated_at,
        is_active: row.activated_at.is_some(),
    };
    services.providers.organization_client(client).map(Some)
}

/// Encrypts the secret of the client of an organization.
pub(crate) fn encrypt_client_secret(
    services: &Services,
    tenant: TenantId,
    secret: &SecretString,
) -> Result<Vec<u8>, Error> {
    column_cipher::encrypt(
        &services.keys,
        services.rng.as_ref(),
        associated_data(tenant),
        secret,
    )
}

fn associated_data(tenant: TenantId) -> AssociatedData {
    AssociatedData {
        column: EncryptedColumn::ProviderClientSecret,
        tenant: tenant.0,
        row: tenant.0,
    }
}

/// Rejects an identity whose address is not confirmed, or not in a domain that the organization has verified.
///
/// # Errors
/// `forbidden`.
pub(super) async fn check_identity(
    services: &Services,
    client: &OAuthClient,
    identity: &ExternalIdentity,
) -> Result<(), Error> {
    let Some(tenant) = client.organization() else {
        return Ok(());
    };
    let address = identity.email.as_ref().filter(|_| identity.email_verified);
    let is_verified = match address {
        Some(address) => {
            let mut conn = services.db.global_conn().await?;
            queries::is_verified_domain(conn.conn(), tenant, &address.domain()).await?
        }
        None => false,
    };
    if is_verified {
        return Ok(());
    }
    let name = &client.name;
    Err(Error::api(
        ErrorCode::Forbidden,
        format!(
            "{name} did not confirm an email address in one of its verified domains. Ask its administrators."
        ),
    ))
}

/// Rejects a linked account whose own address is not in a domain that the organization has verified, or no longer is.
///
/// # Errors
/// `forbidden`.
pub(super) async fn check_account(
    tx: &mut GlobalTx,
    tenant: Option<TenantId>,
    user: &domain::users::User,
) -> Result<(), Error> {
    let Some(tenant) = tenant else { return Ok(()) };
    if let Ok(address) = EmailAddress::parse(&user.email)
        && user.email_verified
        && queries::is_verified_domain(tx.conn(), tenant, &address.domain()).await?
    {
        return Ok(());
    }
    Err(Error::api(
        ErrorCode::Forbidden,
        "The address of your account is not in a verified domain of this organization. Sign in another way.",
    ))
}
