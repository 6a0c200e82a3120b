//! The API documentation: `/api/docs` with Swagger UI, and `/api/openapi.json`. All files come from our own origin;
//! Swagger UI's are embedded in the binary.

mod problems;

use super::openapi;
use crate::error_response::error_response;
use axum::{
    Router,
    extract::{Path, State},
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{Html, IntoResponse, Response},
    routing::get,
};
use domain::ErrorCode;
use service::{Services, platform::rng};
use std::sync::{Arc, LazyLock};

static OPENAPI: LazyLock<String> = LazyLock::new(openapi::json);

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("docs.css");
const SCRIPT: &str = include_str!("docs.js");

/// The files only change with the binary.
const CACHE_ONE_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// Content security policy of the documentation, except for scripts: our own styles, images in styles, and our API.
const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                   form-action 'none'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

/// The routes below `/api`, all `GET`.
pub(super) const ROUTES: [&str; 4] = ["/openapi.json", "/docs", "/docs/problems", "/docs/{file}"];

pub(super) fn router() -> Router<Arc<Services>> {
    Router::new()
        .route("/openapi.json", get(openapi_json))
        .route("/docs", get(page))
        .route("/docs/problems", get(problems::page))
        .route("/docs/{file}", get(file))
}

async fn openapi_json() -> Response {
    with_content_type("application/json", OPENAPI.as_str())
}

/// A page of our own around Swagger UI, because Swagger UI's own page has an inline script.
async fn page(State(services): State<Arc<Services>>) -> Response {
    let nonce = rng::secret(services.rng.as_ref());
    let csp = format!("script-src 'nonce-{nonce}'; {CSP}");
    html(&csp, PAGE.replace("{nonce}", &nonce))
}

/// A page with its content security policy.
fn html(csp: &str, page: String) -> Response {
    let csp = HeaderValue::from_str(csp)
        .ok()
        .map(|csp| (CONTENT_SECURITY_POLICY, csp));
    let mut response = Html(page).into_response();
    response.headers_mut().extend(csp);
    response
}

async fn file(Path(name): Path<String>) -> Response {
    let response = match name.as_str() {
        "docs.css" => with_content_type("text/css; charset=utf-8", STYLE),
        "docs.js" => with_content_type("text/javascript; charset=utf-8", SCRIPT),
        "swagger-ui.css" => with_content_type("text/css; charset=utf-8", swagger_ui(&name)),
        "swagger-ui-bundle.js" => with_content_type("text/javascript; charset=utf-8", swagger_ui(&name)),
        _ => return error_response(ErrorCode::NotFound, "Not found."),
    };
    ([(CACHE_CONTROL, CACHE_ONE_DAY)], response).into_response()
}

/// A file of Swagger UI.
fn swagger_ui(name: &str) -> Vec<u8> {
    utoipa_swagger_ui::serve(name, Arc::default())
        .ok()
        .flatten()
        .map(|file| file.bytes.into_owned())
        .unwrap_or_default()
}

fn with_content_type(content_type: &'static str, body: impl IntoResponse) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static(content_type))], body).into_response()
}
