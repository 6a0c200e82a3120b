//! Successful responses: `{"data": …}`.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// 200 OK.
pub struct Data<T>(pub T);

/// 201 Created.
pub struct Created<T>(pub T);

/// 202 Accepted.
pub struct Accepted<T>(pub T);

/// The body of a successful response.
#[derive(Serialize, ToSchema)]
pub struct Envelope<T> {
    /// The result.
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
