//! Renders descriptions from Markdown to HTML. They come from our own sources; raw HTML in them is shown as text.

use super::{highlight::highlight, reference::Reference};
use domain::ErrorCode;
use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

/// Renders the text. Names of operations and error codes become links.
pub(super) fn markdown(reference: &Reference<'_>, text: &str) -> Markup {
    let mut events = Vec::new();
    let mut code: Option<(String, String)> = None;
    let mut heading: Option<(HeadingLevel, String)> = None;
    let mut is_in_link = false;
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                code = Some((language, String::new()));
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some((language, source)) = code.take() {
                    events.push(raw(&code_block(&language, source.trim_end())));
                }
            }
            Event::Text(text) if code.is_some() => {
                if let Some((_, source)) = &mut code {
                    source.push_str(&text);
                }
            }
            // Headings become section headings with ids.
            Event::Start(Tag::Heading { level, .. }) => heading = Some((level, String::new())),
            Event::End(TagEnd::Heading(_)) => {
                if let Some((level, title)) = heading.take() {
                    events.push(raw(&section_heading(level, &title)));
                }
            }
            Event::Text(text) | Event::Code(text) if heading.is_some() => {
                if let Some((_, title)) = &mut heading {
                    title.push_str(&text);
                }
            }
            Event::Code(name) if !is_in_link => events.push(match link(reference, &name) {
                Some(link) => raw(&html! { a href=(link) { code { (name.as_ref()) } } }),
                None => Event::Code(name),
            }),
            Event::Html(html) | Event::InlineHtml(html) => events.push(Event::Text(html)),
            event => {
                match event {
                    Event::Start(Tag::Link { .. }) => is_in_link = true,
                    Event::End(TagEnd::Link) => is_in_link = false,
                    _ => {}
                }
                events.push(event);
            }
        }
    }
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events.into_iter());
    PreEscaped(html)
}

/// Renders a single paragraph without the `<p>` element.
pub(super) fn inline(reference: &Reference<'_>, text: &str) -> Markup {
    let html = markdown(reference, text).into_string();
    let html = html.trim();
    let inner = html
        .strip_prefix("<p>")
        .and_then(|html| html.strip_suffix("</p>"));
    PreEscaped(inner.unwrap_or(html).to_owned())
}

/// A block of code. The script adds a copy button.
pub(super) fn code_block(language: &str, source: &str) -> Markup {
    html! {
        div.code { pre tabindex="0" { code { (highlight(language, source)) } } }
    }
}

/// The id of the section with this title.
pub(super) fn section_id(title: &str) -> String {
    let words = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

fn section_heading(level: HeadingLevel, title: &str) -> Markup {
    let id = section_id(title);
    let content = html! { a.anchor href={ "#" (id) } { (title) } };
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => html! { h2 id=(id) { (content) } },
        _ => html! { h3 id=(id) { (content) } },
    }
}

fn link(reference: &Reference<'_>, name: &str) -> Option<String> {
    let operation = reference.link(name).map(str::to_owned);
    operation.or_else(|| ErrorCode::parse(name).map(problem_link))
}

/// The link to the documentation of an error code.
pub(super) fn problem_link(code: ErrorCode) -> String {
    format!("/api/docs/problems#{}", code.as_str())
}

fn raw(markup: &Markup) -> Event<'static> {
    Event::InlineHtml(markup.0.clone().into())
}
