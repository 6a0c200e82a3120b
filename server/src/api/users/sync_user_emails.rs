//! `POST /api/users/sync_user_emails`.

use crate::{
    api::{
        errors,
        response::{Accepted, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, IdempotencyKey, IdempotencyKeyHeader, OptionalJsonBody},
};
use axum::extract::State;
use domain::{auth::EmptyInput, mail::Mailbox};
use service::{Services, mail};
use std::sync::Arc;

/// Sync connected mailboxes
///
/// Queues a sync for each connected mailbox that is not queued already. Mailboxes that need to be reconnected are
/// skipped.
#[utoipa::path(
    post, path = "/sync_user_emails", tag = "users",
    params(IdempotencyKeyHeader),
    responses(
        (status = 202, description = "The queued mailboxes.", body = Envelope<Vec<Mailbox>>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
    ),
)]
pub(super) async fn sync_user_emails(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    idempotency: IdempotencyKey,
    OptionalJsonBody(EmptyInput {}): OptionalJsonBody<EmptyInput>,
) -> Result<Accepted<Vec<Mailbox>>, ErrorResponse> {
    Ok(Accepted(
        mail::sync_user_emails(&services, &caller, idempotency.request()).await?,
    ))
}
