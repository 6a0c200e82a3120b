//! Splits HTML into tags with their names and attributes, and text.

use mail_parser::decoders::html::add_html_token;

/// Maximum number of attributes read from a tag; the rest are ignored.
const MAX_ATTRIBUTES: usize = 40;

/// A tag without its angle brackets.
pub struct Tag<'a> {
    /// In lower case.
    pub name: String,
    pub is_closing: bool,
    pub is_self_closing: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Parses the text between the angle brackets.
    pub fn parse(inside: &'a str) -> Self {
        let is_closing = inside.starts_with('/');
        let inner = inside.trim_start_matches('/');
        let end = inner
            .find(|c: char| c.is_ascii_whitespace() || c == '/')
            .unwrap_or(inner.len());
        let (name, attributes) = inner.split_at(end);
        Self {
            name: name.to_ascii_lowercase(),
            is_closing,
            is_self_closing: inside.ends_with('/'),
            attributes,
        }
    }

    /// Calls `visit` with the name and the value of each attribute. Entities are not decoded.
    pub fn for_each_attribute(&self, mut visit: impl FnMut(&str, &'a str)) {
        let mut rest = self.attributes;
        for _ in 0..MAX_ATTRIBUTES {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() {
                return;
            }
            let end = rest
                .find(|c: char| c.is_ascii_whitespace() || c == '=')
                .unwrap_or(rest.len());
            let (name, tail) = rest.split_at(end);
            let tail = tail.trim_start();
            let (value, after) = tail
                .strip_prefix('=')
                .map_or(("", tail), |value| split_value(value.trim_start()));
            visit(&name.to_ascii_lowercase(), value);
            // The name is empty only before a stray equals sign. Stop if nothing was consumed.
            rest = if name.is_empty() && after.len() == rest.len() {
                return;
            } else {
                after
            };
        }
    }
}

/// Splits off the value at the start of `rest`, without its quotes.
fn split_value(rest: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = rest.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
    rest.split_at(end)
}

/// Splits at the `>` that ends a tag, ignoring any `>` within quotes.
pub fn split_tag(tag: &str) -> (&str, &str) {
    let mut quote = None;
    let mut last = b' ';
    for (at, b) in tag.bytes().enumerate() {
        match (quote, b) {
            (None, b'>') => {
                return (
                    tag.get(..at).unwrap_or_default(),
                    tag.get(at + 1..).unwrap_or_default(),
                );
            }
            (None, b'"' | b'\'') if last == b'=' => quote = Some(b),
            (Some(q), b) if q == b => quote = None,
            // An unterminated quote must not hide the rest of the message.
            (Some(_), b'<') => {
                return (
                    tag.get(..at).unwrap_or_default(),
                    tag.get(at..).unwrap_or_default(),
                );
            }
            _ => {}
        }
        if !b.is_ascii_whitespace() {
            last = b;
        }
    }
    (tag, "")
}

/// Returns the content of an element and the input after its closing tag. Without a closing tag, the content is the rest of the
/// input, as in browsers.
pub fn split_element<'a>(rest: &'a str, name: &str) -> (&'a str, &'a str) {
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|r| r.find("</")) {
        let start = from + at;
        let tail = rest.get(start + 2..).unwrap_or_default();
        if tail
            .get(..name.len())
            .is_some_and(|n| n.eq_ignore_ascii_case(name))
        {
            let after = tail.find('>').and_then(|e| tail.get(e + 1..)).unwrap_or_default();
            return (rest.get(..start).unwrap_or_default(), after);
        }
        from = start + 2;
    }
    (rest, "")
}

/// Appends text with entities decoded and line breaks replaced by spaces.
pub fn push_text(text: &mut String, raw: &str) {
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        push_plain(text, rest.get(..at).unwrap_or_default());
        let tail = rest.get(at..).unwrap_or_default();
        let end = tail.bytes().take(34).position(|b| b == b';');
        let entity = end.and_then(|e| tail.get(..=e)).filter(|e| {
            e.len() > 2
                && e.bytes()
                    .skip(1)
                    .all(|b| b.is_ascii_alphanumeric() || b"#;".contains(&b))
        });
        if let Some(entity) = entity {
            add_html_token(text, entity.as_bytes(), false);
            rest = tail.get(entity.len()..).unwrap_or_default();
        } else {
            text.push('&');
            rest = tail.get(1..).unwrap_or_default();
        }
    }
    push_plain(text, rest);
}

/// Appends text that contains no entities.
fn push_plain(text: &mut String, raw: &str) {
    text.extend(
        raw.chars()
            .map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }),
    );
}
