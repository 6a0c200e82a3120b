//! `POST /api/tenants/add_domain`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::tenants::{AddDomainInput, EmailDomain};
use service::{Services, organizations};
use std::sync::Arc;

/// Add an email domain
///
/// The response names the DNS record that proves control of the domain. Publish it, then call `verify_domain`. Adding a domain again
/// returns it as it is.
#[utoipa::path(
    post, path = "/add_domain", tag = "tenants",
    request_body(content = AddDomainInput, example = json!({ "domain": "example.org" })),
    responses(
        (status = 200, description = "The domain.", body = Envelope<EmailDomain>),
        errors::PersonalWorkspace,
        errors::QuotaExceeded,
    ),
)]
pub(super) async fn add_domain(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<AddDomainInput>,
) -> Result<Data<EmailDomain>, ErrorResponse> {
    Ok(Data(organizations::add_domain(&services, &caller, &input).await?))
}
