//! `POST /api/tenants/invite_member`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{
        BearerAuth, CallingKey, ClientInfo, IdempotencyKey, IdempotencyKeyHeader, JsonBody, not_for_keys,
    },
};
use axum::extract::State;
use domain::tenants::{Action, Invitation, InviteMemberInput, may};
use service::{Services, organizations};
use std::sync::Arc;

/// Invite someone
///
/// Sends an email with a link that works once, for seven days, and for this address only. Inviting an address again renews its
/// invitation and ends the earlier link. Whether the address has an account makes no difference to the response. With an API key
/// the role is `member` or `coach`.
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
        errors::NotForKeys,
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
    CallingKey(key): CallingKey,
    ClientInfo(client): ClientInfo,
    idempotency: IdempotencyKey,
    JsonBody(input): JsonBody<InviteMemberInput>,
) -> Result<Created<Invitation>, ErrorResponse> {
    if key.is_some() && may(input.role, Action::ManageMembers) {
        return Err(not_for_keys("An API key can invite members and coaches only.").into());
    }
    let request = idempotency.request();
    Ok(Created(
        organizations::invite_member(&services, &caller, request, input, &client).await?,
    ))
}
