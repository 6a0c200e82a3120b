//! `GET /api/users/get_linkedin_profile`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, NoQuery, Query},
    openapi::refuse,
    problem::Problem,
};
use axum::extract::State;
use domain::identities::LinkedinProfile;
use service::{Services, identities};
use std::sync::Arc;

/// Ask LinkedIn for the caller's profile
///
/// For those who signed in with LinkedIn or linked it.
#[utoipa::path(
    get, path = "/get_linkedin_profile", tag = "users",
    responses(
        (status = 200, description = "What LinkedIn says at this moment.", body = Envelope<LinkedinProfile>),
        refuse::NotLinked,
        refuse::ProviderUnavailable,
    ),
)]
pub(super) async fn get_linkedin_profile(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<LinkedinProfile>, Problem> {
    Ok(Data(identities::get_linkedin_profile(&services, &caller).await?))
}
