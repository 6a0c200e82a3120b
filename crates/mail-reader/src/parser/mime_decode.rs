//! Decodes transfer encodings (RFC 2045), character sets and encoded words of headers (RFC 2047). Invalid input is decoded
//! as far as possible. Own code, because `mail-parser` does not decode characters that are split over encoded words.

use mail_parser::decoders::{base64::base64_decode, charsets::map::charset_decoder};

/// A Content-Transfer-Encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferEncoding {
    /// `7bit`, `8bit`, `binary` and unknown ones: the bytes are not encoded.
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

fn decode_quoted_printable(raw: &[u8], underscore_is_space: bool) -> Vec<u8> {
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

/// Decodes bytes in the named character set. Without a valid name: UTF-8 if possible, else Windows-1252, the most common
/// one of old messages.
pub fn decode_text(bytes: &[u8], charset: Option<&str>) -> String {
    let charset = charset
        .map(|c| c.trim().to_ascii_lowercase())
        .filter(|c| !matches!(c.as_str(), "" | "utf-8" | "utf8" | "us-ascii" | "unknown-8bit"));
    if let Some(decode) = charset.and_then(|c| charset_decoder(c.as_bytes())) {
        return decode(bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) if is_mostly_utf8(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => charset_decoder(b"windows-1252")
            .map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |d| d(bytes)),
    }
}

/// Whether the bytes are UTF-8 with a few errors, such as a character truncated at the end.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let lossy = String::from_utf8_lossy(bytes);
    let invalid = lossy.matches('\u{fffd}').count();
    let valid = lossy
        .chars()
        .filter(|c| !c.is_ascii() && *c != '\u{fffd}')
        .count();
    valid > invalid
}

struct EncodedWord<'a> {
    /// Length in the header, in bytes.
    len: usize,
    charset: &'a str,
    bytes: Vec<u8>,
}

/// Decodes the value of a header: raw 8-bit bytes, folded lines and encoded words, also when a character is split over two
/// of them.
pub fn decode_header(raw: &[u8]) -> String {
    let unfolded: Vec<u8> = raw
        .iter()
        .copied()
        .filter(|b| !matches!(b, b'\r' | b'\n'))
        .collect();
    let line = decode_text(&unfolded, None);
    let mut out = String::with_capacity(line.len());
    let mut rest = line.as_str();
    // Adjacent words of one character set are joined before they are decoded.
    let mut pending: Option<(String, Vec<u8>)> = None;
    while let Some(at) = rest.find("=?") {
        let (before, tail) = rest.split_at(at);
        let Some(word) = parse_encoded_word(tail) else {
            flush(&mut out, &mut pending);
            out.push_str(before);
            out.push_str("=?");
            rest = tail.get(2..).unwrap_or_default();
            continue;
        };
        match &mut pending {
            Some((charset, bytes))
                if before.trim().is_empty() && charset.eq_ignore_ascii_case(word.charset) =>
            {
                bytes.extend(word.bytes);
            }
            _ => {
                let is_adjacent = pending.is_some() && before.trim().is_empty();
                flush(&mut out, &mut pending);
                if !is_adjacent {
                    out.push_str(before);
                }
                pending = Some((word.charset.to_owned(), word.bytes));
            }
        }
        rest = tail.get(word.len..).unwrap_or_default();
    }
    flush(&mut out, &mut pending);
    out.push_str(rest);
    super::text::normalize_whitespace(&out)
}

fn flush(out: &mut String, pending: &mut Option<(String, Vec<u8>)>) {
    if let Some((charset, bytes)) = pending.take() {
        out.push_str(&decode_text(&bytes, Some(&charset)));
    }
}

fn parse_encoded_word(tail: &str) -> Option<EncodedWord<'_>> {
    let inner = tail.strip_prefix("=?")?;
    let (charset, rest) = inner.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let (body, _) = rest.split_once("?=")?;
    let is_token = |s: &str| s.len() <= 40 && s.bytes().all(|b| b.is_ascii_graphic());
    if !is_token(charset) || encoding.len() != 1 || body.len() > 4096 {
        return None;
    }
    let bytes = match encoding {
        "B" | "b" => TransferEncoding::Base64.decode(body.as_bytes()),
        "Q" | "q" => decode_quoted_printable(body.as_bytes(), true),
        _ => return None,
    };
    Some(EncodedWord {
        len: 2 + charset.len() + 1 + encoding.len() + 1 + body.len() + 2,
        // RFC 2231 §5: a language tag may follow the character set.
        charset: charset.split('*').next().unwrap_or(charset),
        bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_decoded_also_when_split_within_a_character() {
        assert_eq!(
            decode_header(b"=?utf-8?B?R3LDvMOfZQ==?= an =?ISO-8859-1?Q?J=F6rg_M?="),
            "Grüße an Jörg M"
        );
        assert_eq!(
            decode_header(b"=?utf-8?Q?Caf=C3?=\r\n =?UTF-8?Q?=A9_Nord?= offen"),
            "Café Nord offen"
        );
        assert_eq!(decode_header(b"=?utf-8?B?YWLD?= =?utf-8?B?qSBi?="), "abé b");
        assert_eq!(decode_header(b"=?utf-8?Q?a?= =?iso-8859-2?Q?=B1?= b"), "aą b");
        assert_eq!(decode_header(b"1 =? 2 =?x?= 3"), "1 =? 2 =?x?= 3");
        assert_eq!(decode_header(b"=?koi8-r?B?8NLJ18XU?="), "Привет");
        assert_eq!(decode_header(b"=?gb2312?B?xOO6ww==?="), "你好");
    }

    #[test]
    fn raw_eight_bit_headers_are_decoded() {
        assert_eq!(decode_header("Grüße".as_bytes()), "Grüße");
        assert_eq!(decode_header(b"Gr\xfc\xdfe aus K\xf6ln"), "Grüße aus Köln");
    }

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
}
