//! `GET /api/contacts/get_contacts`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::contacts::{Contact, ListContactsInput};
use service::{Services, contacts};
use std::sync::Arc;

/// List contacts
///
/// By name. At most 2,000.
#[utoipa::path(
    get, path = "/get_contacts", tag = "contacts",
    params(ListContactsInput),
    responses(
        (status = 200, description = "The contacts.", body = Envelope<Vec<Contact>>),
    ),
)]
pub(super) async fn get_contacts(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListContactsInput>,
) -> Result<Data<Vec<Contact>>, ErrorResponse> {
    Ok(Data(contacts::list(&services, &caller, input).await?))
}
