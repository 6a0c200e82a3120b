//! HTML to text for the rules: one line for each block, nothing of styles, scripts, comments and quoted replies.
//! One pass without recursion, so nesting costs nothing.

use mail_parser::decoders::html::add_html_token;

/// Most bytes of an HTML part that are looked at.
pub const MAX_HTML: usize = 200 * 1024;

/// Elements whose content is not text for people.
const SILENT: [&str; 9] = [
    "style", "script", "title", "template", "noscript", "svg", "object", "select", "textarea",
];
/// Elements that stand within a line.
const INLINE: [&str; 26] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "em", "font", "i", "img", "ins", "kbd",
    "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u", "wbr", "o:p",
];

/// The visible text.
pub fn to_text(html: &str) -> String {
    let mut end = html.len().min(MAX_HTML);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let html = html.get(..end).unwrap_or_default();
    let mut text = String::with_capacity(html.len() / 4);
    let mut quotes = 0_u32;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        if quotes == 0 {
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
            let (inside, after) = tag_end(tag.get(1..).unwrap_or_default());
            element(inside, after, &mut text, &mut quotes)
        } else {
            if quotes == 0 {
                text.push('<');
            }
            tag.get(1..).unwrap_or_default()
        };
    }
    if quotes == 0 {
        push_text(&mut text, rest);
    }
    text
}

/// Splits at the `>` that ends a tag; one inside of quotes does not.
fn tag_end(tag: &str) -> (&str, &str) {
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
            // A quote that never ends must not swallow the mail.
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

/// Takes one tag; answers where to go on.
fn element<'a>(inside: &str, after: &'a str, text: &mut String, quotes: &mut u32) -> &'a str {
    let closing = inside.starts_with('/');
    let name = inside
        .trim_start_matches('/')
        .split(|c: char| c.is_ascii_whitespace() || c == '/')
        .next()
        .unwrap_or_default();
    let name = name.to_ascii_lowercase();
    if !closing && SILENT.contains(&name.as_str()) && !inside.ends_with('/') {
        return after_closing(after, &name);
    }
    if name == "blockquote" {
        let cites = inside.contains("cite") || inside.contains("gmail_quote");
        if closing {
            *quotes = quotes.saturating_sub(1);
        } else if cites || *quotes > 0 {
            *quotes += 1;
        }
    }
    if *quotes == 0 && !INLINE.contains(&name.as_str()) {
        text.push('\n');
    }
    after
}

/// What follows the closing tag; nothing when it is missing, as browsers do it.
fn after_closing<'a>(rest: &'a str, name: &str) -> &'a str {
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

/// Line breaks of the source are blanks; entities become characters.
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

fn push_plain(text: &mut String, raw: &str) {
    text.extend(
        raw.chars()
            .map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::read::text::Text;

    fn lines(html: &str) -> Vec<String> {
        Text::from_blocks(&to_text(html))
            .lines
            .lines()
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn each_block_is_a_line_and_nothing_hidden_is_read() {
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
    fn a_quoted_reply_is_left_out() {
        assert_eq!(
            lines(
                "<p>New</p><blockquote type=\"cite\"><p>old <blockquote>older</blockquote> old</p></blockquote><p>end</p>"
            ),
            ["New", "end"]
        );
    }

    #[test]
    fn broken_markup_is_survived() {
        assert_eq!(
            lines("<p title=\"a>b\">one</p><a href=\"x<p>two</p>"),
            ["one", "two"]
        );
        assert_eq!(lines("a<style>b"), ["a"]);
        assert_eq!(lines("&#xfffffff; &bogus; & <"), ["\u{fffd} &bogus; & <"]);
        assert!(lines("<!-- never ends <p>x</p>").is_empty());
    }

    #[test]
    fn nesting_and_size_cost_nothing() {
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
        assert_eq!(lines(&"é".repeat(MAX_HTML)).len(), 1);
    }
}
