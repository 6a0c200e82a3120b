//! `POST /api/mail/disconnect_mailbox`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::MailboxId;
use serde::Deserialize;
use service::{Services, mail};
use std::sync::Arc;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DisconnectMailboxInput {
    /// Id from `get_mailboxes`.
    mailbox_id: MailboxId,
    /// Also delete the imported data of this mailbox that no person has changed.
    #[serde(default)]
    forget: bool,
}

/// Disconnect a mailbox
///
/// Stops syncing and revokes the tokens or deletes the password. Imported data is kept, unless `forget` is true: then, in the
/// background, the messages of this mailbox are deleted, and the applications that only these messages created and that no one has
/// edited, moved, merged or added notes to. Changes that the messages made in other applications are undone.
#[utoipa::path(
    post, path = "/disconnect_mailbox", tag = "mail",
    request_body(content = DisconnectMailboxInput, example = json!({ "mailbox_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 204, description = "Disconnected."),
        errors::NotFound,
    ),
)]
pub(super) async fn disconnect_mailbox(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(DisconnectMailboxInput { mailbox_id, forget }): JsonBody<DisconnectMailboxInput>,
) -> Result<StatusCode, ErrorResponse> {
    mail::disconnect_mailbox(&services, &caller, mailbox_id, forget).await?;
    Ok(StatusCode::NO_CONTENT)
}
