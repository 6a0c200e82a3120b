//! `POST /api/jobapps/import_csv`.

use crate::{
    api::{
        errors,
        response::{Accepted, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, IdempotencyKey, IdempotencyKeyHeader, NoQuery, Query},
    multipart::receive_csv_file,
};
use axum::extract::{Request, State};
use domain::jobapps::{CsvImport, DateOrder};
use service::Services;
use std::sync::Arc;
use utoipa::ToSchema;

/// The form in the OpenAPI document; the upload is read as a stream.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documentation only")]
struct CsvFile {
    /// A CSV file of up to 256 MiB, with the names of its columns in the first row.
    #[schema(value_type = String, format = Binary)]
    file: String,
    /// A JSON object with the names of columns and what they contain, such as `{"Firm": "company", "Notes": null}`. Columns that it
    /// does not name are not imported. Without it, columns are recognized by their names.
    mapping: Option<String>,
    /// How to read dates such as `3/4/2026`. By default, the dates of the file decide.
    date_order: Option<DateOrder>,
    /// ISO 4217 code for salaries whose row names no currency. By default, they are left out; a preview assumes the currency of the
    /// salary that was entered last.
    currency: Option<String>,
    /// `true` to only preview what the import would change: `confirm_csv_import` does it.
    dry_run: Option<bool>,
}

/// Import applications from a CSV file
///
/// Reads files of spreadsheets and of other trackers: delimited by commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252,
/// and the files of `export_csv` with everything in them. The file is processed in the background; `get_csv_import` returns the
/// progress. A row belongs to an existing application if company, title and date are the same and the links do not differ; such an
/// application is not changed, so the same file again creates nothing. Rows that are not valid are listed in `bad`.
#[utoipa::path(
    post, path = "/import_csv", tag = "jobapps",
    params(IdempotencyKeyHeader),
    request_body(content = CsvFile, content_type = "multipart/form-data"),
    responses(
        (status = 202, description = "The import was started.", body = Envelope<CsvImport>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
    ),
)]
pub(super) async fn import_csv(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
    idempotency: IdempotencyKey,
    request: Request,
) -> Result<Accepted<CsvImport>, ErrorResponse> {
    Ok(Accepted(
        Box::pin(receive_csv_file(
            &services,
            &caller,
            idempotency.request(),
            false,
            request,
        ))
        .await?,
    ))
}
