//! `POST /api/contacts/unlink_contact`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::contacts::{Contact, ContactLinkInput};
use service::{Services, contacts};
use std::sync::Arc;

/// Remove a contact from an application
///
/// The contact and its links to other applications stay. Removing it again has no effect.
#[utoipa::path(
    post, path = "/unlink_contact", tag = "contacts",
    request_body(content = ContactLinkInput, example = json!({
        "contact_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e64", "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f",
    })),
    responses(
        (status = 200, description = "The contact.", body = Envelope<Contact>),
        errors::NotFound,
    ),
)]
pub(super) async fn unlink_contact(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<ContactLinkInput>,
) -> Result<Data<Contact>, ErrorResponse> {
    Ok(Data(contacts::unlink(&services, &caller, input).await?))
}
