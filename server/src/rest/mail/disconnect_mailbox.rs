//! `POST /api/mail/disconnect_mailbox`.

use crate::rest::{
    extract::{Authorized, Body},
    openapi::refuse,
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use domain::MailboxId;
use serde::Deserialize;
use service::{Services, mail};
use std::sync::Arc;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfMailbox {
    /// Which.
    mailbox_id: MailboxId,
}

/// Disconnect a mailbox
///
/// Nothing more is fetched from it, and what its provider granted is given back. What was read from it stays.
#[utoipa::path(
    post, path = "/disconnect_mailbox", tag = "mail",
    request_body(content = OfMailbox, example = json!({ "mailbox_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 204, description = "Disconnected."),
        refuse::NotFound,
    ),
)]
pub(super) async fn disconnect_mailbox(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Body(OfMailbox { mailbox_id }): Body<OfMailbox>,
) -> Result<StatusCode, Problem> {
    mail::disconnect_mailbox(&services, &caller, mailbox_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
