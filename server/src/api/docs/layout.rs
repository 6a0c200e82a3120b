//! What all pages of the documentation have: header, navigation, style and script.

use super::{
    markdown::section_id,
    reference::{Group, Reference},
};
use maud::{DOCTYPE, Markup, html};
use std::sync::LazyLock;

pub(super) const STYLE: &str = include_str!("docs.css");
pub(super) const SCRIPT: &str = include_str!("docs.js");

/// A page, for the navigation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Current<'a> {
    Guide,
    Group(&'a str),
    Problems,
}

/// The addresses of the style sheet and the script change with their contents, so that a page never gets those of another release.
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
                    label.hidden for="find" { "Find an operation" }
                    input #find type="search" placeholder="Find an operation" autocomplete="off" spellcheck="false" aria-describedby="found";
                    span.hidden #found role="status" {}
                }
                ul.pages {
                    li { (entry("/api/docs", "Guide", current == Current::Guide)) }
                    @if current == Current::Guide { li { (sections(reference)) } }
                    li { (entry("/api/docs/problems", "Errors", current == Current::Problems)) }
                    li { (entry("/api/docs/webhooks#events", "Webhook events", false)) }
                }
                p.heading { "Operations" }
                @for group in &reference.groups { (operations(group, current == Current::Group(group.tag))) }
                p.none hidden { "No operation has this in its name or summary." }
            }
        }
    }
}

fn entry(href: &str, title: &str, is_current: bool) -> Markup {
    html! { a href=(href) aria-current=[is_current.then_some("page")] { (title) } }
}

/// The sections of the guide.
fn sections(reference: &Reference<'_>) -> Markup {
    let guide = reference.document["info"]["description"]
        .as_str()
        .unwrap_or_default();
    let titles = guide.lines().filter_map(|line| line.strip_prefix("## "));
    html! {
        ul.sections { @for title in titles { li { a href={ "#" (section_id(title)) } { (title) } } } }
    }
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

/// The method of a request, in its color.
pub(super) fn method(method: &str) -> Markup {
    html! { span class={ "method " (method) } { (method.to_uppercase()) } }
}
