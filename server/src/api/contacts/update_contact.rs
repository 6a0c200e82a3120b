//! `POST /api/contacts/update_contact`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::contacts::{Contact, UpdateContactInput};
use service::{Services, contacts};
use std::sync::Arc;

/// Update a contact
///
/// Absent fields stay unchanged, `null` clears. The change is visible in all applications of the contact.
#[utoipa::path(
    post, path = "/update_contact", tag = "contacts",
    request_body(content = UpdateContactInput, example = json!({
        "contact_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e64", "role": "Head of people",
    })),
    responses(
        (status = 200, description = "The updated contact.", body = Envelope<Contact>),
        errors::NotFound,
    ),
)]
pub(super) async fn update_contact(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<UpdateContactInput>,
) -> Result<Data<Contact>, ErrorResponse> {
    Ok(Data(contacts::update(&services, &caller, input).await?))
}
