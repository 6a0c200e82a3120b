//! `POST /api/mail/import_mails`.

use crate::{
    api::{
        errors,
        response::{Accepted, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, IdempotencyKey, IdempotencyKeyHeader, NoQuery, Query},
    multipart::receive_mail_files,
};
use axum::extract::{Request, State};
use domain::mail::Import;
use service::Services;
use std::sync::Arc;
use utoipa::ToSchema;

/// The form in the OpenAPI document; the upload is read as a stream.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documentation only")]
struct MailFiles {
    /// `.eml` or `.mbox` files, or `.zip` and `.gz` archives of them.
    #[schema(value_type = Vec<String>, format = Binary, min_items = 1)]
    file: Vec<String>,
    /// `true` to only preview what the import would change: `get_import_findings` returns it, and `confirm_import` does it.
    dry_run: Option<bool>,
}

/// Import mail files
///
/// One or more parts named `file`, each an `.eml` or `.mbox` file or a `.zip` or `.gz` archive of them, up to 1 GB in total. The
/// files are processed in the background; `get_import` returns the progress. Messages that were imported before are ignored.
#[utoipa::path(
    post, path = "/import_mails", tag = "mail",
    params(IdempotencyKeyHeader),
    request_body(content = MailFiles, content_type = "multipart/form-data"),
    responses(
        (status = 202, description = "The import was started.", body = Envelope<Import>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
    ),
)]
pub(super) async fn import_mails(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
    idempotency: IdempotencyKey,
    request: Request,
) -> Result<Accepted<Import>, ErrorResponse> {
    Ok(Accepted(
        Box::pin(receive_mail_files(
            &services,
            &caller,
            idempotency.request(),
            request,
        ))
        .await?,
    ))
}
