//! `/api/docs`: the API for people, and `/api/openapi.json` for programs. Everything comes from our own origin; Swagger
//! UI's files lie in the binary.

mod problems;

use super::{openapi, problem::Problem};
use axum::{
    Router,
    extract::{Path, State},
    http::{
        HeaderName, HeaderValue,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{Html, IntoResponse, Response},
    routing::get,
};
use domain::{ApiError, ErrorCode};
use service::{Services, rng};
use std::sync::{Arc, LazyLock};

/// The document as it is served.
static DOCUMENT: LazyLock<String> = LazyLock::new(openapi::text);

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("docs.css");
const SCRIPT: &str = include_str!("docs.js");

/// A day. The files change with the program only.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=86400");

pub(super) fn router() -> Router<Arc<Services>> {
    Router::new()
        .route("/openapi.json", get(document))
        .route("/docs", get(page))
        .route("/docs/problems", get(problems::page))
        .route("/docs/{file}", get(file))
}

async fn document() -> Response {
    typed("application/json", DOCUMENT.as_str())
}

/// Swagger UI in a page of our own: its script starts from a file, not from inside the page.
async fn page(State(services): State<Arc<Services>>) -> Response {
    let nonce = rng::secret(services.rng.as_ref());
    let policy = format!("script-src 'nonce-{nonce}'; {LOADS}");
    guarded(&policy, PAGE.replace("{nonce}", &nonce))
}

/// What a page of the documentation may load besides scripts: our own style, pictures inside the style, our own API.
const LOADS: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                     form-action 'none'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

/// A page under its own content policy.
fn guarded(policy: &str, page: String) -> Response {
    let policy = HeaderValue::from_str(policy)
        .ok()
        .map(|policy| (CONTENT_SECURITY_POLICY, policy));
    let mut answer = Html(page).into_response();
    answer.headers_mut().extend(policy);
    answer
}

async fn file(Path(name): Path<String>) -> Result<Response, Problem> {
    let answer = match name.as_str() {
        "docs.css" => typed("text/css; charset=utf-8", STYLE),
        "docs.js" => typed("text/javascript; charset=utf-8", SCRIPT),
        "swagger-ui.css" => typed("text/css; charset=utf-8", swagger_ui(&name)),
        "swagger-ui-bundle.js" => typed("text/javascript; charset=utf-8", swagger_ui(&name)),
        _ => return Err(ApiError::new(ErrorCode::NotFound, "There is nothing here.").into()),
    };
    Ok(([(CACHE_CONTROL, KEPT)], answer).into_response())
}

/// A file of Swagger UI.
fn swagger_ui(name: &str) -> Vec<u8> {
    let found = utoipa_swagger_ui::serve(name, Arc::default());
    found
        .ok()
        .flatten()
        .map(|file| file.bytes.into_owned())
        .unwrap_or_default()
}

fn typed(kind: &'static str, body: impl IntoResponse) -> Response {
    let kind: [(HeaderName, HeaderValue); 1] = [(CONTENT_TYPE, HeaderValue::from_static(kind))];
    (kind, body).into_response()
}
