//! `POST /api/tenants/invite_members`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, ClientInfo, IdempotencyKey, IdempotencyKeyHeader, JsonBody},
};
use axum::extract::State;
use domain::tenants::{InvitationLine, InviteMembersInput};
use service::{Services, organizations};
use std::sync::Arc;

/// Invite many people
///
/// Invites up to 500 addresses, pasted or from a CSV file with the columns `email` and, optionally, `role` and `group`, each as by
/// `invite_member`. `role` and `group_id` apply to lines without a role or group. The response has a result for each line; invalid
/// lines do not prevent the others.
#[utoipa::path(
    post, path = "/invite_members", tag = "tenants",
    params(IdempotencyKeyHeader),
    request_body(content = InviteMembersInput, example = json!({
        "addresses": "email;role\nben@example.org;member\ncleo@example.org;coach", "role": "member", "message": "Welcome to the course.",
    })),
    responses(
        (status = 201, description = "The lines with an address, in their order.", body = Envelope<Vec<InvitationLine>>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::EmailNotVerified,
        errors::PersonalWorkspace,
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
    ),
)]
pub(super) async fn invite_members(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    ClientInfo(client): ClientInfo,
    idempotency: IdempotencyKey,
    JsonBody(input): JsonBody<InviteMembersInput>,
) -> Result<Created<Vec<InvitationLine>>, ErrorResponse> {
    let request = idempotency.request();
    Ok(Created(
        organizations::invite_members(&services, &caller, request, input, &client).await?,
    ))
}
