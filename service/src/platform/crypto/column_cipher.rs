//! Encrypts secrets in database columns, such as OAuth tokens, with AES-256-GCM (NIST SP 800-38D). The associated data binds
//! a ciphertext to its column, tenant and row: copied to another row it cannot be decrypted.
//!
//! Format: version (1 byte), key id (8), nonce (12), ciphertext and tag.

use super::keys::Keys;
use crate::{Error, platform::rng::Rng};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

const VERSION: u8 = 1;
const KEY_ID_LEN: usize = 8;
const HEADER_LEN: usize = 1 + KEY_ID_LEN + NONCE_LEN;

/// An encrypted column. Only these columns can be encrypted, so key rotation, which re-encrypts all of them, covers every secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncryptedColumn {
    /// Access token of a linked identity.
    IdentityAccessToken,
    /// Refresh token of a linked identity.
    IdentityRefreshToken,
    /// Token that waits for its revocation.
    RevocationToken,
    /// Secret of the client of an organization at its identity provider.
    ProviderClientSecret,
    /// Access token of a Gmail or Outlook mailbox.
    MailboxAccessToken,
    /// Refresh token of a Gmail or Outlook mailbox.
    MailboxRefreshToken,
    /// Password of an IMAP mailbox.
    ImapPassword,
    /// Current signing secret of a webhook endpoint.
    WebhookSecret,
    /// Signing secret of a webhook endpoint before its last rotation.
    WebhookPreviousSecret,
}

impl EncryptedColumn {
    /// All encrypted columns.
    pub const ALL: [Self; 9] = [
        Self::IdentityAccessToken,
        Self::IdentityRefreshToken,
        Self::RevocationToken,
        Self::ProviderClientSecret,
        Self::MailboxAccessToken,
        Self::MailboxRefreshToken,
        Self::ImapPassword,
        Self::WebhookSecret,
        Self::WebhookPreviousSecret,
    ];

    /// Table and column. Part of every ciphertext: renaming it makes stored values unreadable.
    pub fn name(self) -> &'static str {
        match self {
            Self::IdentityAccessToken => "identities.access_token",
            Self::IdentityRefreshToken => "identities.refresh_token",
            Self::RevocationToken => "oauth_token_revocations.token",
            Self::ProviderClientSecret => "tenant_identity_providers.client_secret",
            Self::MailboxAccessToken => "mailbox_tokens.access_token",
            Self::MailboxRefreshToken => "mailbox_tokens.refresh_token",
            Self::ImapPassword => "imap_accounts.password",
            Self::WebhookSecret => "webhook_endpoints.secret",
            Self::WebhookPreviousSecret => "webhook_endpoints.previous_secret",
        }
    }

    /// The name to which ciphertexts are bound. Previous secrets are bound to the column of the current one, because a rotation copies
    /// the ciphertext.
    fn bound_name(self) -> &'static str {
        match self {
            Self::WebhookPreviousSecret => Self::WebhookSecret.name(),
            column => column.name(),
        }
    }
}

/// Identifies the column and row that a ciphertext belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AssociatedData {
    pub column: EncryptedColumn,
    /// The tenant, or nil in a global table.
    pub tenant: Uuid,
    pub row: Uuid,
}

impl AssociatedData {
    fn to_aad(self) -> Aad<Vec<u8>> {
        let mut bytes = self.tenant.as_bytes().to_vec();
        bytes.extend_from_slice(self.row.as_bytes());
        bytes.extend_from_slice(self.column.bound_name().as_bytes());
        Aad::from(bytes)
    }
}

struct ColumnCipher {
    key_id: [u8; KEY_ID_LEN],
    key: LessSafeKey,
}

impl ColumnCipher {
    fn new(keys: &Keys) -> Result<Self, Error> {
        let key = UnboundKey::new(&AES_256_GCM, &keys.derive("column encryption"))
            .map_err(|_| invalid_ciphertext())?;
        let mut key_id = [0; KEY_ID_LEN];
        key_id.copy_from_slice(&keys.derive("column encryption key id")[..KEY_ID_LEN]);
        Ok(Self {
            key_id,
            key: LessSafeKey::new(key),
        })
    }

    /// The cipher whose key id is in the header: the current, the previous or the next key.
    fn find(keys: &Keys, header: &[u8]) -> Result<Self, Error> {
        for key in keys.all() {
            let cipher = Self::new(key)?;
            if header[0] == VERSION && header[1..=KEY_ID_LEN] == cipher.key_id {
                return Ok(cipher);
            }
        }
        Err(Error::Internal(
            "a column was encrypted with another key; restore the secret key file that belongs to this database".into(),
        ))
    }
}

/// Encrypts a secret with the current key.
pub(crate) fn encrypt(
    keys: &Keys,
    rng: &dyn Rng,
    associated_data: AssociatedData,
    secret: &SecretString,
) -> Result<Vec<u8>, Error> {
    let cipher = ColumnCipher::new(keys)?;
    let mut nonce = [0; NONCE_LEN];
    rng.fill(&mut nonce);
    let mut text = secret.expose_secret().as_bytes().to_vec();
    cipher
        .key
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            associated_data.to_aad(),
            &mut text,
        )
        .map_err(|_| Error::Internal("a column could not be encrypted".into()))?;
    let mut ciphertext = vec![VERSION];
    ciphertext.extend_from_slice(&cipher.key_id);
    ciphertext.extend_from_slice(&nonce);
    ciphertext.append(&mut text);
    Ok(ciphertext)
}

