//! Sealing of secrets that others gave us, such as tokens of providers. A sealed value opens only with the keys of this
//! installation, and only at the place that it was sealed for: moved to another row it is worthless.
//!
//! Written are a version, the id of the key, a random nonce, and what AES-256-GCM (NIST SP 800-38D) makes of the text.

use crate::{Error, keys::Keys, rng::Rng};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

const VERSION: u8 = 1;
const KEY_ID: usize = 8;
const HEAD: usize = 1 + KEY_ID + NONCE_LEN;

/// Where a sealed value stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Table and column, such as `identities.access_token`.
    pub column: &'static str,
    /// The tenant, or nil in a global table.
    pub tenant: Uuid,
    /// The row.
    pub row: Uuid,
}

impl Place {
    fn aad(&self) -> Aad<Vec<u8>> {
        let mut bytes = self.tenant.as_bytes().to_vec();
        bytes.extend_from_slice(self.row.as_bytes());
        bytes.extend_from_slice(self.column.as_bytes());
        Aad::from(bytes)
    }
}

struct Sealing {
    id: [u8; KEY_ID],
    key: LessSafeKey,
}

impl Sealing {
    fn of(keys: &Keys) -> Result<Self, Error> {
        let key = UnboundKey::new(&AES_256_GCM, &keys.derive("sealed columns")).map_err(|_| broken())?;
        let mut id = [0; KEY_ID];
        id.copy_from_slice(&keys.derive("id of sealed columns")[..KEY_ID]);
        Ok(Self {
            id,
            key: LessSafeKey::new(key),
        })
    }
}

/// The key that the head of a sealed value names: the current one, or one that it replaced or that will replace it.
fn sealing_of(keys: &Keys, head: &[u8]) -> Result<Sealing, Error> {
    for key in keys.all() {
        let sealing = Sealing::of(key)?;
        if head[0] == VERSION && head[1..=KEY_ID] == sealing.id {
            return Ok(sealing);
        }
    }
    Err(Error::Internal(
        "a sealed value was sealed with another key; restore the secret key file it belongs to".into(),
    ))
}

/// Seals a secret for its place, with the current key.
pub(crate) fn seal(
    keys: &Keys,
    rng: &dyn Rng,
    place: Place,
    secret: &SecretString,
) -> Result<Vec<u8>, Error> {
    let sealing = Sealing::of(keys)?;
    let mut nonce = [0; NONCE_LEN];
    rng.fill(&mut nonce);
    let mut text = secret.expose_secret().as_bytes().to_vec();
    sealing
        .key
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), place.aad(), &mut text)
        .map_err(|_| broken())?;
    let mut sealed = vec![VERSION];
    sealed.extend_from_slice(&sealing.id);
    sealed.extend_from_slice(&nonce);
    sealed.append(&mut text);
    Ok(sealed)
}

/// Opens what was sealed for this place.
///
/// # Errors
/// [`Error::Internal`] when it was sealed for another place, by another installation, or was changed.
pub(crate) fn open(keys: &Keys, place: Place, sealed: &[u8]) -> Result<SecretString, Error> {
    let (head, text) = sealed.split_at_checked(HEAD).ok_or_else(broken)?;
    let sealing = sealing_of(keys, head)?;
    let nonce = Nonce::try_assume_unique_for_key(&head[1 + KEY_ID..]).map_err(|_| broken())?;
    let mut text = text.to_vec();
    let opened = sealing
        .key
        .open_in_place(nonce, place.aad(), &mut text)
        .map_err(|_| broken())?;
    let opened = std::str::from_utf8(opened).map_err(|_| broken())?;
    Ok(SecretString::from(opened))
}

fn broken() -> Error {
    Error::Internal("a sealed value does not open: it was changed, or belongs elsewhere".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::SeededRng;

    /// CF-1.
    #[test]
    fn opens_only_with_its_key_and_at_its_place() {
        let (keys, rng) = (Keys::new([1; 32]), SeededRng::new(1));
        let (tenant, row) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let place = Place {
            column: "a.b",
            tenant,
            row,
        };
        let secret = SecretString::from("canary");
        let sealed = seal(&keys, &rng, place, &secret).expect("sealed");
        assert!(!sealed.windows(6).any(|w| w == b"canary"));
        assert_ne!(
            sealed,
            seal(&keys, &rng, place, &secret).expect("sealed"),
            "a nonce is used once"
        );
        assert_eq!(
            open(&keys, place, &sealed).expect("opened").expose_secret(),
            "canary"
        );
        let elsewhere = [
            Place {
                column: "a.c",
                ..place
            },
            Place { tenant: row, ..place },
            Place { row: tenant, ..place },
        ];
        for place in elsewhere {
            assert!(open(&keys, place, &sealed).is_err(), "{place:?}");
        }
        assert!(open(&Keys::new([2; 32]), place, &sealed).is_err());
        let changed = Keys::new([2; 32]).and([1; 32]);
        let opened = open(&changed, place, &sealed).expect("the key that was replaced still opens");
        assert_eq!(opened.expose_secret(), "canary");
        let again = seal(&changed, &rng, place, &secret).expect("sealed");
        assert!(open(&keys, place, &again).is_err(), "only the current key seals");
        for n in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[n] ^= 1;
            assert!(open(&keys, place, &bent).is_err(), "byte {n}");
            assert!(open(&keys, place, &sealed[..n]).is_err(), "{n} bytes");
        }
    }
}
