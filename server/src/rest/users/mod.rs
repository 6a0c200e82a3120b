//! `/api/users`.

mod login;
mod logout;
mod refresh_token;
mod register;

use axum::{Router, routing::post};
use service::Services;
use std::sync::Arc;

pub(super) fn router() -> Router<Arc<Services>> {
    Router::new()
        .route("/register", post(register::register))
        .route("/login", post(login::login))
        .route("/logout", post(logout::logout))
        .route("/refresh_token", post(refresh_token::refresh_token))
}
