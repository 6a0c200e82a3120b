//! `POST /api/mail/sync_mailbox`.

use crate::{
    api::{
        errors,
        response::{Accepted, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::{MailboxId, mail::Mailbox};
use serde::Deserialize;
use service::{Services, mail};
use std::sync::Arc;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SyncMailboxInput {
    /// Id from `get_mailboxes`.
    mailbox_id: MailboxId,
    /// Whether to only preview what the sync would change. The mailbox's `import_id` then names the preview.
    #[serde(default)]
    dry_run: bool,
}

/// Sync a mailbox
///
/// Queues a sync of one connected mailbox, unless it is queued already. `sync_user_emails` queues a sync for all mailboxes. With
/// `dry_run` the sync changes nothing: `get_import_findings` returns the changes that it would make, and `confirm_import` makes
/// them.
#[utoipa::path(
    post, path = "/sync_mailbox", tag = "mail",
    request_body(content = SyncMailboxInput, example = json!({ "mailbox_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 202, description = "The mailbox, queued unless it must be reconnected.", body = Envelope<Mailbox>),
        errors::NotFound,
    ),
)]
pub(super) async fn sync_mailbox(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(SyncMailboxInput { mailbox_id, dry_run }): JsonBody<SyncMailboxInput>,
) -> Result<Accepted<Mailbox>, ErrorResponse> {
    Ok(Accepted(
        mail::sync_mailbox(&services, &caller, mailbox_id, dry_run).await?,
    ))
}
