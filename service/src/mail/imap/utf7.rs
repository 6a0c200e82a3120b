//! Folder names in modified UTF-7 (RFC 3501, 5.1.3): `&` begins UTF-16 in base64 with `,` instead of `/`, and `-` ends it.

use base64::{
    Engine as _,
    alphabet::IMAP_MUTF7,
    engine::{GeneralPurpose, general_purpose::NO_PAD},
};

const BASE64: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// Decodes the name for users. Invalid parts are kept as they are.
pub fn decode(name: &str) -> String {
    let mut decoded = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        let shifted = after.split_once('-');
        let shifted = shifted.and_then(|(encoded, rest)| Some((decode_shifted(encoded)?, rest)));
        let (text, after) = shifted.unwrap_or_else(|| ("&".into(), after));
        decoded.push_str(&text);
        rest = after;
    }
    decoded.push_str(rest);
    decoded
}

fn decode_shifted(encoded: &str) -> Option<String> {
    if encoded.is_empty() {
        return Some("&".into());
    }
    let bytes = BASE64.decode(encoded).ok()?;
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .collect();
    if bytes.len() % 2 != 0 {
        return None;
    }
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn folder_name_is_decoded_from_modified_utf7() {
        for (name, expected) in [
            ("INBOX", "INBOX"),
            ("Entw&APw-rfe", "Entwürfe"),
            ("&ZeVnLIqe-", "日本語"),
            ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
            ("Jobs &- more", "Jobs & more"),
            ("&2D3cvA-", "💼"),
        ] {
            assert_eq!(decode(name), expected);
        }
    }

    #[test]
    fn invalid_name_stays_as_it_is() {
        for name in ["a&b", "&&&", "&2D0-", "&A-", "Bewerbungen für Ada", "&AP"] {
            assert_eq!(decode(name), name);
        }
    }
}
