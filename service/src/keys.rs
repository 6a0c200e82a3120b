//! The keys of this installation: made at the first start, kept in one file that only its owner can read.

use crate::{Error, rng::Rng};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretBox};
use sha2::Sha256;
use std::{fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};

const LENGTH: usize = 32;

/// Secret material that everything else is derived from.
pub struct Keys {
    root: SecretBox<[u8; LENGTH]>,
}

impl Keys {
    /// From 32 bytes.
    pub fn new(root: [u8; LENGTH]) -> Self {
        Self {
            root: SecretBox::new(Box::new(root)),
        }
    }

    /// Reads the file, or makes it with new keys where there is none.
    ///
    /// # Errors
    /// [`Error::Internal`] with a sentence for the operator when the file cannot be read, written, or is too short.
    pub fn load(path: &Path, rng: &dyn Rng) -> Result<Self, Error> {
        let problem = |what: &str| Error::Internal(format!("secret key file {}: {what}", path.display()));
        match fs::read_to_string(path) {
            Ok(text) => {
                let bytes = STANDARD
                    .decode(text.trim())
                    .map_err(|_| problem("is not base64; restore it from a backup"))?;
                let root = bytes
                    .try_into()
                    .map_err(|_| problem("does not hold 32 bytes; restore it from a backup"))?;
                Ok(Self::new(root))
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let mut root = [0; LENGTH];
                rng.fill(&mut root);
                let mut file = fs::OpenOptions::new()
                    .write(true)
                    .create_new(true)
                    .mode(0o600)
                    .open(path)
                    .map_err(|e| problem(&e.to_string()))?;
                writeln!(file, "{}", STANDARD.encode(root))
                    .and_then(|()| file.sync_all())
                    .map_err(|e| problem(&e.to_string()))?;
                Ok(Self::new(root))
            }
            Err(e) => Err(problem(&e.to_string())),
        }
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
