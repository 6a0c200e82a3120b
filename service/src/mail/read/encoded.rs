//! Bytes to text: transfer encodings, character sets, and encoded words of headers. Takes what real mail contains, also
//! where it breaks the rules.

use mail_parser::decoders::{base64::base64_decode, charsets::map::charset_decoder};

/// How the body of a part is wrapped for transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// As it is.
    Plain,
    /// `=E4` for bytes that are not ASCII.
    QuotedPrintable,
    /// Base64.
    Base64,
}

impl Transfer {
    /// Reads the value of a Content-Transfer-Encoding header; what is unknown counts as plain.
    pub fn parse(value: &str) -> Self {
        match value.trim().to_ascii_lowercase().as_str() {
            "quoted-printable" => Self::QuotedPrintable,
            "base64" => Self::Base64,
            _ => Self::Plain,
        }
    }

    /// Takes the wrapping off. What does not fit the encoding stays as it is.
    pub fn decode(self, raw: &[u8]) -> Vec<u8> {
        match self {
            Self::Plain => raw.to_vec(),
            Self::QuotedPrintable => quoted_printable(raw, false),
            Self::Base64 => {
                let clean: Vec<u8> = raw
                    .iter()
                    .copied()
                    .filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
                    .collect();
                // A cut off end must not lose the rest.
                let whole = clean.len() - clean.len() % 4;
                let mut out = base64_decode(clean.get(..whole).unwrap_or_default()).unwrap_or_default();
                let mut tail = clean.get(whole..).unwrap_or_default().to_vec();
                if tail.len() > 1 {
                    tail.resize(4, b'=');
                    out.extend(base64_decode(&tail).unwrap_or_default());
                }
                out
            }
        }
    }
}

