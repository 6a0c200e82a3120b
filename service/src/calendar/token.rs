//! The secret in the address of a feed: tenant, user, and a 256-bit MAC over both and the version of the feed. It is derived from the
//! keys of the installation, so that the database does not contain it and the settings page can show it again.

use crate::platform::crypto::keys::Keys;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{TenantId, UserId};
use uuid::Uuid;

const PURPOSE: &str = "calendar feed";
const ID_LEN: usize = 16;
const MAC_LEN: usize = 32;

/// A token whose MAC is not verified yet.
pub(super) struct FeedToken {
    pub tenant: TenantId,
    pub user: UserId,
    mac: [u8; MAC_LEN],
}

/// The token of a feed.
pub(super) fn encode(keys: &Keys, tenant: TenantId, user: UserId, version: i32) -> String {
    let mut bytes = Vec::with_capacity(2 * ID_LEN + MAC_LEN);
    bytes.extend_from_slice(tenant.0.as_bytes());
    bytes.extend_from_slice(user.0.as_bytes());
    bytes.extend_from_slice(&keys.hmac(PURPOSE, &message(tenant, user, version)));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The parts of a token; `None` if the text is not a token.
pub(super) fn decode(token: &str) -> Option<FeedToken> {
    let bytes: [u8; 2 * ID_LEN + MAC_LEN] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
    let (ids, mac) = bytes.split_at(2 * ID_LEN);
    let (tenant, user) = ids.split_at(ID_LEN);
    Some(FeedToken {
        tenant: Uuid::from_slice(tenant).ok()?.into(),
        user: Uuid::from_slice(user).ok()?.into(),
        mac: mac.try_into().ok()?,
    })
}

impl FeedToken {
    /// Whether the token belongs to this version, compared in constant time.
    pub fn is_valid(&self, keys: &Keys, version: i32) -> bool {
        keys.verify_hmac(PURPOSE, &message(self.tenant, self.user, version), &self.mac)
    }
}

fn message(tenant: TenantId, user: UserId, version: i32) -> [u8; 2 * ID_LEN + 4] {
    let mut message = [0; 2 * ID_LEN + 4];
    message[..ID_LEN].copy_from_slice(tenant.0.as_bytes());
    message[ID_LEN..2 * ID_LEN].copy_from_slice(user.0.as_bytes());
    message[2 * ID_LEN..].copy_from_slice(&version.to_le_bytes());
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_valid_for_its_version_and_owner_only() {
        let keys = Keys::new([1; 32]);
        let (tenant, user) = (TenantId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let token = encode(&keys, tenant, user, 0);
        let decoded = decode(&token).expect("a token");
        assert_eq!((decoded.tenant, decoded.user), (tenant, user));
        assert!(decoded.is_valid(&keys, 0) && !decoded.is_valid(&keys, 1));
        assert!(!decoded.is_valid(&Keys::new([2; 32]), 0));
        assert!(decoded.is_valid(&Keys::new([2; 32]).with_previous([1; 32]), 0));
        let forged = FeedToken {
            user: UserId(Uuid::from_u128(3)),
            ..decoded
        };
        assert!(!forged.is_valid(&keys, 0));
        for text in ["", "x", "ä", &token[1..], &format!("{token}A")] {
            assert!(decode(text).is_none(), "{text}");
        }
    }
}
