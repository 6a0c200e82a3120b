//! Successes: `{"data": …}`.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// 200 with the value as `data`.
pub struct Data<T>(pub T);

/// 201 with what was made as `data`.
pub struct Created<T>(pub T);

/// 202 with what was begun as `data`.
pub struct Accepted<T>(pub T);

/// How every success is wrapped.
#[derive(Serialize, ToSchema)]
pub struct Envelope<T> {
    /// What was asked for, or made.
    data: T,
}

impl<T: Serialize> IntoResponse for Data<T> {
    fn into_response(self) -> Response {
        Json(Envelope { data: self.0 }).into_response()
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, Json(Envelope { data: self.0 })).into_response()
    }
}

impl<T: Serialize> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Json(Envelope { data: self.0 })).into_response()
    }
}
