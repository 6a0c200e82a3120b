//! `POST /api/tenants/verify_domain`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, ClientInfo, JsonBody},
};
use axum::extract::State;
use domain::tenants::{DomainRef, EmailDomain};
use service::{Services, organizations};
use std::sync::Arc;

/// Verify an email domain
///
/// Looks up the TXT record. JobHax looks it up again every day; after a week without the record the domain is no longer verified.
#[utoipa::path(
    post, path = "/verify_domain", tag = "tenants",
    request_body(content = DomainRef, example = json!({ "domain_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 200, description = "The verified domain.", body = Envelope<EmailDomain>),
        errors::NotFound,
        errors::ProviderUnavailable,
    ),
)]
pub(super) async fn verify_domain(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    ClientInfo(client): ClientInfo,
    JsonBody(input): JsonBody<DomainRef>,
) -> Result<Data<EmailDomain>, ErrorResponse> {
    Ok(Data(
        organizations::verify_domain(&services, &caller, input, &client).await?,
    ))
}
