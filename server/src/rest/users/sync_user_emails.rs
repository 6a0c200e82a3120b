//! `POST /api/users/sync_user_emails`.

use crate::rest::{
    answer::{Accepted, Envelope},
    extract::{Authorized, OptionalBody},
    idempotency::{KeyHeader, Once},
    openapi::refuse,
    problem::Problem,
};
use axum::extract::State;
use domain::mail::Mailbox;
use serde::Deserialize;
use service::{Services, mail};
use std::sync::Arc;

/// A body may be left out, or be empty.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// Fetch new mail
///
/// Queues fetching for the caller's connected mailboxes, each at most once. Those that must be connected again are left out.
#[utoipa::path(
    post, path = "/sync_user_emails", tag = "users",
    params(KeyHeader),
    responses(
        (status = 202, description = "The mailboxes that are fetched from.", body = Envelope<Vec<Mailbox>>,
            headers(("Idempotency-Replayed" = bool, description = "There, and true, when the answer is an earlier one."))),
        refuse::IdempotencyKeyInUse,
        refuse::IdempotencyKeyReused,
    ),
)]
pub(super) async fn sync_user_emails(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    once: Once,
    OptionalBody(Nothing {}): OptionalBody<Nothing>,
) -> Result<Accepted<Vec<Mailbox>>, Problem> {
    Ok(Accepted(
        mail::sync_user_emails_once(&services, &caller, once.attempt()).await?,
    ))
}
