//! Converts HTML to its visible text and links: one line per block or table cell, without styles, scripts, comments, hidden text
//! and quoted replies. Works in a single pass without recursion, so deep nesting is harmless.

mod style;
mod tag;

use super::text::normalize_whitespace;
use style::{Style, StyleSheet};
use tag::{Tag, push_text, split_element, split_tag};

/// Maximum size of an HTML part; the rest is ignored.
pub const MAX_HTML_BYTES: usize = 200 * 1024;
/// Maximum number of links; the rest are ignored.
pub const MAX_LINKS: usize = 200;
/// Maximum length of a link target in bytes; links with longer targets are ignored.
const MAX_URL_LEN: usize = 4_000;
/// Maximum length of a link text in characters; the rest is ignored.
const MAX_LINK_TEXT_LEN: usize = 200;
/// Maximum number of open elements that are tracked. More deeply nested elements have the style of the element at this depth.
const MAX_OPEN_ELEMENTS: usize = 256;

/// Elements whose content is not visible text.
const HIDDEN_ELEMENTS: [&str; 9] = [
    "style", "script", "title", "template", "noscript", "svg", "object", "select", "textarea",
];
/// Elements that do not begin a new line.
const INLINE_ELEMENTS: [&str; 26] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "em", "font", "i", "img", "ins", "kbd",
    "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u", "wbr", "o:p",
];
/// Elements without content and closing tag.
const VOID_ELEMENTS: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// A visible link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its text; empty if it is an image.
    pub text: String,
    /// Its target, with `http` or `https`.
    pub url: String,
}

/// The visible content of an HTML part.
#[derive(Debug, Default)]
pub struct HtmlContent {
    /// One line per block or table cell.
    pub text: String,
    pub links: Vec<Link>,
    /// Whether quotes of earlier messages were skipped.
    pub has_quotes: bool,
}

/// Whether quotes of earlier messages are part of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    Skip,
    Keep,
}

/// Extracts the visible text and links.
pub fn read(html: &str, quotes: Quotes) -> HtmlContent {
    let mut end = html.len().min(MAX_HTML_BYTES);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let html = html.get(..end).unwrap_or_default();
    let mut converter = Converter::new(quotes, html.len() / 4);
    converter.convert(html);
    converter.finish_link();
    HtmlContent {
        text: converter.text,
        links: converter.links,
        has_quotes: converter.has_quotes,
    }
}

/// An element whose end has not been reached yet.
struct OpenElement {
    name: String,
    /// The style to restore at its end.
    outer: Style,
}

struct Converter {
    quotes: Quotes,
    text: String,
    links: Vec<Link>,
    /// The target of the open link, and the byte offset of its text in `text`.
    link: Option<(String, usize)>,
    quote_depth: u32,
    has_quotes: bool,
    sheet: StyleSheet,
    style: Style,
    open: Vec<OpenElement>,
    /// Number of open elements beyond [`MAX_OPEN_ELEMENTS`].
    untracked: usize,
}

impl Converter {
    fn new(quotes: Quotes, capacity: usize) -> Self {
        Self {
            quotes,
            text: String::with_capacity(capacity),
            links: Vec::new(),
            link: None,
            quote_depth: 0,
            has_quotes: false,
            sheet: StyleSheet::default(),
            style: Style::default(),
            open: Vec::new(),
            untracked: 0,
        }
    }

