//! The root keys of this installation. They are created at the first start and stored in one file that only its owner can
//! read.

use super::key_file::KeyFile;
use crate::{Error, platform::rng::Rng};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretBox};
use sha2::Sha256;
use std::path::Path;

pub(super) const KEY_LEN: usize = 32;

/// Root key material. The current key creates signatures and ciphertexts; the previous and the next key still verify and
/// decrypt.
pub struct Keys {
    root: SecretBox<[u8; KEY_LEN]>,
    others: Vec<Keys>,
}

impl Keys {
    /// Keys with only a current key.
    pub fn new(root: [u8; KEY_LEN]) -> Self {
        Self {
            root: SecretBox::new(Box::new(root)),
            others: Vec::new(),
        }
    }

    /// Adds a key that is accepted in addition to the current one.
    #[must_use]
    pub fn with_previous(mut self, other: [u8; KEY_LEN]) -> Self {
        self.others.push(Self::new(other));
        self
    }

    /// Reads the key file, or creates it with a random key.
    ///
    /// # Errors
    /// [`Error::Internal`] with a message for the operator when the file cannot be read or written, or a key is invalid.
    pub fn load(path: &Path, rng: &dyn Rng) -> Result<Self, Error> {
        let file = match KeyFile::read(path)? {
            Some(file) => file,
            None => KeyFile::create(path, rng)?,
        };
        let others = [file.next, file.previous].into_iter().flatten();
        Ok(others.fold(Self::new(file.current), Self::with_previous))
    }

    /// The current key, then the others.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.others)
    }

    /// Whether any of the keys creates a MAC that begins with this one. Takes the same time for every message of the same length.
    pub(crate) fn verify_hmac<const N: usize>(&self, purpose: &str, message: &[u8], mac: &[u8; N]) -> bool {
        let matches = self.all().filter(|keys| {
            let expected = keys.hmac(purpose, message);
            let differences = mac.iter().zip(expected).fold(0, |all, (a, b)| all | (a ^ b));
            differences == 0
        });
        // Not `any`, which would end at the first matching key.
        matches.count() > 0
    }

    /// Derives a key for one purpose; keys of different purposes are independent.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; KEY_LEN] {
        Self::mac_with(self.root.expose_secret(), purpose.as_bytes())
    }

    /// HMAC-SHA-256 of the message, with the key derived for the purpose.
    pub(crate) fn hmac(&self, purpose: &str, message: &[u8]) -> [u8; KEY_LEN] {
        Self::mac_with(&self.derive(purpose), message)
    }

    fn mac_with(key: &[u8; KEY_LEN], message: &[u8]) -> [u8; KEY_LEN] {
        // A key shorter than the hash's block is padded with zeros (RFC 2104 §2).
        let mut block = [0; 64];
        block[..KEY_LEN].copy_from_slice(key);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(message);
        mac.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}
