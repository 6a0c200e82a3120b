//! `/api/users`.

mod login;
mod logout;
mod refresh_token;
mod register;

use service::Services;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .routes(routes!(login::login))
        .routes(routes!(logout::logout))
        .routes(routes!(refresh_token::refresh_token))
        .routes(routes!(register::register))
}
