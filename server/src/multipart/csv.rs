//! Upload of a CSV file of applications, written to disk as it arrives.

use super::{form_reader::Part, open_form, read_error, read_flag, read_part, unknown_field};
use axum::extract::Request;
use domain::{ApiError, ErrorCode, FieldCode, jobapps::CsvImport};
use service::{
    Error, Services,
    context::Caller,
    idempotency::IdempotentRequest,
    jobapps::{self, MAX_CSV_BYTES},
};

/// Allowance for boundaries, part headers and the other fields.
const FORM_OVERHEAD: u64 = 1024 * 1024;
/// Maximum length of a mapping in bytes.
const MAX_MAPPING_LEN: usize = 64 * 1024;
/// Maximum length of a date order in bytes.
const MAX_ORDER_LEN: usize = 32;
/// Maximum length of a currency code in bytes.
const MAX_CURRENCY_LEN: usize = 32;

/// Receives the file and starts its import. `default_dry_run` applies if there is no field `dry_run`.
///
/// # Errors
/// `unsupported_media_type`, `payload_too_large`, `malformed`, `invalid`, and the errors of [`jobapps::begin_csv_import`].
pub async fn receive_csv_file(
    services: &Services,
    caller: &Caller,
    idempotent: Option<&IdempotentRequest>,
    default_dry_run: bool,
    request: Request,
) -> Result<CsvImport, Error> {
    let mut form = open_form(request, MAX_CSV_BYTES + FORM_OVERHEAD, too_large).await?;
    let mut upload = jobapps::begin_csv_import(services, caller, idempotent).await?;
    upload.set_dry_run(default_dry_run);
    while let Some(mut part) = form.next_part().await.map_err(|e| read_error(&e, too_large))? {
        match part.name() {
            "file" => {
                upload.start_file(part.file_name())?;
                while let Some(bytes) = part.chunk().await.map_err(|e| read_error(&e, too_large))? {
                    upload.write(&bytes).await?;
                }
            }
            "dry_run" => upload.set_dry_run(read_flag(&mut part).await?),
            "mapping" => upload.set_mapping(&read_text(&mut part, "mapping", MAX_MAPPING_LEN).await?)?,
            "date_order" => {
                upload.set_date_order(&read_text(&mut part, "date_order", MAX_ORDER_LEN).await?)?;
            }
            "currency" => upload.set_currency(&read_text(&mut part, "currency", MAX_CURRENCY_LEN).await?)?,
            name => {
                let detail = "There is no such field. Send one file, and mapping, date_order, currency and dry_run if you need them.";
                return Err(unknown_field(name, detail).into());
            }
        }
    }
    upload.finish().await
}

async fn read_text(part: &mut Part<'_>, field: &str, max: usize) -> Result<Vec<u8>, ApiError> {
    let too_long = || ApiError::field(field, FieldCode::TooLong, "This is too long.");
    read_part(part, max, too_long, too_large).await
}

fn too_large() -> ApiError {
    ApiError::new(
        ErrorCode::PayloadTooLarge,
        "A CSV file can have up to 256 MiB. Split it.",
    )
}
