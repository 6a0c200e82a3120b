//! All routes together: API, probes, pages.

use crate::{
    config::Serve,
    health::{self, Health},
    http::{self, headers::Https, problem, request_id::Ids},
    rest,
    start::StartError,
};
use axum::{Router, response::Response};
use domain::{ApiError, ErrorCode};
use service::Services;
use std::sync::Arc;

/// Everything that is served.
///
/// # Errors
/// [`StartError::Setting`] when the public URL has no origin.
pub fn router(services: &Arc<Services>, config: &Serve, health: Health) -> Result<Router, StartError> {
    let public_url = config.public_url();
    let ids = Ids {
        clock: services.clock.clone(),
        rng: services.rng.clone(),
    };
    let routes = Router::new()
        .nest("/api", rest::router(services.clone()))
        .merge(health::router(health))
        .fallback(nothing_here);
    Ok(http::wrap(routes, ids, Https(public_url.starts_with("https://"))))
}

async fn nothing_here() -> Response {
    problem::failure(ApiError::new(ErrorCode::NotFound, "There is no such page."))
}
