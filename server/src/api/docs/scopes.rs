//! The scopes of API keys, with the operations that each allows.

use super::reference::{Operation, Reference};
use domain::scopes::Scope;
use maud::{Markup, html};

/// The id of the section, and its title.
pub(super) const SECTION: (&str, &str) = ("scopes", "Scopes");

pub(super) fn section(reference: &Reference<'_>) -> Markup {
    let operations = || reference.groups.iter().flat_map(|group| &group.operations);
    let (id, title) = SECTION;
    html! {
        h2 id=(id) { a.anchor href={ "#" (id) } { (title) } }
        p {
            "What an API key with a scope can call. " code { "get_changes" } " and " code { "add_endpoint" }
            " also need the scopes of the types that are asked for: " code { "mail:read" } " for " code { "mail.*" } " and "
            code { "mailbox.*" } ", " code { "members:read" } " for " code { "member.*" } ", " code { "jobapps:read" } " for the others."
        }
        div.table tabindex="0" role="region" aria-label="Scopes" {
            table {
                thead { tr { th scope="col" { "Scope" } th scope="col" { "Operations" } } }
                tbody {
                    @for scope in Scope::ALL {
                        tr {
                            th scope="row" { code { (scope.as_str()) } p { (scope.label()) } }
                            td { (links(reference, operations().filter(|operation| needs(operation, scope.as_str())))) }
                        }
                    }
                    tr {
                        th scope="row" { "Only with an access token" p { "Not available to API keys" } }
                        td { (links(reference, operations().filter(|operation| is_for_people(operation)))) }
                    }
                }
            }
        }
    }
}

fn links<'a>(reference: &Reference<'_>, operations: impl Iterator<Item = &'a Operation<'a>>) -> Markup {
    html! {
        p.links {
            @for operation in operations {
                a href=(reference.link(operation.name).unwrap_or_default()) { code { (operation.name) } } " "
            }
        }
    }
}

fn needs(operation: &Operation<'_>, scope: &str) -> bool {
    let mut schemes = operation.spec["security"].as_array().into_iter().flatten();
    schemes.any(|scheme| {
        scheme["api_key"]
            .as_array()
            .is_some_and(|scopes| scopes.iter().any(|s| s == scope))
    })
}

/// Whether the operation requires a caller but rejects API keys.
fn is_for_people(operation: &Operation<'_>) -> bool {
    let schemes = operation.spec["security"].as_array();
    schemes.is_some_and(|schemes| {
        !schemes.is_empty() && schemes.iter().all(|scheme| scheme.get("api_key").is_none())
    })
}
