//! Uploads of mail files: the parts of a `multipart/form-data` body are written to disk as they arrive.

mod form_reader;

use crate::extract::reject_encoded_body;
use axum::{
    extract::{Request, multipart::MultipartRejection},
    http::header::CONTENT_LENGTH,
};
use domain::{ApiError, ErrorCode, FieldCode, mail::Import};
use form_reader::{FormError, FormReader};
use service::{Error, Services, context::Caller, idempotency::IdempotentRequest, mail};

/// Allowance for boundaries and part headers.
const FORM_OVERHEAD: u64 = 16 * 1024 * 1024;
/// Maximum size of the body of an upload.
pub const BODY_LIMIT: u64 = mail::MAX_UPLOAD_BYTES + FORM_OVERHEAD;
/// Maximum length of a field name in an error.
const MAX_FIELD_NAME_LEN: usize = 100;

/// Receives the files and starts their import.
///
/// # Errors
/// `unsupported_media_type`, `payload_too_large`, `malformed`, `invalid`, and the errors of [`mail::begin_import`].
pub async fn receive_mail_files(
    services: &Services,
    caller: &Caller,
    idempotent: Option<&IdempotentRequest>,
    request: Request,
) -> Result<Import, Error> {
    reject_encoded_body(request.headers())?;
    let content_length = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse::<u64>().ok());
    let mut form = FormReader::new(request, BODY_LIMIT)
        .await
        .map_err(|rejection| rejection_error(&rejection))?;
    if content_length.is_some_and(|length| length > BODY_LIMIT) {
        return Err(too_large().into());
    }
    let mut upload = mail::begin_import(services, caller, idempotent).await?;
    while let Some(mut part) = form.next_part().await.map_err(|e| read_error(&e))? {
        let name = part.name();
        if name != "file" {
            let name: String = name
                .chars()
                .filter(|c| !c.is_control())
                .take(MAX_FIELD_NAME_LEN)
                .collect();
            let error = ApiError::field(
                &name,
                FieldCode::UnknownField,
                "There is no such field. Send the files as parts named file.",
            );
            return Err(error.into());
        }
        upload.start_file(part.file_name()).await?;
        while let Some(bytes) = part.chunk().await.map_err(|e| read_error(&e))? {
            upload.write(&bytes).await?;
        }
    }
    upload.finish().await
}

fn rejection_error(rejection: &MultipartRejection) -> ApiError {
    if let MultipartRejection::InvalidBoundary(_) = rejection
        && rejection.status() == 400
    {
        return ApiError::new(
            ErrorCode::UnsupportedMediaType,
            "Send Content-Type: multipart/form-data with a boundary, and the files as parts named file.",
        );
    }
    ApiError::new(ErrorCode::Malformed, "The upload is not valid.")
}

fn too_large() -> ApiError {
    ApiError::new(
        ErrorCode::PayloadTooLarge,
        "You can upload up to 1 GB at once. Split the mailbox, or export only the folders with applications.",
    )
}

fn read_error(error: &FormError) -> ApiError {
    tracing::debug!(%error, "reading an upload failed");
    match error {
        FormError::TooLarge => too_large(),
        FormError::Structure => ApiError::new(
            ErrorCode::Malformed,
            "The upload is not a form with files as its parts.",
        ),
        FormError::Read(error) if error.status().as_u16() == 408 => ApiError::new(
            ErrorCode::RequestTimeout,
            "The upload did not arrive in time. Please send it again.",
        ),
        FormError::Read(_) => ApiError::new(
            ErrorCode::Malformed,
            "The upload is incomplete. Please send it again.",
        ),
    }
}
