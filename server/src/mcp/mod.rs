//! The MCP server: tools for language models at `POST /mcp`, over streamable HTTP. It has no sessions, so every server can answer every
//! request. Tools call the use cases of the REST API with the same keys, scopes and limits.

mod handler;
mod reply;
mod tools;

use crate::{
    config::ConfigError,
    error_response::error_response,
    extract::{BODY_LIMIT, bearer_auth::KeyAuth},
    middleware::{
        csrf::cross_origin_response,
        key_usage::{CountedStatus, count_key_requests},
        rate_limit_headers::set_rate_limit_headers,
    },
};
use axum::{
    Json, Router,
    body::{Body, Bytes, to_bytes},
    extract::{DefaultBodyLimit, Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{ACCEPT, CONTENT_TYPE, ORIGIN},
    },
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::post,
};
use handler::Handler;
use reqwest::Url;
use rmcp::{
    model::{ClientJsonRpcMessage, ErrorCode},
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
    },
};
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use service::Services;
use std::sync::Arc;

/// The path of the endpoint.
pub const PATH: &str = "/mcp";
/// The header that enables the tools that write; its value is `true`.
pub const ALLOW_WRITES: HeaderName = HeaderName::from_static("x-allow-writes");

/// Error for clients that try to open an event stream or end a session.
const POST_ONLY: &str = "Send each message with POST. There are no event streams to GET and no sessions to DELETE; continue without them.";
const NOT_ACCEPTABLE: &str = "Not Acceptable: Client must accept application/json";

/// The route for a server with this public URL.
///
/// # Errors
/// [`ConfigError`] if the URL is not valid.
pub fn router<S: Clone + Send + Sync + 'static>(
    services: Arc<Services>,
    public_url: &str,
) -> Result<Router<S>, ConfigError> {
    let own_origin = origin(public_url).ok_or_else(|| ConfigError {
        name: "JOBHAX_PUBLIC_URL",
        detail: "not a URL. Write for example https://jobs.example.org".into(),
    })?;
    Ok(Router::new()
        .route(PATH, post(handle))
        .method_not_allowed_fallback(async || error_response(domain::ErrorCode::MethodNotAllowed, POST_ONLY))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(set_rate_limit_headers))
        .layer(from_fn_with_state(services.clone(), count_key_requests))
        .layer(from_fn_with_state(own_origin, require_own_origin))
        .with_state(services))
}

fn origin(url: &str) -> Option<String> {
    let origin = Url::parse(url).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// Rejects requests of pages of other sites, including sites whose name was rebound to this address (DNS rebinding). MCP clients send no
/// `Origin`.
async fn require_own_origin(State(own): State<String>, request: Request, next: Next) -> Response {
    let sent = request.headers().get(ORIGIN);
    let is_own = sent.is_none_or(|sent| {
        sent.to_str()
            .ok()
            .and_then(origin)
            .is_some_and(|sent| sent == own)
    });
    if is_own {
        next.run(request).await
    } else {
        cross_origin_response()
    }
}

async fn handle(
    State(services): State<Arc<Services>>,
    KeyAuth(caller, key): KeyAuth,
    mut headers: HeaderMap,
    body: Bytes,
) -> Response {
    accept_json(&mut headers);
    if let Some(response) = unreadable(&body) {
        return response;
    }
    let allows_writes = headers
        .get(ALLOW_WRITES)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"));
    let handler = Handler::new(services, caller, key, allows_writes);
    let failure = handler.failure();
    let service = StreamableHttpService::new(
        move || Ok(handler.clone()),
        Arc::new(NeverSessionManager::default()),
        transport_config(),
    );
    let mut request = Request::post(PATH).body(Body::from(body)).unwrap_or_default();
    *request.headers_mut() = headers;
    let response = service.handle(request).await.map(Body::new);
    let mut response = explain_rejection(response).await;
    if let Some(status) = failure.get() {
        response.extensions_mut().insert(CountedStatus(*status));
    }
    response
}

/// One JSON response per request, no sessions, no event streams. Hosts are not checked: DNS rebinding is useless without a key, and its
/// origin is rejected.
fn transport_config() -> StreamableHttpServerConfig {
    StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(BODY_LIMIT)
        .disable_allowed_hosts()
}

/// The transport requires that clients also accept event streams. The server sends none, so accepting JSON is enough.
fn accept_json(headers: &mut HeaderMap) {
    let accepted = headers.get_all(ACCEPT);
    let mut accepted = accepted.iter().filter_map(|value| value.to_str().ok());
    let is_json = !headers.contains_key(ACCEPT)
        || accepted.any(|value| {
            let mut types = value
                .split(',')
                .filter_map(|media_type| media_type.split(';').next());
            types.any(|name| ["*/*", "application/*", "application/json"].contains(&name.trim()))
        });
    if is_json {
        let both = HeaderValue::from_static("application/json, text/event-stream");
        headers.insert(ACCEPT, both);
    }
}

/// The transport rejects 406, 415 and an unknown `MCP-Protocol-Version` with plain text. Converts the rejections to JSON-RPC errors with
/// the same status.
async fn explain_rejection(response: Response) -> Response {
    if !response.status().is_client_error() || response.headers().contains_key(CONTENT_TYPE) {
        return response;
    }
    let status = response.status();
    let reason = to_bytes(response.into_body(), BODY_LIMIT)
        .await
        .unwrap_or_default();
    let reason = match status {
        // The message of the transport would also ask for event streams.
        StatusCode::NOT_ACCEPTABLE => NOT_ACCEPTABLE.into(),
        _ => String::from_utf8_lossy(&reason),
    };
    let error = json_rpc_error(&Value::Null, ErrorCode::INVALID_REQUEST, &reason);
    (status, Json(error)).into_response()
}

/// The error response to a body that is not a JSON-RPC 2.0 message.
fn unreadable(body: &[u8]) -> Option<Response> {
    if serde_json::from_slice::<ClientJsonRpcMessage>(body).is_ok() {
        return None;
    }
    let (code, message) = if serde_json::from_slice::<IgnoredAny>(body).is_ok() {
        (
            ErrorCode::INVALID_REQUEST,
            "Not a JSON-RPC 2.0 message. Send one message per request.",
        )
    } else {
        (ErrorCode::PARSE_ERROR, "Not valid JSON.")
    };
    let error = json_rpc_error(&Value::Null, code, message);
    Some((StatusCode::BAD_REQUEST, Json(error)).into_response())
}

/// An error response to the message with this id (JSON-RPC 2.0 §5.1).
pub fn json_rpc_error(id: &Value, code: ErrorCode, message: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code.0, "message": message}})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_compared_without_default_ports_and_paths() {
        let own = origin("https://Jobs.example.org/").expect("an origin");
        assert_eq!(origin("https://jobs.example.org:443"), Some(own.clone()));
        for other in [
            "http://jobs.example.org",
            "https://jobs.example.org:8443",
            "https://evil.example",
        ] {
            assert_ne!(origin(other), Some(own.clone()), "{other}");
        }
        assert_eq!(origin("null"), None);
    }
}
