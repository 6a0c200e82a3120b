//! Converts notes from Markdown to HTML. HTML inside a note is shown as text, and the result is sanitized.

use ammonia::{Builder, UrlRelative};
use domain::jobapps::MAX_NOTE_LEN;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream, html};
use std::{collections::HashSet, sync::LazyLock};

/// Maximum nesting depth. Deeper nesting is flattened, because sanitizing takes quadratic time in the depth.
const MAX_DEPTH: usize = 24;

const TAGS: [&str; 15] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "ul",
    "sub",
    "sup",
];

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(TAGS))
        .add_tag_attributes("a", ["href"])
        .add_tag_attributes("ol", ["start"])
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener nofollow noreferrer"));
    builder
});

/// The note as HTML that is safe in a page. Text beyond the maximum length of a note is cut off.
pub fn render(note: &str) -> String {
    let end = note
        .char_indices()
        .nth(MAX_NOTE_LEN)
        .map_or(note.len(), |(at, _)| at);
    let note = note.get(..end).unwrap_or_default();
    let parser = TextMergeStream::new(Parser::new_ext(note, Options::ENABLE_STRIKETHROUGH));
    let mut depth = 0_usize;
    // Nesting depth of links and code blocks, in which URLs are not turned into links.
    let mut verbatim = 0_usize;
    let mut events: Vec<Event<'_>> = Vec::new();
    for event in parser {
        let is_too_deep = match &event {
            Event::Start(_) => {
                depth += 1;
                depth > MAX_DEPTH
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                depth >= MAX_DEPTH
            }
            _ => false,
        };
        if is_too_deep {
            continue;
        }
        match event {
            // Headings in a note must not become headings of the page.
            Event::Start(Tag::Heading { .. }) => {
                events.extend([Event::Start(Tag::Paragraph), Event::Start(Tag::Strong)]);
            }
            Event::End(TagEnd::Heading(_)) => {
                events.extend([Event::End(TagEnd::Strong), Event::End(TagEnd::Paragraph)]);
            }
            // Loading an image would reveal the reader's IP address to the image's server, so only the alt text is shown.
            Event::Start(Tag::Image { .. } | Tag::HtmlBlock)
            | Event::End(TagEnd::Image | TagEnd::HtmlBlock) => {}
            Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
            // Line breaks are kept as they were typed.
            Event::SoftBreak => events.push(Event::HardBreak),
            Event::Text(text) if verbatim == 0 => push_with_links(&mut events, &text),
            event => {
                match &event {
                    Event::Start(Tag::Link { .. } | Tag::CodeBlock(_)) => verbatim += 1,
                    Event::End(TagEnd::Link | TagEnd::CodeBlock) => verbatim = verbatim.saturating_sub(1),
                    _ => {}
                }
                events.push(event);
            }
        }
    }
    let mut output = String::new();
    html::push_html(&mut output, events.into_iter());
    SANITIZER.clean(&output).to_string()
}

/// Adds a text and turns the URLs in it into links.
fn push_with_links(events: &mut Vec<Event<'_>>, text: &str) {
    let mut rest = text;
    while let Some(start) = [rest.find("https://"), rest.find("http://")]
        .into_iter()
        .flatten()
        .min()
    {
        let (before, from_url) = rest.split_at(start);
        let end = from_url.find(char::is_whitespace).unwrap_or(from_url.len());
        let url = from_url.get(..end).unwrap_or_default();
        let url = url.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '"', '\'', '>']);
        let after = from_url.get(url.len()..).unwrap_or_default();
        if url.is_empty() {
            break;
        }
        let link = Tag::Link {
            link_type: LinkType::Inline,
            dest_url: url.to_owned().into(),
            title: String::new().into(),
            id: String::new().into(),
        };
        events.extend([
            Event::Text(before.to_owned().into()),
            Event::Start(link),
            Event::Text(url.to_owned().into()),
            Event::End(TagEnd::Link),
        ]);
        rest = after;
    }
    events.push(Event::Text(rest.to_owned().into()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_html_is_text() {
        for note in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "a <b onclick=alert(1)>b</b>",
            "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
            "<style>*{display:none}</style>",
            "<!-- --><iframe srcdoc='<script>alert(1)</script>'>",
            "```\n</pre><script>alert(1)</script>\n```",
            "`</code><script>alert(1)</script>`",
            "<p style=\"position:fixed\">x</p>",
            "</div></main><form action=/_fn/settings/delete_account method=post><button>x</button></form>",
        ] {
            let html = render(note);
            let tags = html.split('<').skip(1).map(|tag| {
                tag.trim_start_matches('/')
                    .split(|c: char| !c.is_ascii_alphanumeric())
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            });
            for tag in tags {
                assert!(
                    ["p", "pre", "code", "br"].contains(&tag.as_str()),
                    "{note}: {html}"
                );
            }
        }
    }

    #[test]
    fn links_have_safe_targets_and_send_no_referrer() {
        assert_eq!(
            render("[a](https://example.org/x)"),
            "<p><a href=\"https://example.org/x\" rel=\"noopener nofollow noreferrer\">a</a></p>\n"
        );
        for target in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "//evil.example",
            "/_fn/layout/sign_out",
            "&#106;avascript:alert(1)",
        ] {
            let html = render(&format!("[a]({target})"));
            assert!(!html.contains("href"), "{target}: {html}");
        }
    }

    #[test]
    fn typed_urls_are_links_without_the_punctuation_after_them() {
        assert_eq!(
            render("See https://example.org/a_b?c=d&e."),
            "<p>See <a href=\"https://example.org/a_b?c=d&amp;e\" rel=\"noopener nofollow noreferrer\">\
             https://example.org/a_b?c=d&amp;e</a>.</p>\n"
        );
        assert!(!render("`https://example.org`").contains("<a"));
    }

    #[test]
    fn plain_text_keeps_its_lines_and_headings_are_bold_text() {
        assert_eq!(render("a\nb"), "<p>a<br>\nb</p>\n");
        assert_eq!(render("# Call"), "<p><strong>Call</strong></p>\n");
        assert_eq!(render("![logo](https://tracker.example/1.png)"), "<p>logo</p>\n");
    }

    #[test]
    fn longest_note_is_rendered_and_the_rest_cut_off() {
        let html = render(&"ä".repeat(MAX_NOTE_LEN + 10));
        assert_eq!(html.chars().filter(|c| *c == 'ä').count(), MAX_NOTE_LEN);
        for hostile in [
            "[",
            "*",
            "> ",
            "<",
            "`",
            "![",
            "- ",
            "_a",
            "*a_b ",
            "[](",
            "<a href=\"",
        ] {
            let note: String = hostile.repeat(MAX_NOTE_LEN / hostile.len());
            let started = std::time::Instant::now();
            let html = render(&note);
            assert!(started.elapsed().as_secs() < 5, "{hostile}");
            assert_eq!(SANITIZER.clean(&html).to_string(), html, "{hostile}");
        }
    }
}
