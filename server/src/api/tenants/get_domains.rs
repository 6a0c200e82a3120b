//! `GET /api/tenants/get_domains`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::tenants::EmailDomain;
use service::{Services, organizations};
use std::sync::Arc;

/// List email domains
///
/// By name. Everyone with a confirmed address in a verified domain may join the organization as a member. For owners and admins.
#[utoipa::path(
    get, path = "/get_domains", tag = "tenants",
    responses(
        (status = 200, description = "The domains.", body = Envelope<Vec<EmailDomain>>),
    ),
)]
pub(super) async fn get_domains(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<EmailDomain>>, ErrorResponse> {
    Ok(Data(organizations::list_domains(&services, &caller).await?))
}
