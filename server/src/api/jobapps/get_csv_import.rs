//! `GET /api/jobapps/get_csv_import`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::{CsvImportId, jobapps::CsvImport};
use serde::Deserialize;
use service::{Services, jobapps};
use std::sync::Arc;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct GetCsvImportInput {
    /// Id from `import_csv`.
    csv_import_id: CsvImportId,
}

/// Get the progress of a CSV import
#[utoipa::path(
    get, path = "/get_csv_import", tag = "jobapps",
    params(GetCsvImportInput),
    responses(
        (status = 200, description = "The import with its current counts.", body = Envelope<CsvImport>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_csv_import(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(GetCsvImportInput { csv_import_id }): Query<GetCsvImportInput>,
) -> Result<Data<CsvImport>, ErrorResponse> {
    Ok(Data(
        jobapps::get_csv_import(&services, &caller, csv_import_id).await?,
    ))
}
