//! `POST /api/contacts/delete_contact`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::contacts::ContactRef;
use service::{Services, contacts};
use std::sync::Arc;

/// Delete a contact
///
/// Also from all its applications; to remove it from one, use `unlink_contact`. Deleting it again is `not_found`.
#[utoipa::path(
    post, path = "/delete_contact", tag = "contacts",
    request_body(content = ContactRef, example = json!({ "contact_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e64" })),
    responses((status = 204, description = "Deleted."), errors::NotFound),
)]
pub(super) async fn delete_contact(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<ContactRef>,
) -> Result<StatusCode, ErrorResponse> {
    contacts::delete(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
