//! Decodes transfer encodings (RFC 2045) and character sets. Invalid input is decoded as far as possible.

use mail_parser::decoders::{base64::base64_decode, charsets::map::charset_decoder};

/// A Content-Transfer-Encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferEncoding {
    /// `7bit`, `8bit`, `binary` and unknown encodings: the bytes are used unchanged.
    Identity,
    /// `=E4` for bytes that are not ASCII.
    QuotedPrintable,
    /// Base64.
    Base64,
}

impl TransferEncoding {
    /// Parses the value of a Content-Transfer-Encoding header.
    pub fn parse(value: &str) -> Self {
        match value.trim().to_ascii_lowercase().as_str() {
            "quoted-printable" => Self::QuotedPrintable,
            "base64" => Self::Base64,
            _ => Self::Identity,
        }
    }

    /// Decodes a body. Invalid quoted-printable sequences are kept, invalid base64 characters are skipped.
    pub fn decode(self, raw: &[u8]) -> Vec<u8> {
        match self {
            Self::Identity => raw.to_vec(),
            Self::QuotedPrintable => decode_quoted_printable(raw, false),
            Self::Base64 => {
                let clean: Vec<u8> = raw
                    .iter()
                    .copied()
                    .filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
                    .collect();
                // A truncated end must not invalidate the rest.
                let complete = clean.len() - clean.len() % 4;
                let mut out = base64_decode(clean.get(..complete).unwrap_or_default()).unwrap_or_default();
                let mut tail = clean.get(complete..).unwrap_or_default().to_vec();
                if tail.len() > 1 {
                    tail.resize(4, b'=');
                    out.extend(base64_decode(&tail).unwrap_or_default());
                }
                out
            }
        }
    }
}

/// Decodes quoted-printable, or its variant for encoded words, where `_` is a space.
pub fn decode_quoted_printable(raw: &[u8], underscore_is_space: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&b, tail)) = rest.split_first() {
        rest = tail;
        match b {
            b'_' if underscore_is_space => out.push(b' '),
            b'=' => match tail {
                [b'\r', b'\n', after @ ..] | [b'\n', after @ ..] => rest = after,
                [high, low, after @ ..] => {
                    if let (Some(high), Some(low)) = (hex_digit(*high), hex_digit(*low)) {
                        out.push(high << 4 | low);
                        rest = after;
                    } else {
                        out.push(b);
                    }
                }
                _ => out.push(b),
            },
            _ => out.push(b),
        }
    }
    out
}

fn hex_digit(b: u8) -> Option<u8> {
    char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

/// Decodes bytes in the named character set. Labels are often wrong, so valid UTF-8 is decoded as such in most cases, and text
/// labelled as Latin-1 or ASCII is decoded as Windows-1252, as in browsers. Without a known label, the bytes are decoded as UTF-8
/// if possible, otherwise as Windows-1252, the most common character set of old messages.
pub fn decode_text(bytes: &[u8], charset: Option<&str>) -> String {
    let label = charset.map(clean_label).unwrap_or_default();
    let decoder = (!label.is_empty() && !label.starts_with("utf-8") && !label.starts_with("utf8"))
        .then(|| charset_decoder(label.as_bytes()))
        .flatten();
    if bytes.is_ascii() {
        return match decoder {
            Some(decode) if is_stateful(&label) => decode(bytes),
            // ISO-2022-JP in a header or body that is not labelled as such.
            _ if has_japanese_escape(bytes) => decode_with(b"iso-2022-jp", bytes),
            _ => String::from_utf8_lossy(bytes).into_owned(),
        };
    }
    let bytes = super::strip_bom(bytes);
    if is_utf16(&label)
        && let Some(decode) = decoder
    {
        return decode(bytes);
    }
    // An incomplete character at the end is accepted, because the input may be truncated.
    let is_utf8 = std::str::from_utf8(bytes).map_or_else(|e| e.error_len().is_none(), |_| true);
    match decoder {
        Some(decode) if is_utf8 && is_multi_byte(&label) => {
            let text = decode(bytes);
            let as_utf8 = String::from_utf8_lossy(bytes);
            // Short text may be valid in both. More than three characters of three or more bytes indicate UTF-8.
            let long = as_utf8.chars().filter(|c| c.len_utf8() > 2).count();
            if long > 3 || text.contains('\u{fffd}') {
                as_utf8.into_owned()
            } else {
                text
            }
        }
        Some(decode) if !is_utf8 && !has_latin1_label(&label) => decode(bytes),
        _ if is_utf8 || is_mostly_utf8(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => decode_with(b"windows-1252", bytes),
    }
}

/// Normalizes a label: lower case, without surrounding quotes, semicolons and whitespace.
fn clean_label(charset: &str) -> String {
    let label = charset.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';'));
    label.to_ascii_lowercase().replace(' ', "-")
}

