//! The parts that all pages of the documentation share: header, navigation, style sheet and script.

use super::{
    markdown::{problem_link, section_id},
    reference::{Group, Reference},
    scopes,
};
use domain::ErrorCode;
use maud::{DOCTYPE, Markup, html};
use std::{collections::BTreeSet, sync::LazyLock};

pub(super) const STYLE: &str = include_str!("docs.css");
pub(super) const SCRIPT: &str = include_str!("docs.js");

/// Minimum length of words that the search of the guide finds.
const MIN_WORD_LEN: usize = 3;

/// The current page, for the navigation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Current<'a> {
    Guide,
    Group(&'a str),
    Problems,
}

/// Hash in the URLs of the style sheet and the script, so that a page never loads those of another release.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let hash = service::platform::rng::sha256(format!("{STYLE}{SCRIPT}").as_bytes());
    hex::encode(&hash[..4])
});

pub(super) fn page(reference: &Reference<'_>, current: Current<'_>, title: &str, content: &Markup) -> String {
    let version = VERSION.as_str();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · JobHax API" }
                link rel="icon" href="/favicon.svg";
                link rel="stylesheet" href={ "/api/docs/docs.css?v=" (version) };
                script defer src={ "/api/docs/docs.js?v=" (version) } {}
            }
            body {
                a.skip href="#content" { "Skip to content" }
                header.top {
                    a.brand href="/api/docs" { "JobHax " span { "API" } }
                    a href="/api/openapi.json" { "OpenAPI document" }
                    a href="/" { "Open JobHax" }
                }
                div.frame {
                    (navigation(reference, current))
                    main #content tabindex="-1" { (content) }
                }
            }
        }
    };
    page.into_string()
}

fn navigation(reference: &Reference<'_>, current: Current<'_>) -> Markup {
    html! {
        nav.side aria-label="Documentation" {
            input.toggle #menu type="checkbox";
            label.menu for="menu" { "Show all pages" }
            div.tree {
                p.find hidden {
                    label.hidden for="find" { "Find an operation or a section" }
                    input #find type="search" placeholder="Find an operation or a section" autocomplete="off" spellcheck="false" aria-describedby="found";
                    span.hidden #found role="status" {}
                }
                ul.pages {
                    li { (entry("/api/docs", "Guide", current == Current::Guide)) }
                    li.found-in-guide hidden[current != Current::Guide] { (sections(reference, current == Current::Guide)) }
                    li { (entry("/api/docs/problems", "Errors", current == Current::Problems)) }
                    li { (entry("/api/docs/webhooks#events", "Webhook events", false)) }
                }
                p.heading { "Operations" }
                @for group in &reference.groups { (operations(group, current == Current::Group(group.tag))) }
                p.none hidden { "No operation has this in its name, and no section of the guide and no error in its text." }
            }
        }
    }
}

fn entry(href: &str, title: &str, is_current: bool) -> Markup {
    html! { a href=(href) aria-current=[is_current.then_some("page")] { (title) } }
}

/// Links to the sections of the guide, with the words that the search matches. Nested sections are hidden until a search finds them.
fn sections(reference: &Reference<'_>, is_current: bool) -> Markup {
    let guide = reference.document["info"]["description"]
        .as_str()
        .unwrap_or_default();
    let page = if is_current { "" } else { "/api/docs" };
    html! {
        ul.sections {
            @for section in guide_sections(guide) {
                li hidden[section.is_nested] data-nested[section.is_nested] {
                    a href={ (page) "#" (section_id(section.title)) } data-section=(section.words()) { (section.title) }
                }
            }
            li {
                a href={ (page) "#" (scopes::SECTION.0) } data-section="api keys" { (scopes::SECTION.1) }
            }
            @for code in ErrorCode::ALL {
                li hidden data-nested { a href=(problem_link(*code)) data-section=(error_words(*code)) { (code.as_str()) } }
            }
        }
    }
}

/// The words that the search matches for an error.
fn error_words(code: ErrorCode) -> String {
    let section = GuideSection {
        title: code.as_str(),
        is_nested: true,
        text: vec![code.title(), code.meaning()],
    };
    section.words()
}

/// A section of the guide.
struct GuideSection<'a> {
    title: &'a str,
    is_nested: bool,
    /// Its lines of text, and the title of its parent section.
    text: Vec<&'a str>,
}

impl GuideSection<'_> {
    /// The distinct words of the text that are long enough for the search.
    fn words(&self) -> String {
        let is_separator = |c: char| !c.is_alphanumeric() && !"_-./*".contains(c);
        let words = self.text.iter().flat_map(|line| line.split(is_separator));
        let words = words.map(|word| word.trim_matches(['.', '/', '-']).to_lowercase());
        let words: BTreeSet<String> = words.filter(|word| word.len() >= MIN_WORD_LEN).collect();
        Vec::from_iter(words).join(" ")
    }
}

fn guide_sections(guide: &str) -> Vec<GuideSection<'_>> {
    let mut sections: Vec<GuideSection<'_>> = Vec::new();
    let mut is_in_sample = false;
    let mut parent = "";
    for line in guide.lines() {
        if line.starts_with("```") {
            is_in_sample = !is_in_sample;
            continue;
        }
        let nested = line.strip_prefix("### ");
        let title = nested.or_else(|| line.strip_prefix("## "));
        // In a code sample, a comment may look like a heading.
        if let Some(title) = title.filter(|_| !is_in_sample) {
            if nested.is_none() {
                parent = title;
            }
            sections.push(GuideSection {
                title,
                is_nested: nested.is_some(),
                text: vec![parent],
            });
        } else if let Some(section) = sections.last_mut() {
            section.text.push(line);
        }
    }
    sections
}

fn operations(group: &Group<'_>, is_current: bool) -> Markup {
    let page = format!("/api/docs/{}", group.tag);
    html! {
        details.group open[is_current] {
            summary { (group.title) }
            ul {
                @if !is_current { li { a href=(page) { "All of " (group.title) } } }
                @for operation in &group.operations {
                    li {
                        a href={ @if !is_current { (page) } "#" (operation.name) } data-find=(operation.name) {
                            span { (operation.summary) } (method(operation.method))
                        }
                    }
                }
            }
        }
    }
}

/// The HTTP method as a colored label.
pub(super) fn method(method: &str) -> Markup {
    html! { span class={ "method " (method) } { (method.to_uppercase()) } }
}

#[cfg(test)]
mod tests {
    use super::guide_sections;

    #[test]
    fn section_is_found_by_its_title_and_the_words_of_its_text() {
        let guide = "Text of `none`.\n## One\nIf `get_a` and `jobapp.*`: [Retry](/a/b.tgz).\n```sh\n## no `x` Bearer\n```\n### Two\nRetry, retry.\n";
        let sections = guide_sections(guide);
        let found: Vec<_> = sections
            .iter()
            .map(|section| (section.title, section.is_nested, section.words()))
            .collect();
        assert_eq!(
            found,
            [
                (
                    "One",
                    false,
                    "a/b.tgz and bearer get_a jobapp.* one retry".to_owned()
                ),
                ("Two", true, "one retry".to_owned())
            ]
        );
    }
}
