//! The pages, rendered once per process.

use super::{
    events,
    layout::{Current, page},
    markdown::markdown,
    operation, problems,
    reference::{Group, Reference},
    scopes,
};
use crate::api::openapi::{self, examples::Examples};
use axum::body::Bytes;
use maud::html;
use std::{collections::HashMap, sync::LazyLock};

/// The server URL in the document and in the guide, which responses replace by the configured one.
pub(super) const GUIDE_ADDRESS: &str = "http://127.0.0.1:3000";

/// All pages.
pub(super) struct Pages {
    /// The guide, which contains [`GUIDE_ADDRESS`].
    pub(super) guide: String,
    pub(super) problems: Bytes,
    /// The pages of the groups of operations, by tag.
    pub(super) groups: HashMap<String, Bytes>,
}

pub(super) static PAGES: LazyLock<Pages> = LazyLock::new(|| {
    let document = openapi::document();
    let reference = Reference::new(&document);
    let examples = Examples::new(&document);
    let groups = reference.groups.iter();
    let groups = groups.map(|group| {
        (
            group.tag.to_owned(),
            render_group(&reference, &examples, group).into(),
        )
    });
    Pages {
        guide: guide(&reference),
        problems: problems::render(&reference).into(),
        groups: groups.collect(),
    }
});

fn guide(reference: &Reference<'_>) -> String {
    let text = reference.document["info"]["description"]
        .as_str()
        .unwrap_or_default();
    let content = html! {
        article.reading {
            h1 { "JobHax API" }
            (markdown(reference, text))
            (scopes::section(reference))
            h2 #operations { a.anchor href="#operations" { "Operations" } }
            dl.groups {
                @for group in &reference.groups {
                    div {
                        dt { a href={ "/api/docs/" (group.tag) } { (group.title) } }
                        dd { (group.description) }
                    }
                }
            }
        }
    };
    page(reference, Current::Guide, "Guide", &content)
}

fn render_group<'a>(reference: &Reference<'a>, examples: &Examples<'_>, group: &Group<'a>) -> String {
    let content = html! {
        div.operation.intro {
            div.words {
                h1 { (group.title) }
                p { (group.description) }
                @if group.tag == "webhooks" { p { a href="#events" { "The events and their payloads" } " are below the operations." } }
            }
            div.samples {
                ul.endpoints {
                    @for operation in &group.operations {
                        li { a href={ "#" (operation.name) } { (super::layout::method(operation.method)) " " code { (operation.path) } } }
                    }
                }
            }
        }
        @for operation in &group.operations { (operation::section(reference, examples, operation)) }
        @if group.tag == "webhooks" { (events::section(reference, examples)) }
    };
    page(reference, Current::Group(group.tag), &group.title, &content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ErrorCode;
    use serde_json::{Value, json};

    fn text(page: &Bytes) -> &str {
        std::str::from_utf8(page).expect("UTF-8")
    }

    /// The values between a prefix and the next quote, sorted.
    fn after<'a>(page: &'a str, text: &str) -> Vec<&'a str> {
        let rests = page.split(text).skip(1);
        let mut found: Vec<&str> = rests.filter_map(|rest| rest.split('"').next()).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn every_operation_is_on_the_page_of_its_group_once() {
        let document = openapi::document();
        let items = document["paths"].as_object().expect("paths").values();
        let operations = items.flat_map(|item| item.as_object().expect("operations").values());
        let mut all: Vec<(&str, &str)> = operations
            .map(|operation| {
                let text = |value: &'static str| operation.pointer(value).and_then(Value::as_str);
                (
                    text("/operationId").expect("a name"),
                    text("/tags/0").expect("a tag"),
                )
            })
            .collect();
        all.sort_unstable();
        let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
        for (group, page) in &PAGES.groups {
            let own = all.iter().filter(|(_, tag)| tag == group);
            let mut expected: Vec<&str> = own.map(|(name, _)| *name).collect();
            if group == "webhooks" {
                expected.push("events");
                expected.sort_unstable();
            }
            assert_eq!(
                after(text(page), "<section class=\"operation\" id=\""),
                expected,
                "{group}"
            );
            assert_eq!(
                after(text(page), "data-find=\""),
                names,
                "the navigation of {group}"
            );
        }
        let mut events: Vec<&String> = document["webhooks"]
            .as_object()
            .expect("webhooks")
            .keys()
            .collect();
        events.sort_unstable();
        assert_eq!(after(text(&PAGES.groups["webhooks"]), " id=\"event-"), events);
    }

    /// Every link within the documentation has a target, and every error is explained.
    #[test]
    fn every_link_between_pages_has_a_target() {
        let ids = |page: &str| -> Vec<String> {
            let ids = page.split(" id=\"").skip(1);
            ids.map(|rest| rest.split('"').next().unwrap_or_default().to_owned())
                .collect()
        };
        let mut pages: HashMap<String, &str> = PAGES
            .groups
            .iter()
            .map(|(tag, page)| (format!("/api/docs/{tag}"), text(page)))
            .collect();
        pages.insert("/api/docs".to_owned(), &PAGES.guide);
        pages.insert("/api/docs/problems".to_owned(), text(&PAGES.problems));
        let targets: HashMap<&String, Vec<String>> =
            pages.iter().map(|(address, page)| (address, ids(page))).collect();
        for (address, page) in &pages {
            let ids = &targets[address];
            let unique: std::collections::HashSet<_> = ids.iter().collect();
            assert_eq!(unique.len(), ids.len(), "ids of {address} are unique");
            for link in page
                .split(" href=\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
            {
                let (target, id) = link.split_once('#').unwrap_or((link, ""));
                let target = if target.is_empty() { address } else { target };
                if !target.starts_with("/api/docs") || target.contains("/docs.") {
                    continue;
                }
                let ids = targets.get(&target.to_owned());
                assert!(
                    ids.is_some_and(|ids| id.is_empty() || ids.iter().any(|other| other == id)),
                    "{link} of {address}"
                );
            }
        }
        for code in ErrorCode::ALL {
            let id = format!("id=\"{}\"", code.as_str());
            assert!(text(&PAGES.problems).contains(&id), "{}", code.as_str());
        }
    }

    #[test]
    fn every_example_of_a_response_matches_its_schema() {
        let document = openapi::document();
        let examples = Examples::new(&document);
        let groups = Reference::new(&document).groups;
        // All examples are validated with one combined schema, because compiling a schema is slow.
        let (mut schemas, mut values) = (serde_json::Map::new(), serde_json::Map::new());
        for operation in groups.iter().flat_map(|group| &group.operations) {
            let responses = operation.spec["responses"].as_object().expect("responses");
            for (status, response) in responses {
                let Some(schema) = response.pointer("/content/application~1json/schema") else {
                    continue;
                };
                let example = examples.value(schema, "", openapi::examples::body_example(operation.spec));
                assert!(example.is_object(), "{}", operation.name);
                let name = format!("{} {status}", operation.name);
                schemas.insert(name.clone(), schema.clone());
                values.insert(name, example);
            }
        }
        let schemas =
            json!({ "properties": schemas, "components": { "schemas": document["components"]["schemas"] } });
        let validator = jsonschema::validator_for(&schemas).expect("a schema");
        let values = Value::Object(values);
        let errors = validator.iter_errors(&values);
        let errors: Vec<String> = errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0]);
    }
}
