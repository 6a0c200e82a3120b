//! `POST /api/files/add_file`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, IdempotencyKey, IdempotencyKeyHeader, NoQuery, Query},
    multipart::receive_file,
};
use axum::extract::{Request, State};
use domain::{
    JobApplicationId,
    files::{File, FileKind},
};
use service::Services;
use std::sync::Arc;
use utoipa::ToSchema;

/// The form in the OpenAPI document; the upload is read as a stream.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documentation only")]
struct FileForm {
    /// The application.
    jobapp_id: JobApplicationId,
    /// The purpose of the file.
    kind: FileKind,
    /// A PDF, Word, ODT, RTF or text file, or a PNG or JPEG picture, of up to 10 MiB.
    #[schema(value_type = String, format = Binary)]
    file: String,
}

/// Add a file
///
/// Stores a file of an application, such as the résumé that was sent. The media type is detected from the content, not from the
/// name. An application has at most 50 files, and a user 500 MiB.
#[utoipa::path(
    post, path = "/add_file", tag = "files",
    params(IdempotencyKeyHeader),
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "The new file.", body = Envelope<File>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::QuotaExceeded,
        errors::Conflict,
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
        errors::NotFound,
    ),
)]
pub(super) async fn add_file(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
    idempotency: IdempotencyKey,
    request: Request,
) -> Result<Created<File>, ErrorResponse> {
    Ok(Created(
        receive_file(&services, &caller, idempotency.request(), None, request).await?,
    ))
}
