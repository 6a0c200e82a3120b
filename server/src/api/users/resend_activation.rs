//! `POST /api/users/resend_activation`.

use crate::{
    error_response::ErrorResponse,
    extract::{BearerAuth, ClientInfo, OptionalJsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::auth::EmptyInput;
use service::{Services, auth};
use std::sync::Arc;

/// Resend the confirmation email
///
/// Nothing is sent if the address is confirmed already or if an email was sent within the last minute.
#[utoipa::path(
    post, path = "/resend_activation", tag = "users",
    responses((status = 204, description = "Accepted.")),
)]
pub(super) async fn resend_activation(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    ClientInfo(client): ClientInfo,
    OptionalJsonBody(EmptyInput {}): OptionalJsonBody<EmptyInput>,
) -> Result<StatusCode, ErrorResponse> {
    auth::resend_verification_email(&services, &caller, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}
