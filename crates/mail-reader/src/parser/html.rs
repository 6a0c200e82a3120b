//! Converts HTML to text: one line per block, without styles, scripts, comments and quoted replies. A single pass without
//! recursion, so deep nesting is harmless.

use mail_parser::decoders::html::add_html_token;

/// The rest of a longer HTML part is ignored.
pub const MAX_HTML_BYTES: usize = 200 * 1024;

/// Elements whose content is not visible text.
const HIDDEN_ELEMENTS: [&str; 9] = [
    "style", "script", "title", "template", "noscript", "svg", "object", "select", "textarea",
];
/// Elements that do not begin a new line.
const INLINE_ELEMENTS: [&str; 26] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "em", "font", "i", "img", "ins", "kbd",
    "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u", "wbr", "o:p",
];

/// Extracts the visible text.
pub fn to_text(html: &str) -> String {
    let mut end = html.len().min(MAX_HTML_BYTES);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let html = html.get(..end).unwrap_or_default();
    let mut text = String::with_capacity(html.len() / 4);
    let mut quote_depth = 0_u32;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        if quote_depth == 0 {
            push_text(&mut text, before);
        }
        rest = if let Some(comment) = tag.strip_prefix("<!--") {
            comment
                .find("-->")
                .and_then(|e| comment.get(e + 3..))
                .unwrap_or_default()
        } else if tag
            .get(1..2)
            .is_some_and(|c| c.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')))
        {
            let (inside, after) = split_tag(tag.get(1..).unwrap_or_default());
            handle_tag(inside, after, &mut text, &mut quote_depth)
        } else {
            if quote_depth == 0 {
                text.push('<');
            }
            tag.get(1..).unwrap_or_default()
        };
    }
    if quote_depth == 0 {
        push_text(&mut text, rest);
    }
    text
}

/// Splits at the `>` that ends a tag, ignoring those within quotes.
fn split_tag(tag: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, b) in tag.bytes().enumerate() {
        match (quote, b) {
            (None, b'>') => {
                return (
                    tag.get(..at).unwrap_or_default(),
                    tag.get(at + 1..).unwrap_or_default(),
                );
            }
            (None, b'"' | b'\'') if tag.as_bytes().get(at.wrapping_sub(1)) == Some(&b'=') => quote = Some(b),
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
    }
    (tag, "")
}

/// Handles one tag and returns the remaining input.
fn handle_tag<'a>(inside: &str, after: &'a str, text: &mut String, quote_depth: &mut u32) -> &'a str {
    let is_closing = inside.starts_with('/');
    let name = inside
        .trim_start_matches('/')
        .split(|c: char| c.is_ascii_whitespace() || c == '/')
        .next()
        .unwrap_or_default();
    let name = name.to_ascii_lowercase();
    if !is_closing && HIDDEN_ELEMENTS.contains(&name.as_str()) && !inside.ends_with('/') {
        return skip_element(after, &name);
    }
    if name == "blockquote" {
        let is_quote = inside.contains("cite") || inside.contains("gmail_quote");
        if is_closing {
            *quote_depth = quote_depth.saturating_sub(1);
        } else if is_quote || *quote_depth > 0 {
            *quote_depth += 1;
        }
    }
    if *quote_depth == 0 && !INLINE_ELEMENTS.contains(&name.as_str()) {
        text.push('\n');
    }
    after
}

/// Returns the input after the closing tag; nothing when there is none, as in browsers.
fn skip_element<'a>(rest: &'a str, name: &str) -> &'a str {
    let mut from = rest;
    while let Some(at) = from.find("</") {
        let tail = from.get(at + 2..).unwrap_or_default();
        if tail
            .get(..name.len())
            .is_some_and(|n| n.eq_ignore_ascii_case(name))
        {
            return tail.find('>').and_then(|e| tail.get(e + 1..)).unwrap_or_default();
        }
        from = tail;
    }
    ""
}

/// Appends text, with entities decoded.
fn push_text(text: &mut String, raw: &str) {
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

/// Appends text without entities. Line breaks of the source become spaces.
fn push_plain(text: &mut String, raw: &str) {
    text.extend(
        raw.chars()
            .map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::Text;

    fn lines(html: &str) -> Vec<String> {
        Text::from_blocks(&to_text(html))
            .lines
            .lines()
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn each_block_is_a_line_and_hidden_content_is_skipped() {
        let html = "<html><head><title>T</title><style>p{a:b>c}</style></head><body><!-- <p>no</p> --><p>Thank\nyou for <b>applying</b></p>\
            <table><tr><td>Data&nbsp;Analyst</td><td>Quiet Harbour &amp; Sons</td></tr></table><script>if(a<b)'unfortunately'</script>1 < 2<br>end";
        assert_eq!(
            lines(html),
            [
                "Thank you for applying",
                "Data Analyst",
                "Quiet Harbour & Sons",
                "1 < 2",
                "end"
            ]
        );
    }

    #[test]
    fn quoted_reply_is_skipped() {
        assert_eq!(
            lines(
                "<p>New</p><blockquote type=\"cite\"><p>old <blockquote>older</blockquote> old</p></blockquote><p>end</p>"
            ),
            ["New", "end"]
        );
    }

    #[test]
    fn malformed_markup_is_tolerated() {
        assert_eq!(
            lines("<p title=\"a>b\">one</p><a href=\"x<p>two</p>"),
            ["one", "two"]
        );
        assert_eq!(lines("a<style>b"), ["a"]);
        assert_eq!(lines("&#xfffffff; &bogus; & <"), ["\u{fffd} &bogus; & <"]);
        assert!(lines("<!-- never ends <p>x</p>").is_empty());
    }

    #[test]
    fn deep_nesting_and_large_input_are_bounded() {
        assert_eq!(
            lines(&format!(
                "{}deep{}",
                "<div>".repeat(50_000),
                "</div>".repeat(50_000)
            ))
            .len(),
            0
        );
        assert_eq!(
            lines(&format!(
                "{}deep{}",
                "<div>".repeat(10_000),
                "</div>".repeat(10_000)
            )),
            ["deep"]
        );
        assert_eq!(lines(&"é".repeat(MAX_HTML_BYTES)).len(), 1);
    }
}
