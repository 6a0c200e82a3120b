//! Pagination cursors: opaque, signed, and valid only for the list, filters and user they were issued for.

use super::crypto::keys::Keys;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    ApiError, FieldCode,
    pagination::{self, MAX_UNPAGED, Pagination},
};
use serde::{Serialize, de::DeserializeOwned};

const PURPOSE: &str = "cursor";
/// Length of the truncated HMAC in bytes.
const SIGNATURE_LEN: usize = 16;
const MAX_CURSOR_LEN: usize = 2000;

/// Encodes the position at which the next page begins. `scope` has all values that must be the same when the cursor is used.
pub fn encode<T: Serialize>(keys: &Keys, scope: &[u8], position: &T) -> Option<String> {
    let mut bytes = serde_json::to_vec(position).ok()?;
    let signature = keys.hmac(PURPOSE, &message(scope, &bytes));
    bytes.extend_from_slice(&signature[..SIGNATURE_LEN]);
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

/// Limits the rows, one more than a page, to a page. Returns the last row of the page if another page follows.
pub fn cut_to_page<T>(rows: &mut Vec<T>, limit: u32) -> Option<&T> {
    let page_len = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > page_len;
    rows.truncate(page_len);
    rows.last().filter(|_| has_more)
}

/// Limits the rows, one more than a page, to a page. The next page begins at the position of its last row.
pub fn paginate<T, P: Serialize>(
    keys: &Keys,
    scope: &[u8],
    rows: &mut Vec<T>,
    limit: u32,
    position: impl Fn(&T) -> P,
) -> Pagination {
    let next_cursor = cut_to_page(rows, limit).and_then(|last| encode(keys, scope, &position(last)));
    Pagination { next_cursor, limit }
}

/// The requested page of a list that is not paged unless a limit or a cursor is sent.
pub struct OptionalPage<'a, P> {
    keys: &'a Keys,
    scope: String,
    limit: Option<u32>,
    /// The position after which the page begins.
    pub after: Option<P>,
}

impl<'a, P: Serialize + DeserializeOwned> OptionalPage<'a, P> {
    /// # Errors
    /// `invalid` for an invalid limit or cursor.
    pub fn new(
        keys: &'a Keys,
        scope: String,
        limit: Option<u32>,
        cursor: Option<&str>,
    ) -> Result<Self, ApiError> {
        let is_paged = limit.is_some() || cursor.is_some();
        Ok(Self {
            keys,
            limit: is_paged.then(|| pagination::limit(limit)).transpose()?,
            after: decode_optional(keys, scope.as_bytes(), cursor)?,
            scope,
        })
    }

    /// The rows to read, one more than the page has. `None` for a list that is not paged.
    pub fn rows(&self) -> Option<i64> {
        self.limit.map(|limit| i64::from(limit) + 1)
    }

    /// The number of all rows, unless they have to be counted: on a page, and when [`MAX_UNPAGED`] rows may not be all.
    pub fn total<T>(&self, rows: &[T]) -> Option<i64> {
        let found = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        (self.limit.is_none() && found < MAX_UNPAGED).then_some(found)
    }

    /// As [`paginate`], if the list is paged.
    pub fn paginate<T>(&self, rows: &mut Vec<T>, position: impl Fn(&T) -> P) -> Option<Pagination> {
        let limit = self.limit?;
        Some(paginate(self.keys, self.scope.as_bytes(), rows, limit, position))
    }
}

/// Decodes a result of [`encode`].
///
/// # Errors
/// `invalid` for the field `cursor` when it is malformed, or was issued for another list, filter or user.
pub fn decode<T: DeserializeOwned>(keys: &Keys, scope: &[u8], cursor: &str) -> Result<T, ApiError> {
    let invalid = || {
        let detail = "Send next_cursor unchanged, with the same filters and sort, or omit it to start from the beginning.";
        ApiError::field("cursor", FieldCode::InvalidFormat, detail)
    };
    if cursor.len() > MAX_CURSOR_LEN {
        return Err(invalid());
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())?;
    let (position, signature) = bytes.split_last_chunk::<SIGNATURE_LEN>().ok_or_else(invalid)?;
    if !keys.verify_hmac(PURPOSE, &message(scope, position), signature) {
        return Err(invalid());
    }
    serde_json::from_slice(position).map_err(|_| invalid())
}

/// As [`decode`]; `None` without a cursor, at the beginning of a list.
///
/// # Errors
/// As [`decode`].
pub fn decode_optional<T: DeserializeOwned>(
    keys: &Keys,
    scope: &[u8],
    cursor: Option<&str>,
) -> Result<Option<T>, ApiError> {
    cursor.map(|cursor| decode(keys, scope, cursor)).transpose()
}

/// The signed bytes: the scope with its length before it, then the position.
fn message(scope: &[u8], position: &[u8]) -> Vec<u8> {
    let mut message = u64::try_from(scope.len())
        .unwrap_or(u64::MAX)
        .to_le_bytes()
        .to_vec();
    message.extend_from_slice(scope);
    message.extend_from_slice(position);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    type Position = (String, i32);

    #[test]
    fn page_has_a_next_page_only_if_one_more_row_was_read() {
        for (read, page, last) in [(0, 0, None), (2, 2, None), (3, 2, Some(2))] {
            let mut rows: Vec<i32> = (1..=read).collect();
            assert_eq!(cut_to_page(&mut rows, 2).copied(), last);
            assert_eq!(rows.len(), page);
        }
    }

    #[test]
    fn cursor_is_valid_only_for_its_scope_and_keys() {
        let keys = Keys::new([7; 32]);
        let cursor = encode(&keys, b"a", &("2026-01-01", 5)).expect("encoded");
        assert_eq!(
            decode::<Position>(&keys, b"a", &cursor),
            Ok(("2026-01-01".into(), 5))
        );
        assert!(decode::<Position>(&keys, b"b", &cursor).is_err());
        assert!(decode::<Position>(&Keys::new([8; 32]), b"a", &cursor).is_err());
        let rotated = Keys::new([8; 32]).with_previous([7; 32]);
        assert!(
            decode::<Position>(&rotated, b"a", &cursor).is_ok(),
            "the previous key is still accepted"
        );
    }

    #[test]
    fn changed_or_malformed_cursor_is_rejected() {
        let keys = Keys::new([7; 32]);
        let cursor = encode(&keys, b"a", &("2026-01-01", 5)).expect("encoded");
        for n in 0..cursor.len() {
            let mut changed = cursor.clone().into_bytes();
            changed[n] = if changed[n] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ascii");
            assert!(decode::<Position>(&keys, b"a", &changed).is_err(), "byte {n}");
        }
        for malformed in ["", "x", "é", &"A".repeat(3000)] {
            assert!(decode::<Position>(&keys, b"a", malformed).is_err());
        }
    }
}
