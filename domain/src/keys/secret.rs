//! The text of API keys: `jhx_`, 256 random bits and a checksum, all in base62. Secret scanners recognize it without asking the server.

/// The prefix of every API key.
pub const KEY_PREFIX: &str = "jhx_";
/// Length of the part of a key that is shown in lists.
pub const VISIBLE_LEN: usize = KEY_PREFIX.len() + 8;
/// Length of 256 bits in base62.
const RANDOM_LEN: usize = 43;
/// Length of 32 bits in base62.
const CHECKSUM_LEN: usize = 6;
/// Length of a key.
pub const KEY_LEN: usize = KEY_PREFIX.len() + RANDOM_LEN + CHECKSUM_LEN;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The key with these random bits.
pub fn format_key(random: [u8; 32]) -> String {
    let random = base62(&random, RANDOM_LEN);
    let checksum = base62(&crc32(random.as_bytes()).to_be_bytes(), CHECKSUM_LEN);
    format!("{KEY_PREFIX}{random}{checksum}")
}

/// Whether the text has the format and the checksum of a key.
pub fn is_well_formed_key(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(KEY_PREFIX) else {
        return false;
    };
    if text.len() != KEY_LEN || !rest.bytes().all(|c| c.is_ascii_alphanumeric()) {
        return false;
    }
    let (random, checksum) = rest.split_at(RANDOM_LEN);
    checksum == base62(&crc32(random.as_bytes()).to_be_bytes(), CHECKSUM_LEN)
}

/// The part of a key that is shown in lists.
pub fn visible_part(key: &str) -> &str {
    key.get(..VISIBLE_LEN).unwrap_or(key)
}

/// A big-endian number in base62 with leading zeros.
fn base62(number: &[u8], len: usize) -> String {
    let mut number = number.to_vec();
    let mut digits = vec![b'0'; len];
    for digit in digits.iter_mut().rev() {
        let mut remainder = 0_usize;
        for byte in &mut number {
            let value = remainder * 256 + usize::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            remainder = value % 62;
        }
        *digit = DIGITS[remainder];
    }
    digits.into_iter().map(char::from).collect()
}

/// CRC-32 (ISO-HDLC), as in zip files.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn checksum_is_the_published_crc32() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(base62(&61_u32.to_be_bytes(), 6), "00000z");
        assert_eq!(base62(&u32::MAX.to_be_bytes(), 6), "4gfFC3");
    }

    proptest! {
        #[test]
        fn key_is_well_formed_and_any_changed_character_is_not(
            random in any::<[u8; 32]>(), position in KEY_PREFIX.len()..KEY_LEN, digit in 0_usize..62,
        ) {
            let key = format_key(random);
            prop_assert_eq!(key.len(), KEY_LEN);
            prop_assert!(is_well_formed_key(&key));
            let mut changed = key.clone().into_bytes();
            changed[position] = DIGITS[digit];
            let changed = String::from_utf8(changed).expect("ASCII");
            prop_assert!(changed == key || !is_well_formed_key(&changed));
        }

        #[test]
        fn different_bits_are_different_keys(a in any::<[u8; 32]>(), b in any::<[u8; 32]>()) {
            prop_assert_eq!(a == b, format_key(a) == format_key(b));
        }

        #[test]
        fn any_text_is_judged_without_a_panic(text in ".*") {
            is_well_formed_key(&text);
            is_well_formed_key(&format!("{KEY_PREFIX}{text}"));
            visible_part(&text);
        }
    }
}
