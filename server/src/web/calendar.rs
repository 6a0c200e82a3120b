//! `GET /calendar/{file}`: the calendar feed of a user, for calendar programs. The file name is the secret.

use crate::{error_response::ErrorResponse, extract::ClientInfo};
use axum::{
    Router,
    extract::{Path, State},
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse as _, Response},
    routing::get,
};
use domain::ApiError;
use service::{Services, calendar};
use std::sync::Arc;

/// The path pattern.
pub const PATH: &str = "/calendar/{file}";

/// The route. It needs no session.
pub fn router<S: Clone + Send + Sync + 'static>(services: Arc<Services>) -> Router<S> {
    Router::new().route(PATH, get(read_feed)).with_state(services)
}

async fn read_feed(
    State(services): State<Arc<Services>>,
    ClientInfo(client): ClientInfo,
    Path(file): Path<String>,
) -> Result<Response, ErrorResponse> {
    let token = file.strip_suffix(".ics").ok_or_else(ApiError::not_found)?;
    let calendar = calendar::read_feed(&services, &client, token).await?;
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/calendar; charset=utf-8"),
        ),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_static("inline; filename=\"jobhax.ics\""),
        ),
        (CACHE_CONTROL, HeaderValue::from_static("private, max-age=300")),
    ];
    Ok((headers, calendar).into_response())
}
