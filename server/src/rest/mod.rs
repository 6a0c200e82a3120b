//! The REST API under `/api`: one thin adapter a file. Each extracts the caller and the input, calls a use case of
//! `service`, and answers.

pub mod answer;
mod docs;
pub mod extract;
mod idempotency;
mod jobapps;
pub mod limits;
pub mod mail;
mod metrics;
pub mod openapi;
pub mod problem;
pub mod stream;
mod strict;
mod users;

use crate::http::deadline::{self, DEADLINE};
use axum::{Router, extract::DefaultBodyLimit, middleware};
use domain::{ApiError, ErrorCode};
use service::Services;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// Most bytes of a JSON body. The longest field is a note of 20 000 characters.
pub const BODY_LIMIT: usize = 256 * 1024;

/// The operations by area, each with its description.
fn areas() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .nest("/users", users::router())
        .nest("/jobapps", jobapps::router())
        .nest("/metrics", metrics::router())
        .nest("/mail", mail::router())
}

/// The operations under the path where they are served.
fn endpoints() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::with_openapi(openapi::frame()).nest("/api", areas())
}

/// Everything under `/api`, with its own answers for unknown paths and methods: integrators never receive HTML.
pub fn router(services: Arc<Services>) -> Router {
    Router::from(areas())
        .merge(docs::router())
        .fallback(unknown_path)
        .method_not_allowed_fallback(unknown_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(DEADLINE, deadline::enforce))
        .layer(middleware::from_fn_with_state(
            services.clone(),
            idempotency::keep,
        ))
        .layer(middleware::from_fn(limits::tell))
        .layer(middleware::from_fn(problem::render))
        .with_state(services)
}

async fn unknown_path() -> problem::Problem {
    ApiError::new(
        ErrorCode::NotFound,
        "There is no such endpoint. They are listed under /api/docs.",
    )
    .into()
}

async fn unknown_method() -> problem::Problem {
    ApiError::new(
        ErrorCode::MethodNotAllowed,
        "This endpoint takes another method; Allow names it.",
    )
    .into()
}