/// Whether a character set encodes other characters as ASCII bytes.
fn is_stateful(label: &str) -> bool {
    label.starts_with("iso-2022") || label.starts_with("utf-7") || label.starts_with("hz") || is_utf16(label)
}

fn is_utf16(label: &str) -> bool {
    label.starts_with("utf-16") || label.starts_with("utf16") || label.starts_with("ucs-2")
}

fn is_multi_byte(label: &str) -> bool {
    [
        "gb",
        "big5",
        "euc",
        "shift",
        "sjis",
        "ks",
        "cp936",
        "cp932",
        "windows-31j",
    ]
    .iter()
    .any(|prefix| label.starts_with(prefix))
}

fn has_latin1_label(label: &str) -> bool {
    matches!(
        label,
        "iso-8859-1" | "iso8859-1" | "latin1" | "latin-1" | "us-ascii" | "ascii"
    )
}

fn has_japanese_escape(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"\x1b$B").is_some() || memchr::memmem::find(bytes, b"\x1b$@").is_some()
}

fn decode_with(label: &[u8], bytes: &[u8]) -> String {
    charset_decoder(label).map_or_else(
        || String::from_utf8_lossy(bytes).into_owned(),
        |decode| decode(bytes),
    )
}

/// Whether the bytes contain more non-ASCII characters in valid UTF-8 than invalid sequences.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let lossy = String::from_utf8_lossy(bytes);
    let invalid = lossy.matches('\u{fffd}').count();
    let valid = lossy
        .chars()
        .filter(|c| !c.is_ascii() && *c != '\u{fffd}')
        .count();
    valid > invalid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_transfer_encoding_is_decoded_leniently() {
        assert_eq!(
            TransferEncoding::QuotedPrintable.decode(b"a=C3=A9=\r\nb=ZZ=3"),
            "aéb=ZZ=3".as_bytes()
        );
        assert_eq!(
            TransferEncoding::Base64.decode(b"aGFs\r\nbG8gd2Vs!dA"),
            b"hallo welt"
        );
        assert_eq!(TransferEncoding::parse(" Base64 "), TransferEncoding::Base64);
        assert_eq!(decode_text(b"\xe9t\xe9", Some("nonsense")), "été");
        assert_eq!(decode_text(b"\xe9t\xe9", Some("utf-8")), "été");
        assert_eq!(decode_text("zażółć".as_bytes(), None), "zażółć");
    }

    #[test]
    fn wrong_charset_label_is_corrected() {
        for label in [
            "iso-8859-1",
            "us-ascii",
            "windows-1252",
            "iso-8859-15",
            "koi8-r",
            "x-unknown",
            "\"UTF-8\"",
        ] {
            assert_eq!(decode_text("Köchin".as_bytes(), Some(label)), "Köchin", "{label}");
        }
        assert_eq!(
            decode_text("您的申请已收到".as_bytes(), Some("gb2312")),
            "您的申请已收到"
        );
        assert_eq!(
            decode_text("応募を受け付けました".as_bytes(), Some("iso-2022-jp")),
            "応募を受け付けました"
        );
        // Punctuation of Windows-1252.
        assert_eq!(
            decode_text(b"\x93We\x94 \x96 L\x92Or", Some("ISO-8859-1")),
            "“We” – L’Or"
        );
        assert_eq!(decode_text(b"\x93We\x94 \x80", Some("us-ascii")), "“We” €");
        assert_eq!(decode_text(b"K\xf6chin", Some(" ISO-8859-1; ")), "Köchin");
        // 镕 is in GBK, but not in GB 2312.
        assert_eq!(decode_text(b"\xe9F", Some("gb2312")), "镕");
        assert_eq!(decode_text(b"\xc4\xe3\xba\xc3", Some("gb2312")), "你好");
        assert_eq!(decode_text(b"\xa4", Some("iso-8859-15")), "€");
        assert_eq!(
            decode_text(
                "Köchi\u{f6}".as_bytes().split_last().expect("bytes").1,
                Some("iso-8859-1")
            ),
            "Köchi\u{fffd}"
        );
        assert_eq!(decode_text(b"K+APY-chin", Some("utf-7")), "Köchin");
        assert_eq!(decode_text(b"\x1b$B1~Jg\x1b(B", None), "応募");
    }
}