/// Decrypts a result of [`encrypt`] for the same associated data.
///
/// # Errors
/// [`Error::Internal`] when the ciphertext belongs to another row or installation, or was changed.
pub(crate) fn decrypt(
    keys: &Keys,
    associated_data: AssociatedData,
    ciphertext: &[u8],
) -> Result<SecretString, Error> {
    let (header, text) = ciphertext
        .split_at_checked(HEADER_LEN)
        .ok_or_else(invalid_ciphertext)?;
    let cipher = ColumnCipher::find(keys, header)?;
    let nonce =
        Nonce::try_assume_unique_for_key(&header[1 + KEY_ID_LEN..]).map_err(|_| invalid_ciphertext())?;
    let mut text = text.to_vec();
    let plaintext = cipher
        .key
        .open_in_place(nonce, associated_data.to_aad(), &mut text)
        .map_err(|_| invalid_ciphertext())?;
    let plaintext = std::str::from_utf8(plaintext).map_err(|_| invalid_ciphertext())?;
    Ok(SecretString::from(plaintext))
}

/// Whether the secret was encrypted with the current key, and not with the previous one.
pub(crate) fn is_current(keys: &Keys, ciphertext: &[u8]) -> Result<bool, Error> {
    let current = ColumnCipher::new(keys)?;
    Ok(ciphertext.get(1..=KEY_ID_LEN) == Some(&current.key_id))
}

/// The ids of the keys that are accepted and not used for new secrets: the previous and the next one.
pub(crate) fn other_key_ids(keys: &Keys) -> Result<Vec<Vec<u8>>, Error> {
    let ciphers = keys.all().skip(1).map(ColumnCipher::new);
    ciphers.map(|cipher| Ok(cipher?.key_id.to_vec())).collect()
}

/// Encrypts a secret with the current key that was encrypted with another key.
pub(crate) fn reencrypt(
    keys: &Keys,
    rng: &dyn Rng,
    associated_data: AssociatedData,
    ciphertext: &[u8],
) -> Result<Vec<u8>, Error> {
    let secret = decrypt(keys, associated_data, ciphertext)?;
    encrypt(keys, rng, associated_data, &secret)
}

fn invalid_ciphertext() -> Error {
    Error::Internal(
        "an encrypted column cannot be decrypted: it was changed or belongs to another row".into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::rng::SeededRng;

    #[test]
    fn ciphertext_is_bound_to_key_and_associated_data() {
        let (keys, rng) = (Keys::new([1; 32]), SeededRng::new(1));
        let (tenant, row) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let associated_data = AssociatedData {
            column: EncryptedColumn::ImapPassword,
            tenant,
            row,
        };
        let secret = SecretString::from("canary");
        let ciphertext = encrypt(&keys, &rng, associated_data, &secret).expect("encrypted");
        assert!(!ciphertext.windows(6).any(|w| w == b"canary"));
        assert_ne!(
            ciphertext,
            encrypt(&keys, &rng, associated_data, &secret).expect("encrypted"),
            "each nonce is used once"
        );
        assert_eq!(
            decrypt(&keys, associated_data, &ciphertext)
                .expect("decrypted")
                .expose_secret(),
            "canary"
        );
        let others = [
            AssociatedData {
                column: EncryptedColumn::WebhookSecret,
                ..associated_data
            },
            AssociatedData {
                tenant: row,
                ..associated_data
            },
            AssociatedData {
                row: tenant,
                ..associated_data
            },
        ];
        for other in others {
            assert!(decrypt(&keys, other, &ciphertext).is_err(), "{other:?}");
        }
        assert!(decrypt(&Keys::new([2; 32]), associated_data, &ciphertext).is_err());
        for n in 0..ciphertext.len() {
            let mut changed = ciphertext.clone();
            changed[n] ^= 1;
            assert!(decrypt(&keys, associated_data, &changed).is_err(), "byte {n}");
            assert!(
                decrypt(&keys, associated_data, &ciphertext[..n]).is_err(),
                "{n} bytes"
            );
        }
    }

    #[test]
    fn previous_key_decrypts_and_current_key_encrypts() {
        let (old, rng) = (Keys::new([1; 32]), SeededRng::new(1));
        let rotated = Keys::new([2; 32]).with_previous([1; 32]);
        let associated_data = AssociatedData {
            column: EncryptedColumn::ImapPassword,
            tenant: Uuid::nil(),
            row: Uuid::nil(),
        };
        let secret = SecretString::from("canary");
        let ciphertext = encrypt(&old, &rng, associated_data, &secret).expect("encrypted");
        assert!(!is_current(&rotated, &ciphertext).expect("a key"));
        let plaintext = decrypt(&rotated, associated_data, &ciphertext).expect("decrypted");
        assert_eq!(plaintext.expose_secret(), "canary");
        let ciphertext = encrypt(&rotated, &rng, associated_data, &secret).expect("encrypted");
        assert!(decrypt(&old, associated_data, &ciphertext).is_err());
    }
}
