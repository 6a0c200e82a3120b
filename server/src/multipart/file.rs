//! Upload of a file of an application: a small form with one file, read into memory.

use super::{form_reader::Part, open_form, read_error, read_part, unknown_field};
use axum::extract::Request;
use domain::{
    ApiError, ErrorCode, FieldErrors, JobApplicationId,
    files::{AddFileInput, File, MAX_FILE_BYTES},
};
use service::{Error, Services, context::Caller, files, idempotency::IdempotentRequest};

/// Allowance for boundaries, part headers and the other fields.
const FORM_OVERHEAD: usize = 64 * 1024;
/// Maximum number of unknown fields to list.
const MAX_ERRORS: usize = 20;
/// Maximum length of a text field in bytes.
const MAX_TEXT_LEN: usize = 200;

/// Receives the fields `jobapp_id` (unless the path contains it), `kind` and `file`, and stores the file.
///
/// # Errors
/// `unsupported_media_type`, `payload_too_large`, `malformed`, `invalid`, and the errors of [`files::add`].
pub async fn receive_file(
    services: &Services,
    caller: &Caller,
    idempotent: Option<&IdempotentRequest>,
    application: Option<JobApplicationId>,
    request: Request,
) -> Result<File, Error> {
    let mut errors = FieldErrors::default();
    let mut input = read_form(request, &mut errors).await?;
    if let Some(id) = application {
        input.jobapp_id = Some(id.to_string());
    }
    if !errors.0.is_empty() {
        let others = input.parse().err().map(|error| error.errors);
        errors.0.extend(others.unwrap_or_default());
        return Err(ApiError::from(errors).into());
    }
    if let Some(request) = idempotent {
        for text in [
            input.jobapp_id.as_deref(),
            input.kind.as_deref(),
            Some(input.name.as_str()),
        ] {
            // Separates the fields by a byte that never occurs in UTF-8.
            request.update(text.unwrap_or_default().as_bytes());
            request.update(&[0xff]);
        }
        request.update(input.content.as_deref().unwrap_or_default());
        request.finish();
    }
    files::add(services, caller, idempotent, input).await
}

/// Reads the fields of the form in any order. Adds an error for each unknown field.
async fn read_form(request: Request, errors: &mut FieldErrors) -> Result<AddFileInput, ApiError> {
    let limit = (MAX_FILE_BYTES + FORM_OVERHEAD) as u64;
    let mut form = open_form(request, limit, too_large).await?;
    let mut input = AddFileInput::default();
    while let Some(mut part) = form.next_part().await.map_err(|e| read_error(&e, too_large))? {
        match part.name() {
            "jobapp_id" => input.jobapp_id = Some(read_text(&mut part).await?),
            "kind" => input.kind = Some(read_text(&mut part).await?),
            "file" if input.content.is_none() => {
                input.name = part.file_name().to_owned();
                input.content = Some(read_part(&mut part, MAX_FILE_BYTES, too_large, too_large).await?);
            }
            name => {
                if errors.0.len() < MAX_ERRORS {
                    let error = unknown_field(name, "Send jobapp_id, kind and one file.");
                    errors.0.extend(error.errors);
                }
                read_text(&mut part).await?;
            }
        }
    }
    // Browsers send an empty part without a file name if no file was chosen.
    if input.name.is_empty() && input.content.as_ref().is_some_and(Vec::is_empty) {
        input.content = None;
    }
    Ok(input)
}

async fn read_text(part: &mut Part<'_>) -> Result<String, ApiError> {
    let mut value = Vec::new();
    while let Some(bytes) = part.chunk().await.map_err(|e| read_error(&e, too_large))? {
        value.extend_from_slice(&bytes);
        if value.len() > MAX_TEXT_LEN {
            value.truncate(MAX_TEXT_LEN);
        }
    }
    Ok(String::from_utf8_lossy(&value).into_owned())
}

fn too_large() -> ApiError {
    ApiError::new(ErrorCode::PayloadTooLarge, "A file can have up to 10 MiB.")
}
