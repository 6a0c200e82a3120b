//! `/api/docs/problems` explains each error code. The `type` of problem details links to it.

use super::{
    layout::{Current, page},
    markdown::{code_block, inline},
    operation::pretty,
    reference::Reference,
};
use domain::ErrorCode;
use maud::{Markup, html};
use serde_json::json;
use std::collections::BTreeMap;

pub(super) fn render(reference: &Reference<'_>) -> String {
    let mut by_status: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
    for code in ErrorCode::ALL {
        by_status.entry(code.status()).or_default().push(*code);
    }
    let example = json!({
        "type": "/api/docs/problems#invalid",
        "title": "Validation failed",
        "status": 422,
        "detail": "Correct the fields listed in errors and send the request again.",
        "code": "invalid",
        "errors": [{ "field": "company", "code": "required", "detail": "Send this field." }],
        "request_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f",
    });
    let content = html! {
        div.operation.intro {
            div.words {
                h1 { "Errors" }
                p {
                    "An error response is a document of the type " code { "application/problem+json" } " (RFC 9457). Its "
                    code { "code" } " is stable and is one of these; its " code { "detail" } " says what to do in this case. Quote "
                    code { "request_id" } " when you ask the operator about it."
                }
            }
            div.samples { (code_block("json", &pretty(&example))) }
        }
        @for (status, codes) in &by_status {
            section.reading aria-labelledby={ "status-" (status) } {
                h2 id={ "status-" (status) } { a.anchor href={ "#status-" (status) } { (status) " " (reason(*status)) } }
                @for code in codes { (error(reference, *code)) }
            }
        }
    };
    page(reference, Current::Problems, "Errors", &content)
}

fn error(reference: &Reference<'_>, code: ErrorCode) -> Markup {
    let operations = reference
        .by_code
        .get(code.as_str())
        .map_or(&[][..], Vec::as_slice);
    html! {
        div.problem id=(code.as_str()) {
            h3 { a.anchor href={ "#" (code.as_str()) } { code { (code.as_str()) } } " " span.type { (code.title()) } }
            p { (inline(reference, code.meaning())) }
            @if reference.is_common(code.as_str()) {
                p.limits { "Most operations can respond with it." }
            } @else if !operations.is_empty() {
                details.nested {
                    summary { "Operations that respond with it: " (operations.len()) }
                    p.links {
                        @for name in operations {
                            a href=(reference.link(name).unwrap_or_default()) { code { (name) } } " "
                        }
                    }
                }
            }
        }
    }
}

/// The standard reason phrase of a status.
fn reason(status: u16) -> &'static str {
    let status = axum::http::StatusCode::from_u16(status).ok();
    status
        .and_then(|status| status.canonical_reason())
        .unwrap_or_default()
}
