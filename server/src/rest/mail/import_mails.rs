//! `POST /api/mail/import_mails`.

use super::receive;
use crate::rest::{
    answer::{Accepted, Envelope},
    extract::{Authorized, NoQuery, Query},
    idempotency::{KeyHeader, Once},
    openapi::refuse,
    problem::Problem,
};
use axum::extract::{Request, State};
use domain::mail::Import;
use service::Services;
use std::sync::Arc;
use utoipa::ToSchema;

/// The parts of the form, for the document; the upload itself is taken in piece by piece.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
struct MailFiles {
    /// `.eml` or `.mbox`.
    #[schema(value_type = Vec<String>, format = Binary, min_items = 1)]
    file: Vec<String>,
}

/// Import mail files
///
/// One or more parts called `file`, each an `.eml` or `.mbox`, up to 1 GB in all. The mails are read in the background; ask
/// `get_import` how far it is. A mail that is known already changes nothing.
#[utoipa::path(
    post, path = "/import_mails", tag = "mail",
    params(KeyHeader),
    request_body(content = MailFiles, content_type = "multipart/form-data"),
    responses(
        (status = 202, description = "Begun.", body = Envelope<Import>,
            headers(("Idempotency-Replayed" = bool, description = "There, and true, when the answer is an earlier one."))),
        refuse::IdempotencyKeyInUse,
        refuse::IdempotencyKeyReused,
    ),
)]
pub(super) async fn import_mails(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(NoQuery {}): Query<NoQuery>,
    once: Once,
    request: Request,
) -> Result<Accepted<Import>, Problem> {
    Ok(Accepted(
        receive(&services, &caller, once.attempt(), request).await?,
    ))
}
