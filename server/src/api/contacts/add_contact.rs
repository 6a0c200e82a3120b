//! `POST /api/contacts/add_contact`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, IdempotencyKey, IdempotencyKeyHeader, JsonBody},
};
use axum::extract::State;
use domain::contacts::{AddContactInput, Contact};
use service::{Services, contacts};
use std::sync::Arc;

/// Add a contact
///
/// With `jobapp_id`, the contact is linked to that application; `link_contact` links it to further ones. An application has at
/// most 100 contacts, and a user 2,000.
#[utoipa::path(
    post, path = "/add_contact", tag = "contacts",
    params(IdempotencyKeyHeader),
    request_body(content = AddContactInput, example = json!({
        "name": "Ilse Brandt", "email": "ilse.brandt@example.org", "phone": "+49 30 5550 1417", "role": "Talent partner",
        "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f",
    })),
    responses(
        (status = 201, description = "The new contact.", body = Envelope<Contact>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::Conflict,
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
        errors::NotFound,
    ),
)]
pub(super) async fn add_contact(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    idempotency: IdempotencyKey,
    JsonBody(input): JsonBody<AddContactInput>,
) -> Result<Created<Contact>, ErrorResponse> {
    Ok(Created(
        contacts::add(&services, &caller, idempotency.request(), input).await?,
    ))
}
