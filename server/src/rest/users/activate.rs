//! `POST /api/users/activate`. The token comes from a mail.

use crate::rest::{extract::Body, limits::Asking, openapi::refuse, problem::Problem};
use axum::{extract::State, http::StatusCode};
use domain::users::ActivateInput;
use service::{Services, users};
use std::sync::Arc;

/// Confirm an address with the token of a mail
///
/// The token works once, for three days. Nobody need be signed in.
#[utoipa::path(
    post, path = "/activate", tag = "users",
    security(()),
    request_body(content = ActivateInput, example = json!({ "token": "k3JtVbm0mZ2Yw3c7b1Qx9f5s8u6a4d2e1g0hIjKlMnO" })),
    responses(
        (status = 204, description = "Confirmed."),
        refuse::LinkExpired,
    ),
)]
pub(super) async fn activate(
    State(services): State<Arc<Services>>,
    Asking(client): Asking,
    Body(input): Body<ActivateInput>,
) -> Result<StatusCode, Problem> {
    users::activate(&services, input, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}
