//! The API documentation: `/api/docs` with the guide, a page for each group of operations and one for the errors, and
//! `/api/openapi.json`. All of it is made from the OpenAPI document, and all files come from our own origin.

mod events;
mod fields;
mod highlight;
mod layout;
mod limits;
mod markdown;
mod operation;
mod pages;
mod problems;
mod reference;
mod try_it;

use super::openapi;
use crate::error_response::error_response;
use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use domain::ErrorCode;
use pages::{GUIDE_ADDRESS, PAGES};
use service::Services;
use std::sync::{Arc, LazyLock};

static OPENAPI: LazyLock<String> = LazyLock::new(openapi::json);

/// Pages are compared by their `ETag` each time.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
/// The address of a file changes with its contents.
const CACHE_ONE_YEAR: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Only files of our own origin. Scripts have no nonce, because browsers keep these pages, which contain nothing that a user has
/// written; trusted types stop the script from making markup of responses.
const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; style-src 'self'; \
     font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; \
     object-src 'none'",
);

/// The routes below `/api`, all `GET`.
pub(super) const ROUTES: [&str; 4] = ["/openapi.json", "/docs", "/docs/problems", "/docs/{file}"];

pub(super) fn router() -> Router<Arc<Services>> {
    Router::new()
        .route("/openapi.json", get(openapi_json))
        .route("/docs", get(guide))
        .route("/docs/problems", get(async || page(PAGES.problems.clone())))
        .route("/docs/{file}", get(group_or_file))
}

async fn openapi_json() -> Response {
    with_content_type("application/json", OPENAPI.as_str())
}

/// Its commands can be copied: they have the address of this server.
async fn guide(State(services): State<Arc<Services>>) -> Response {
    page(PAGES.guide.replace(GUIDE_ADDRESS, &services.public_url))
}

async fn group_or_file(Path(name): Path<String>) -> Response {
    let file = match name.as_str() {
        "docs.css" => with_content_type("text/css; charset=utf-8", layout::STYLE),
        "docs.js" => with_content_type("text/javascript; charset=utf-8", layout::SCRIPT),
        _ => match PAGES.groups.get(&name) {
            Some(group) => return page(group.clone()),
            None => return error_response(ErrorCode::NotFound, "There is no such page. See /api/docs."),
        },
    };
    ([(CACHE_CONTROL, CACHE_ONE_YEAR)], file).into_response()
}

fn page(html: impl Into<Body>) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CONTENT_SECURITY_POLICY, CSP),
        (CACHE_CONTROL, REVALIDATE),
    ];
    (headers, html.into()).into_response()
}

fn with_content_type(content_type: &'static str, body: impl IntoResponse) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static(content_type))], body).into_response()
}
