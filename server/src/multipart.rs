//! Uploads of mail files: the parts of a `multipart/form-data` body are written to disk as they arrive.

mod csv;
mod file;
mod form_reader;
mod invitations;

pub use csv::receive_csv_file;
pub use file::receive_file;
pub use invitations::{InvitationForm, read_invitation_form};

use crate::extract::reject_encoded_body;
use axum::{
    extract::{Request, multipart::MultipartRejection},
    http::header::CONTENT_LENGTH,
};
use domain::{ApiError, ErrorCode, FieldCode, mail::Import};
use form_reader::{FormError, FormReader, Part};
use service::{Error, Services, context::Caller, idempotency::IdempotentRequest, mail};

/// Allowance for boundaries and part headers.
const FORM_OVERHEAD: u64 = 16 * 1024 * 1024;
/// Maximum size of the body of an upload.
pub const BODY_LIMIT: u64 = mail::MAX_UPLOAD_BYTES + FORM_OVERHEAD;
/// Name of the field that makes the import a preview.
const DRY_RUN: &str = "dry_run";
/// Maximum length of the value of a flag.
const MAX_FLAG_LEN: usize = 16;
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
    let mut form = open_form(request, BODY_LIMIT, too_large).await?;
    let mut upload = mail::begin_import(services, caller, idempotent).await?;
    while let Some(mut part) = form.next_part().await.map_err(|e| read_error(&e, too_large))? {
        let name = part.name();
        if name == DRY_RUN {
            upload.set_dry_run(read_flag(&mut part).await?);
            continue;
        }
        if name != "file" {
            let detail =
                "There is no such field. Send the files as parts named file, and dry_run for a preview.";
            return Err(unknown_field(name, detail).into());
        }
        upload.start_file(part.file_name()).await?;
        while let Some(bytes) = part.chunk().await.map_err(|e| read_error(&e, too_large))? {
            upload.write(&bytes).await?;
        }
    }
    upload.finish().await
}

/// Opens a form of at most `limit` bytes. A larger declared length is rejected before anything is read.
async fn open_form(
    request: Request,
    limit: u64,
    too_large: impl FnOnce() -> ApiError,
) -> Result<FormReader, ApiError> {
    reject_encoded_body(request.headers())?;
    let content_length = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse::<u64>().ok());
    let form = FormReader::new(request, limit)
        .await
        .map_err(|rejection| rejection_error(&rejection))?;
    if content_length.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    Ok(form)
}

fn unknown_field(name: &str, detail: &str) -> ApiError {
    let name: String = name
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_FIELD_NAME_LEN)
        .collect();
    ApiError::field(&name, FieldCode::UnknownField, detail)
}

/// Parses the value of a checkbox or of a boolean field of an API client.
async fn read_flag(part: &mut Part<'_>) -> Result<bool, Error> {
    let mut value = Vec::new();
    while let Some(bytes) = part.chunk().await.map_err(|e| read_error(&e, too_large))? {
        value.extend_from_slice(&bytes);
        if value.len() > MAX_FLAG_LEN {
            break;
        }
    }
    match value.as_slice() {
        b"true" | b"on" => Ok(true),
        b"false" | b"" => Ok(false),
        _ => Err(ApiError::field(DRY_RUN, FieldCode::InvalidFormat, "Send true or false.").into()),
    }
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

/// Reads the content of a part, up to `max` bytes. `too_long` is the error for a longer part, `too_large` for a form over its limit.
async fn read_part(
    part: &mut Part<'_>,
    max: usize,
    too_long: impl Fn() -> ApiError,
    too_large: fn() -> ApiError,
) -> Result<Vec<u8>, ApiError> {
    let mut content = Vec::new();
    while let Some(bytes) = part.chunk().await.map_err(|e| read_error(&e, too_large))? {
        if content.len() + bytes.len() > max {
            return Err(too_long());
        }
        content.extend_from_slice(&bytes);
    }
    Ok(content)
}

/// Converts a form error. `too_large` is the error for a form over its limit.
fn read_error(error: &FormError, too_large: fn() -> ApiError) -> ApiError {
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
