//! `POST /api/tenants/invite_member`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, ClientInfo, IdempotencyKey, IdempotencyKeyHeader, JsonBody},
};
use axum::extract::State;
use domain::tenants::{Invitation, InviteMemberInput};
use service::{Services, organizations};
use std::sync::Arc;

/// Invite somebody
///
/// Sends an email with a link that works once, for seven days, and for this address only. Inviting an address again renews its
/// invitation and ends the earlier link. Whether the address has an account makes no difference to the response.
#[utoipa::path(
    post, path = "/invite_member", tag = "tenants",
    params(IdempotencyKeyHeader),
    request_body(content = InviteMemberInput, example = json!({
        "email": "ben@example.org", "role": "member", "message": "Welcome to the course.",
    })),
    responses(
        (status = 201, description = "The invitation.", body = Envelope<Invitation>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::EmailNotVerified,
        errors::Conflict,
        errors::PersonalWorkspace,
        errors::QuotaExceeded,
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
    ),
)]
pub(super) async fn invite_member(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    ClientInfo(client): ClientInfo,
    idempotency: IdempotencyKey,
    JsonBody(input): JsonBody<InviteMemberInput>,
) -> Result<Created<Invitation>, ErrorResponse> {
    let request = idempotency.request();
    Ok(Created(
        organizations::invite_member(&services, &caller, request, input, &client).await?,
    ))
}