    fn convert(&mut self, html: &str) {
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            let (before, tag) = rest.split_at(at);
            self.push(before);
            rest = if let Some(comment) = tag.strip_prefix("<!--") {
                comment
                    .find("-->")
                    .and_then(|e| comment.get(e + 3..))
                    .unwrap_or_default()
            } else if tag.get(1..2).is_some_and(|c| {
                c.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
            }) {
                let (inside, after) = split_tag(tag.get(1..).unwrap_or_default());
                self.handle_tag(&Tag::parse(inside), after)
            } else {
                self.push("<");
                tag.get(1..).unwrap_or_default()
            };
        }
        self.push(rest);
    }

    fn is_visible(&self) -> bool {
        self.quote_depth == 0 && self.style.is_visible()
    }

    fn push(&mut self, raw: &str) {
        if self.is_visible() {
            push_text(&mut self.text, raw);
        }
    }

    /// Handles one tag and returns the remaining input.
    fn handle_tag<'a>(&mut self, tag: &Tag<'_>, after: &'a str) -> &'a str {
        let name = tag.name.as_str();
        if !tag.is_closing && HIDDEN_ELEMENTS.contains(&name) && !tag.is_self_closing {
            let (content, after) = split_element(after, name);
            if name == "style" {
                self.sheet.add(content);
            }
            return after;
        }
        if name == "a" {
            self.finish_link();
        }
        if tag.is_closing {
            self.close(name);
        } else {
            self.open(tag);
        }
        if name == "blockquote" {
            self.count_quote(tag);
        }
        if self.is_visible() && !INLINE_ELEMENTS.contains(&name) {
            self.text.push('\n');
        }
        if name == "a" && !tag.is_closing && self.is_visible() {
            self.start_link(tag);
        }
        after
    }

    fn count_quote(&mut self, tag: &Tag<'_>) {
        if self.quotes == Quotes::Keep {
            return;
        }
        if tag.is_closing {
            self.quote_depth = self.quote_depth.saturating_sub(1);
            return;
        }
        let mut is_quote = self.quote_depth > 0;
        tag.for_each_attribute(|name, value| {
            is_quote |= match name {
                "type" => value.eq_ignore_ascii_case("cite"),
                "cite" => true,
                "class" => value.contains("gmail_quote") || value.contains("cite"),
                _ => false,
            };
        });
        if is_quote {
            self.quote_depth += 1;
            self.has_quotes = true;
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        if VOID_ELEMENTS.contains(&name) || name.starts_with(['!', '?']) {
            return;
        }
        // Browsers close these elements without a closing tag.
        match name {
            "td" | "th" => self.close_implied(&["td", "th"], "table"),
            "tr" => self.close_implied(&["tr"], "table"),
            "li" => self.close_implied(&["li"], "ul"),
            _ if !INLINE_ELEMENTS.contains(&name) => self.close_implied(&["p"], "td"),
            _ => {}
        }
        if self.open.len() >= MAX_OPEN_ELEMENTS {
            self.untracked += 1;
            return;
        }
        self.open.push(OpenElement {
            name: tag.name.clone(),
            outer: self.style,
        });
        self.style = self.style.of_child(tag, &self.sheet);
    }

    /// Closes the innermost element with one of these names, unless it is outside of `scope`.
    fn close_implied(&mut self, names: &[&str], scope: &str) {
        let found = self
            .open
            .iter()
            .rposition(|e| names.contains(&e.name.as_str()) || e.name == scope);
        if let Some(at) = found.filter(|at| self.open.get(*at).is_some_and(|e| e.name != scope)) {
            self.truncate(at);
        }
    }

    fn close(&mut self, name: &str) {
        if self.untracked > 0 {
            self.untracked -= 1;
            return;
        }
        // A closing tag without an opening tag in the same table cell must not close elements around the table.
        let is_table_part = matches!(
            name,
            "table" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th" | "body" | "html"
        );
        let found = self
            .open
            .iter()
            .rposition(|e| e.name == name || (!is_table_part && matches!(e.name.as_str(), "td" | "th")));
        if let Some(at) = found.filter(|at| self.open.get(*at).is_some_and(|e| e.name == name)) {
            self.truncate(at);
        }
    }

    /// Closes the open elements from index `at` on.
    fn truncate(&mut self, at: usize) {
        if let Some(element) = self.open.get(at) {
            self.style = element.outer;
        }
        self.open.truncate(at);
    }

    fn start_link(&mut self, tag: &Tag<'_>) {
        let mut url = String::new();
        tag.for_each_attribute(|name, value| {
            if name == "href" && value.len() <= MAX_URL_LEN {
                url.clear();
                push_text(&mut url, value.trim());
            }
        });
        if is_web_address(&url) && self.links.len() < MAX_LINKS {
            self.link = Some((url, self.text.len()));
        }
    }

    fn finish_link(&mut self) {
        if let Some((url, start)) = self.link.take() {
            let text = self.text.get(start..).unwrap_or_default();
            let text: String = text.chars().take(MAX_LINK_TEXT_LEN).collect();
            self.links.push(Link {
                text: normalize_whitespace(&text),
                url,
            });
        }
    }
}

fn is_web_address(url: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        url.get(..scheme.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(scheme))
    })
}

/// The URLs in plain text. The text of each link is the text before it on its line.
pub fn plain_links(text: &str) -> Vec<Link> {
    let mut links = Vec::new();
    for line in text.lines() {
        let mut start = 0;
        while let Some(at) = line.get(start..).and_then(|l| l.find("http")) {
            let before = line.get(start..start + at).unwrap_or_default();
            let rest = line.get(start + at..).unwrap_or_default();
            let end = rest
                .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ')' | ']'))
                .unwrap_or(rest.len());
            let url = rest
                .get(..end)
                .unwrap_or_default()
                .trim_end_matches(['.', ',', ';']);
            if is_web_address(url) && url.len() <= MAX_URL_LEN {
                let label: String = before.chars().take(MAX_LINK_TEXT_LEN).collect();
                let label = normalize_whitespace(&label);
                links.push(Link {
                    text: label
                        .trim_matches(|c: char| matches!(c, ':' | '<' | '(' | '[' | ' ' | '>'))
                        .to_owned(),
                    url: url.to_owned(),
                });
            }
            if links.len() >= MAX_LINKS {
                return links;
            }
            start += at + end.max(4);
        }
    }
    links
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
