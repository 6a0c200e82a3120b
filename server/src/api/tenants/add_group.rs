//! `POST /api/tenants/add_group`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, IdempotencyKey, IdempotencyKeyHeader, JsonBody},
};
use axum::extract::State;
use domain::tenants::{AddGroupInput, Group};
use service::{Services, organizations};
use std::sync::Arc;

/// Create a group
///
/// Names are unique in the workspace, ignoring case. A workspace has at most 100 groups.
#[utoipa::path(
    post, path = "/add_group", tag = "tenants",
    params(IdempotencyKeyHeader),
    request_body(content = AddGroupInput, example = json!({ "name": "Autumn course" })),
    responses(
        (status = 201, description = "The group, without members.", body = Envelope<Group>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::Conflict,
        errors::QuotaExceeded,
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
    ),
)]
pub(super) async fn add_group(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    idempotency: IdempotencyKey,
    JsonBody(input): JsonBody<AddGroupInput>,
) -> Result<Created<Group>, ErrorResponse> {
    Ok(Created(
        organizations::add_group(&services, &caller, idempotency.request(), input).await?,
    ))
}
