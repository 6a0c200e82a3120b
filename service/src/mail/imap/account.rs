//! Credentials of IMAP accounts. Passwords are encrypted in the database.

use crate::{
    Error, Services,
    platform::crypto::column_cipher::{self, AssociatedData, EncryptedColumn},
};
use domain::{MailboxId, TenantId};
use secrecy::SecretString;

/// The credential of an account.
pub enum Credential {
    Password(SecretString),
    /// An OAuth access token.
    AccessToken(SecretString),
}

fn associated_data(tenant: TenantId, mailbox: MailboxId) -> AssociatedData {
    AssociatedData {
        column: EncryptedColumn::ImapPassword,
        tenant: tenant.0,
        row: mailbox.0,
    }
}

pub fn encrypt_password(
    services: &Services,
    tenant: TenantId,
    mailbox: MailboxId,
    password: &SecretString,
) -> Result<Vec<u8>, Error> {
    let associated_data = associated_data(tenant, mailbox);
    column_cipher::encrypt(&services.keys, services.rng.as_ref(), associated_data, password)
}

pub fn decrypt_password(
    services: &Services,
    tenant: TenantId,
    mailbox: MailboxId,
    encrypted: &[u8],
) -> Result<SecretString, Error> {
    column_cipher::decrypt(&services.keys, associated_data(tenant, mailbox), encrypted)
}
