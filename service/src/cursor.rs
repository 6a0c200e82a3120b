//! Cursors of lists: opaque to callers, signed, and good only for the list, filters and person they were made for.

use crate::keys::Keys;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{ApiError, FieldCode};
use serde::{Serialize, de::DeserializeOwned};

const TAG: usize = 16;

/// Writes where the next page begins. `scope` is everything that must be the same when it is used.
pub fn seal<T: Serialize>(keys: &Keys, scope: &[u8], place: &T) -> Option<String> {
    let mut bytes = serde_json::to_vec(place).ok()?;
    let tag = tag(keys, scope, &bytes);
    bytes.extend_from_slice(&tag);
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

/// Reads what [`seal`] wrote.
///
/// # Errors
/// `invalid` for the field `cursor` when it is garbage, or was made for another list, filter or person.
pub fn open<T: DeserializeOwned>(keys: &Keys, scope: &[u8], cursor: &str) -> Result<T, ApiError> {
    let wrong = || {
        let detail = "Give back next_cursor unchanged, with the same filters and sort; or leave it out to start again.";
        ApiError::field("cursor", FieldCode::InvalidFormat, detail)
    };
    if cursor.len() > 2000 {
        return Err(wrong());
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| wrong())?;
    let (place, given) = bytes
        .split_at_checked(bytes.len().wrapping_sub(TAG))
        .ok_or_else(wrong)?;
    // The tag is public to whoever holds the cursor and forging one is worth nothing: comparing in constant time is habit.
    let same = |expected: [u8; TAG]| given.iter().zip(expected).fold(0, |diff, (a, b)| diff | (a ^ b)) == 0;
    if !keys.all().any(|keys| same(tag(keys, scope, place))) {
        return Err(wrong());
    }
    serde_json::from_slice(place).map_err(|_| wrong())
}

fn tag(keys: &Keys, scope: &[u8], place: &[u8]) -> [u8; TAG] {
    let mut message = u64::try_from(scope.len())
        .unwrap_or(u64::MAX)
        .to_le_bytes()
        .to_vec();
    message.extend_from_slice(scope);
    message.extend_from_slice(place);
    let mut short = [0; TAG];
    short.copy_from_slice(&keys.tag("cursor", &message)[..TAG]);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_only_unchanged_and_for_its_own_scope() {
        let keys = Keys::new([7; 32]);
        let cursor = seal(&keys, b"a", &("2026-01-01", 5)).expect("sealed");
        assert_eq!(
            open::<(String, i32)>(&keys, b"a", &cursor),
            Ok(("2026-01-01".into(), 5))
        );
        assert!(open::<(String, i32)>(&keys, b"b", &cursor).is_err());
        assert!(open::<(String, i32)>(&Keys::new([8; 32]), b"a", &cursor).is_err());
        let rotated = Keys::new([8; 32]).and([7; 32]);
        assert!(
            open::<(String, i32)>(&rotated, b"a", &cursor).is_ok(),
            "the previous key's still hold"
        );
        for n in 0..cursor.len() {
            let mut bent = cursor.clone().into_bytes();
            bent[n] = if bent[n] == b'A' { b'B' } else { b'A' };
            let bent = String::from_utf8(bent).expect("ascii");
            assert!(
                open::<(String, i32)>(&keys, b"a", &bent).is_err() || bent == cursor,
                "byte {n}"
            );
        }
        for garbage in ["", "x", "é", &"A".repeat(3000)] {
            assert!(open::<(String, i32)>(&keys, b"a", garbage).is_err());
        }
    }
}
