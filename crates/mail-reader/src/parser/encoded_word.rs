//! Decodes header values with encoded words (RFC 2047). Implemented here, because `mail-parser` does not decode characters that
//! are split across encoded words.

use super::mime_decode::{TransferEncoding, decode_quoted_printable, decode_text};

/// Maximum length of the body of an encoded word, in bytes; longer words are not decoded. RFC 2047 allows 75 bytes for a word, but
/// some programs encode a whole subject as one.
const MAX_ENCODED_WORD_LEN: usize = 4096;

/// An encoded word, or several adjacent words in the same character set.
struct EncodedWord<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
    /// Base64 digits at the end that do not form a group of four. If the encoder split a group, the next word completes it.
    incomplete: String,
    /// Length in the header, in bytes.
    len: usize,
}

impl EncodedWord<'_> {
    /// Appends the next word.
    fn append(&mut self, next: &Self, next_body: Option<&str>) {
        match next_body {
            Some(body) if !self.incomplete.is_empty() => {
                let joined = format!("{}{body}", self.incomplete);
                self.bytes
                    .truncate(self.bytes.len() - partial_bytes(&self.incomplete));
                let (bytes, incomplete) = decode_base64_word(&joined);
                self.bytes.extend(bytes);
                self.incomplete = incomplete;
            }
            _ => {
                self.bytes.extend(&next.bytes);
                self.incomplete.clone_from(&next.incomplete);
            }
        }
    }
}

/// Number of bytes that an incomplete group of base64 digits decodes to.
const fn partial_bytes(digits: &str) -> usize {
    digits.len().saturating_sub(1)
}

/// Decodes the body of a base64 word. Also returns the digits at its end that do not form a group of four.
fn decode_base64_word(body: &str) -> (Vec<u8>, String) {
    let digits: String = body
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/'))
        .collect();
    let complete = digits.len() - digits.len() % 4;
    let is_padded = body.contains('=');
    let incomplete = digits.get(complete..).filter(|_| !is_padded).unwrap_or_default();
    (
        TransferEncoding::Base64.decode(body.as_bytes()),
        incomplete.to_owned(),
    )
}

/// Decodes the value of a header: raw 8-bit bytes, folded lines and encoded words, even if a character or an escape sequence
/// is split across two words.
pub fn decode_header(raw: &[u8]) -> String {
    let unfolded: Vec<u8> = raw
        .iter()
        .copied()
        .filter(|b| !matches!(b, b'\r' | b'\n'))
        .collect();
    let line = decode_text(&unfolded, None);
    let mut out = String::with_capacity(line.len());
    let mut rest = line.as_str();
    // Adjacent words in the same character set are joined before they are decoded.
    let mut pending: Option<EncodedWord<'_>> = None;
    while let Some(at) = rest.find("=?") {
        let (before, tail) = rest.split_at(at);
        let Some((word, base64)) = parse_encoded_word(tail) else {
            flush(&mut out, &mut pending);
            out.push_str(before);
            out.push_str("=?");
            rest = tail.get(2..).unwrap_or_default();
            continue;
        };
        let len = word.len;
        match &mut pending {
            Some(previous)
                if before.trim().is_empty() && previous.charset.eq_ignore_ascii_case(word.charset) =>
            {
                previous.append(&word, base64);
            }
            _ => {
                let is_adjacent = pending.is_some() && before.trim().is_empty();
                flush(&mut out, &mut pending);
                if !is_adjacent {
                    out.push_str(before);
                }
                pending = Some(word);
            }
        }
        rest = tail.get(len..).unwrap_or_default();
    }
    flush(&mut out, &mut pending);
    out.push_str(rest);
    super::text::normalize_whitespace(&out)
}

fn flush(out: &mut String, pending: &mut Option<EncodedWord<'_>>) {
    if let Some(word) = pending.take() {
        out.push_str(&decode_text(&word.bytes, Some(word.charset)));
    }
}

/// Parses the encoded word at the start of `tail`. Also returns its body if it is base64.
fn parse_encoded_word(tail: &str) -> Option<(EncodedWord<'_>, Option<&str>)> {
    let inner = tail.strip_prefix("=?")?;
    let (charset, rest) = inner.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let (body, _) = rest.split_once("?=")?;
    let len = 2 + charset.len() + 1 + encoding.len() + 1 + body.len() + 2;
    // RFC 2231 §5: a language tag may follow the character set.
    let charset = charset.split('*').next().unwrap_or(charset).trim();
    let is_label =
        !charset.is_empty() && charset.len() <= 40 && charset.bytes().all(|b| b.is_ascii_graphic());
    if !is_label || body.len() > MAX_ENCODED_WORD_LEN {
        return None;
    }
    let word = |bytes, incomplete| EncodedWord {
        charset,
        bytes,
        incomplete,
        len,
    };
    match encoding.trim() {
        "B" | "b" => {
            let (bytes, incomplete) = decode_base64_word(body);
            Some((word(bytes, incomplete), Some(body)))
        }
        "Q" | "q" => Some((
            word(decode_quoted_printable(body.as_bytes(), true), String::new()),
            None,
        )),
        _ => None,
    }
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
    fn encoded_words_of_careless_programs_are_decoded() {
        for (header, expected) in [
            (b"=?utf-8*de?Q?K=C3=B6chin?=".as_slice(), "Köchin"),
            (b"=? utf-8 ? Q ?K=C3=B6chin gesucht?=", "Köchin gesucht"),
            (b"=?UTF-8?B?S8O2Y2 hpbg==?=", "Köchin"),
            // Base64 split within a group of four digits, and within a character.
            (b"=?utf-8?B?S8O?= =?utf-8?B?2Y2hpbg==?=", "Köchin"),
            (b"=?utf-8?B?S8?=\r\n =?utf-8?B?O2Y2hpbg==?=", "Köchin"),
            // ISO-2022-JP split within an escape sequence, and split without a return to ASCII.
            (b"=?iso-2022-jp?Q?=1B$B1~Jg=1B?= =?iso-2022-jp?Q?(B_A?=", "応募 A"),
            (b"=?ISO-2022-JP?Q?=1B$B1~?= =?ISO-2022-JP?Q?Jg=1B(B?=", "応募"),
            (b"\x1b$B1~Jg\x1b(B ok", "応募 ok"),
            (b"=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
            (b"=?iso-8859-1?Q?K=C3=B6chin?=", "Köchin"),
            (b"=?us-ascii?Q?L=92Or?=", "L'Or"),
        ] {
            assert_eq!(
                decode_header(header),
                expected,
                "{}",
                String::from_utf8_lossy(header)
            );
        }
    }
}
