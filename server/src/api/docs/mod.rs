//! The API documentation: `/api/docs` with the guide, a page for each group of operations and one for the errors, and
//! `/api/openapi.json`. All of it is generated from the OpenAPI document, and all files come from our own origin.

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
mod scopes;
mod try_it;

use super::openapi;
use crate::error_response::error_response;
use axum::{
    Router,
    body::{Body, Bytes},
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
use std::sync::{Arc, LazyLock, OnceLock};

/// Browsers revalidate pages by their `ETag` each time.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
/// Files can be cached for long, because their URLs change with their contents.
const CACHE_ONE_YEAR: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Allows only files of our own origin. Scripts have no nonce, because the pages are cached and contain no user content. Trusted types
/// prevent the script from inserting responses as HTML.
const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; style-src 'self'; \
     font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; \
     object-src 'none'",
);

/// The routes below `/api`, all `GET`.
pub(super) const ROUTES: [&str; 4] = ["/openapi.json", "/docs", "/docs/problems", "/docs/{file}"];

pub(super) fn router() -> Router<Arc<Services>> {
    let (document, guide_page) = (Arc::default(), Arc::default());
    Router::new()
        .route(
            "/openapi.json",
            get(move |State(services)| openapi_json(services, document)),
        )
        .route("/docs", get(move |State(services)| guide(services, guide_page)))
        .route("/docs/problems", get(problems))
        .route("/docs/{file}", get(group_or_file))
}

/// A cached text that contains the configured public URL of this server, never a URL from a request.
type OwnText = Arc<OnceLock<Bytes>>;

/// Serves the OpenAPI document with the public URL of this server.
async fn openapi_json(services: Arc<Services>, document: OwnText) -> Response {
    match with_own_address(services, document, openapi::json).await {
        Ok(document) => with_content_type("application/json", document),
        Err(response) => response,
    }
}

/// Serves the guide. Its commands contain the public URL of this server, so that they can be copied.
async fn guide(services: Arc<Services>, text: OwnText) -> Response {
    match with_own_address(services, text, || PAGES.guide.clone()).await {
        Ok(guide) => page(guide),
        Err(response) => response,
    }
}

async fn with_own_address(
    services: Arc<Services>,
    text: OwnText,
    render: fn() -> String,
) -> Result<Bytes, Response> {
    if let Some(text) = text.get() {
        return Ok(text.clone());
    }
    let own = move || render().replace(GUIDE_ADDRESS, &services.public_url).into();
    in_background(move || text.get_or_init(own).clone()).await
}

async fn problems() -> Response {
    match rendered(&PAGES).await {
        Ok(pages) => page(pages.problems.clone()),
        Err(response) => response,
    }
}

async fn group_or_file(Path(name): Path<String>) -> Response {
    let file = match name.as_str() {
        "docs.css" => with_content_type("text/css; charset=utf-8", layout::STYLE),
        "docs.js" => with_content_type("text/javascript; charset=utf-8", layout::SCRIPT),
        _ => match rendered(&PAGES).await.map(|pages| pages.groups.get(&name)) {
            Ok(Some(group)) => return page(group.clone()),
            Ok(None) => return error_response(ErrorCode::NotFound, "There is no such page. See /api/docs."),
            Err(response) => return response,
        },
    };
    ([(CACHE_CONTROL, CACHE_ONE_YEAR)], file).into_response()
}

/// A value that is rendered on first use.
async fn rendered<T: Send + Sync>(value: &'static LazyLock<T>) -> Result<&'static T, Response> {
    in_background(|| &**value).await
}

/// Renders on a blocking thread, because it would delay other requests.
async fn in_background<T: Send + 'static>(
    render: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Response> {
    tokio::task::spawn_blocking(render).await.map_err(|error| {
        tracing::error!(%error, "rendering the API documentation failed");
        error_response(ErrorCode::Internal, "The documentation cannot be shown.")
    })
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