fn quoted_printable(raw: &[u8], underscores: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&b, tail)) = rest.split_first() {
        rest = tail;
        match b {
            b'_' if underscores => out.push(b' '),
            b'=' => match tail {
                [b'\r', b'\n', after @ ..] | [b'\n', after @ ..] => rest = after,
                [high, low, after @ ..] => {
                    if let (Some(high), Some(low)) = (hex(*high), hex(*low)) {
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

fn hex(b: u8) -> Option<u8> {
    char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

/// Bytes of the named character set as text. Without a name, or where the name is wrong: UTF-8 if it is that, else
/// Windows-1252, which holds most of the old mail.
pub fn text(bytes: &[u8], charset: Option<&str>) -> String {
    let charset = charset
        .map(|c| c.trim().to_ascii_lowercase())
        .filter(|c| !matches!(c.as_str(), "" | "utf-8" | "utf8" | "us-ascii" | "unknown-8bit"));
    if let Some(decode) = charset.and_then(|c| charset_decoder(c.as_bytes())) {
        return decode(bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) if mostly_utf8(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => charset_decoder(b"windows-1252")
            .map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |d| d(bytes)),
    }
}

/// UTF-8 with a few broken places, such as a text cut within a letter.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let lossy = String::from_utf8_lossy(bytes);
    let broken = lossy.matches('\u{fffd}').count();
    let good = lossy
        .chars()
        .filter(|c| !c.is_ascii() && *c != '\u{fffd}')
        .count();
    good > broken
}

/// An encoded word: where it ends, its character set, and its bytes.
type Word<'a> = (usize, &'a str, Vec<u8>);

/// The value of a header as text: raw 8-bit bytes, folded lines and encoded words, also those that were split within a
/// letter.
pub fn header(raw: &[u8]) -> String {
    let unfolded: Vec<u8> = raw
        .iter()
        .copied()
        .filter(|b| !matches!(b, b'\r' | b'\n'))
        .collect();
    let line = text(&unfolded, None);
    let mut out = String::with_capacity(line.len());
    let mut rest = line.as_str();
    // Neighbours of one character set are put together before they are decoded.
    let mut held: Option<(String, Vec<u8>)> = None;
    while let Some(at) = rest.find("=?") {
        let (before, tail) = rest.split_at(at);
        let Some((end, charset, bytes)) = encoded_word(tail) else {
            flush(&mut out, &mut held);
            out.push_str(before);
            out.push_str("=?");
            rest = tail.get(2..).unwrap_or_default();
            continue;
        };
        match &mut held {
            Some((name, all)) if before.trim().is_empty() && name.eq_ignore_ascii_case(charset) => {
                all.extend(bytes);
            }
            _ => {
                let neighbours = held.is_some() && before.trim().is_empty();
                flush(&mut out, &mut held);
                if !neighbours {
                    out.push_str(before);
                }
                held = Some((charset.to_owned(), bytes));
            }
        }
        rest = tail.get(end..).unwrap_or_default();
    }
    flush(&mut out, &mut held);
    out.push_str(rest);
    super::text::tidy(&out)
}

fn flush(out: &mut String, held: &mut Option<(String, Vec<u8>)>) {
    if let Some((charset, bytes)) = held.take() {
        out.push_str(&text(&bytes, Some(&charset)));
    }
}

fn encoded_word(tail: &str) -> Option<Word<'_>> {
    let inner = tail.strip_prefix("=?")?;
    let (charset, rest) = inner.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let (body, _) = rest.split_once("?=")?;
    let plain = |s: &str| s.len() <= 40 && s.bytes().all(|b| b.is_ascii_graphic());
    if !plain(charset) || encoding.len() != 1 || body.len() > 4096 {
        return None;
    }
    let bytes = match encoding {
        "B" | "b" => Transfer::Base64.decode(body.as_bytes()),
        "Q" | "q" => quoted_printable(body.as_bytes(), true),
        _ => return None,
    };
    let end = 2 + charset.len() + 1 + encoding.len() + 1 + body.len() + 2;
    Some((end, charset.split('*').next().unwrap_or(charset), bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_encoded_words_also_badly_split_ones() {
        assert_eq!(
            header(b"=?utf-8?B?R3LDvMOfZQ==?= an =?ISO-8859-1?Q?J=F6rg_M?="),
            "Grüße an Jörg M"
        );
        assert_eq!(
            header(b"=?utf-8?Q?Caf=C3?=\r\n =?UTF-8?Q?=A9_Nord?= offen"),
            "Café Nord offen"
        );
        assert_eq!(header(b"=?utf-8?B?YWLD?= =?utf-8?B?qSBi?="), "abé b");
        assert_eq!(header(b"=?utf-8?Q?a?= =?iso-8859-2?Q?=B1?= b"), "aą b");
        assert_eq!(header(b"1 =? 2 =?x?= 3"), "1 =? 2 =?x?= 3");
        assert_eq!(header(b"=?koi8-r?B?8NLJ18XU?="), "Привет");
        assert_eq!(header(b"=?gb2312?B?xOO6ww==?="), "你好");
    }

    #[test]
    fn raw_eight_bit_headers_are_read() {
        assert_eq!(header("Grüße".as_bytes()), "Grüße");
        assert_eq!(header(b"Gr\xfc\xdfe aus K\xf6ln"), "Grüße aus Köln");
    }

    #[test]
    fn transfer_encodings_forgive() {
        assert_eq!(
            Transfer::QuotedPrintable.decode(b"a=C3=A9=\r\nb=ZZ=3"),
            "aéb=ZZ=3".as_bytes()
        );
        assert_eq!(Transfer::Base64.decode(b"aGFs\r\nbG8gd2Vs!dA"), b"hallo welt");
        assert_eq!(Transfer::parse(" Base64 "), Transfer::Base64);
        assert_eq!(text(b"\xe9t\xe9", Some("nonsense")), "été");
        assert_eq!(text(b"\xe9t\xe9", Some("utf-8")), "été");
        assert_eq!(text("zażółć".as_bytes(), None), "zażółć");
    }
}
