//! `GET /api/users/get_linkedin_profile`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::auth::LinkedinProfile;
use service::{Services, auth::oauth};
use std::sync::Arc;

/// Get the LinkedIn profile
///
/// Requests the current profile from LinkedIn. Only for users who signed in with LinkedIn or linked it.
#[utoipa::path(
    get, path = "/get_linkedin_profile", tag = "users",
    responses(
        (status = 200, description = "The profile.", body = Envelope<LinkedinProfile>),
        errors::NotLinked,
        errors::ProviderUnavailable,
    ),
)]
pub(super) async fn get_linkedin_profile(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<LinkedinProfile>, ErrorResponse> {
    Ok(Data(oauth::get_linkedin_profile(&services, &caller).await?))
}
