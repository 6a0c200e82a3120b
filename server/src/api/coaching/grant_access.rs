//! `POST /api/coaching/grant_access`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::coaching::{AccessGrant, GrantAccessInput};
use service::{Services, coaching};
use std::sync::Arc;

/// Grant access
///
/// Lets a coach, admin or owner of the workspace see the caller's applications with notes, emails, interviews and metrics; with
/// the scope `comment` they may comment, too. Granting the same member access again replaces scope and end.
#[utoipa::path(
    post, path = "/grant_access", tag = "coaching",
    request_body(content = GrantAccessInput, example = json!({
        "viewer_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e81", "scope": "comment", "expires_at": "2099-06-30T22:00:00Z",
    })),
    responses(
        (status = 200, description = "The grant.", body = Envelope<AccessGrant>),
        errors::NotFound,
    ),
)]
pub(super) async fn grant_access(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<GrantAccessInput>,
) -> Result<Data<AccessGrant>, ErrorResponse> {
    Ok(Data(coaching::grant_access(&services, &caller, input).await?))
}
