//! The keys of this installation: made at the first start, kept in one file that only its owner can read.

mod file;

pub use file::{KeyFile, Rotation};

use crate::{Error, rng::Rng};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretBox};
use sha2::Sha256;
use std::path::Path;

const LENGTH: usize = 32;

/// Secret material that everything else is derived from. New things are made with the current key; what the others made
/// still holds.
pub struct Keys {
    root: SecretBox<[u8; LENGTH]>,
    others: Vec<Keys>,
}

impl Keys {
    /// From 32 bytes.
    pub fn new(root: [u8; LENGTH]) -> Self {
        Self {
            root: SecretBox::new(Box::new(root)),
            others: Vec::new(),
        }
    }

    /// Also takes what this key made.
    #[must_use]
    pub fn and(mut self, other: [u8; LENGTH]) -> Self {
        self.others.push(Self::new(other));
        self
    }

    /// Reads the file, or makes it with a new key where there is none.
    ///
    /// # Errors
    /// [`Error::Internal`] with a sentence for the operator when the file cannot be read or written, or holds no good key.
    pub fn load(path: &Path, rng: &dyn Rng) -> Result<Self, Error> {
        let file = match KeyFile::read(path)? {
            Some(file) => file,
            None => KeyFile::make(path, rng)?,
        };
        let others = [file.next, file.previous].into_iter().flatten();
        Ok(others.fold(Self::new(file.current), Self::and))
    }

    /// The current key, then the others.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.others)
    }

    /// A key for one purpose; different purposes give unrelated keys.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; LENGTH] {
        Self::mac_with(self.root.expose_secret(), purpose.as_bytes())
    }

    /// A tag over the message, under the key of the purpose.
    pub(crate) fn tag(&self, purpose: &str, message: &[u8]) -> [u8; LENGTH] {
        Self::mac_with(&self.derive(purpose), message)
    }

    fn mac_with(key: &[u8; LENGTH], message: &[u8]) -> [u8; LENGTH] {
        // A key is filled up with zeros to the block of the hash (RFC 2104 §2).
        let mut block = [0; 64];
        block[..LENGTH].copy_from_slice(key);
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
