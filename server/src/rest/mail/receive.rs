//! An upload of mail files: the parts of a `multipart/form-data` body go to disk as they come.

use axum::{
    extract::{
        FromRequest as _, Multipart, Request,
        multipart::{MultipartError, MultipartRejection},
    },
    http::header::CONTENT_LENGTH,
};
use domain::{ApiError, ErrorCode, FieldCode, mail::Import};
use service::{Error, Services, idempotency::Attempt, mail, tenants::Caller};

/// What the form adds to the files: boundaries and headers of the parts.
const FORM: u64 = 16 * 1024 * 1024;

/// Takes the files in and begins the import of them.
///
/// # Errors
/// `unsupported_media_type`, `payload_too_large`, `malformed`, `invalid`, and what [`mail::begin_import`] refuses.
pub async fn receive(
    services: &Services,
    caller: &Caller,
    attempt: Option<&Attempt>,
    request: Request,
) -> Result<Import, Error> {
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse::<u64>().ok());
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|rejection| unreadable(&rejection))?;
    if announced.is_some_and(|length| length > mail::MAX_UPLOAD + FORM) {
        let detail =
            "Send at most 1 GB at once. Split the mailbox, or export only the folders with applications.";
        return Err(ApiError::new(ErrorCode::PayloadTooLarge, detail).into());
    }
    let mut upload = mail::begin_import_once(services, caller, attempt).await?;
    while let Some(mut part) = form.next_field().await.map_err(|e| broken(&e))? {
        let name = part.name().unwrap_or_default();
        if name != "file" {
            let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
            let error = ApiError::field(
                &name,
                FieldCode::UnknownField,
                "There is no such field. Send the files as file.",
            );
            return Err(error.into());
        }
        upload.file(part.file_name().unwrap_or_default()).await?;
        while let Some(bytes) = part.chunk().await.map_err(|e| broken(&e))? {
            upload.write(&bytes).await?;
        }
    }
    upload.finish().await
}

fn unreadable(rejection: &MultipartRejection) -> ApiError {
    if let MultipartRejection::InvalidBoundary(_) = rejection
        && rejection.status() == 400
    {
        return ApiError::new(
            ErrorCode::UnsupportedMediaType,
            "Send Content-Type: multipart/form-data with a boundary, and the files as parts called file.",
        );
    }
    ApiError::new(ErrorCode::Malformed, "The upload could not be read.")
}

fn broken(error: &MultipartError) -> ApiError {
    tracing::debug!(%error, "an upload broke off");
    match error.status().as_u16() {
        413 => ApiError::new(
            ErrorCode::PayloadTooLarge,
            "The upload is larger than this endpoint takes.",
        ),
        408 => ApiError::new(ErrorCode::RequestTimeout, "The upload took too long to arrive."),
        _ => ApiError::new(
            ErrorCode::Malformed,
            "The upload did not arrive whole. Send it again.",
        ),
    }
}
