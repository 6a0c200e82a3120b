//! The token of unsubscribe links: the user and a MAC. It does not expire and works any number of times, because it can only turn
//! emails off. Derived from the keys of the installation, so that the database does not have it.

use crate::platform::crypto::keys::Keys;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::UserId;
use uuid::Uuid;

const PURPOSE: &str = "unsubscribe from comment emails";
const ID_LEN: usize = 16;
const MAC_LEN: usize = 32;

/// The token of a user.
pub(super) fn encode(keys: &Keys, user: UserId) -> String {
    let mac = keys.hmac(PURPOSE, user.0.as_bytes());
    URL_SAFE_NO_PAD.encode([user.0.as_bytes().as_slice(), &mac].concat())
}

/// The user of the token; `None` if we have not issued it.
pub(super) fn verify(keys: &Keys, token: &str) -> Option<UserId> {
    let bytes: [u8; ID_LEN + MAC_LEN] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
    let (user, mac) = bytes.split_at(ID_LEN);
    if !keys.verify_hmac::<MAC_LEN>(PURPOSE, user, mac.try_into().ok()?) {
        return None;
    }
    Some(Uuid::from_slice(user).ok()?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_valid_for_its_user_only_and_survives_a_rotation_of_keys() {
        let keys = Keys::new([1; 32]);
        let user = UserId(Uuid::from_u128(7));
        let token = encode(&keys, user);
        assert_eq!(verify(&keys, &token), Some(user));
        assert_eq!(
            verify(&Keys::new([2; 32]).with_previous([1; 32]), &token),
            Some(user)
        );
        assert_eq!(verify(&Keys::new([2; 32]), &token), None);
        let other = encode(&keys, UserId(Uuid::from_u128(8)));
        // The MAC of one user with the id of another.
        let forged = format!("{}{}", &other[..21], &token[21..]);
        for text in ["", "x", "ä", &token[1..], &format!("{token}A"), &forged] {
            assert_eq!(verify(&keys, text), None, "{text}");
        }
    }
}
