//! `POST /unsubscribe/{token}`: turns emails about coaching off without signing in. By the button of the page at this address, and by
//! email programs, which send `List-Unsubscribe=One-Click` (RFC 8058). Nobody is signed in by it, so it accepts other origins.

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

/// The path pattern, which is that of the page.
pub const PATH: &str = "/unsubscribe/{token}";
/// What an email program sends is much shorter, as a form or multipart.
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
    // An email program does not follow redirects.
    if body.windows(ONE_CLICK.len()).any(|bytes| bytes == ONE_CLICK) {
        return Ok(StatusCode::OK.into_response());
    }
    Ok(Redirect::to(&Route::Unsubscribe(token).to_string()).into_response())
}
