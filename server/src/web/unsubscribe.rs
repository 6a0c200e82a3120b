//! `POST /unsubscribe/{token}`: turns emails about coaching off without signing in. Called by the button on the page at the same path, and
//! by email programs, which send `List-Unsubscribe=One-Click` (RFC 8058). It signs no one in, so requests from other origins are accepted.

use crate::{error_response::ErrorResponse, extract::ClientInfo};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
    routing::post,
};
use domain::routes::Route;
use service::{Services, coaching};
use std::sync::Arc;

/// The path pattern, which is also the path of the page.
pub const PATH: &str = "/unsubscribe/{token}";
/// Maximum size of the body. Email programs send much less.
const BODY_LIMIT: usize = 4096;
/// The name of the field that email programs send.
const ONE_CLICK: &[u8] = b"List-Unsubscribe";

/// The route. It needs no session.
pub fn router<S: Clone + Send + Sync + 'static>(services: Arc<Services>) -> Router<S> {
    let route = post(unsubscribe).layer(DefaultBodyLimit::max(BODY_LIMIT));
    Router::new().route(PATH, route).with_state(services)
}

async fn unsubscribe(
    State(services): State<Arc<Services>>,
    ClientInfo(client): ClientInfo,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<Response, ErrorResponse> {
    coaching::unsubscribe(&services, &client, &token).await?;
    // Email programs do not follow redirects.
    if body.windows(ONE_CLICK.len()).any(|bytes| bytes == ONE_CLICK) {
        return Ok(StatusCode::OK.into_response());
    }
    Ok(Redirect::to(&Route::Unsubscribe(token).to_string()).into_response())
}
