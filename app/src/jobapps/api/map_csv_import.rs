//! Maps the columns of a CSV file to fields.

use crate::error::AppError;
use domain::{CsvImportId, jobapps::CsvImport};
use leptos::prelude::*;

/// Creates a new preview of the file with this column mapping and redirects to the import page. Columns without a field are not
/// imported.
#[server(prefix = "/_fn", endpoint = "jobapps/map_csv_import")]
pub async fn map_csv_import(
    slug: String,
    csv_import_id: CsvImportId,
    #[server(default)] fields: Vec<String>,
    #[server(default)] date_order: String,
    #[server(default)] currency: String,
) -> Result<CsvImport, AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{redirect_without_script, respond_form},
    };
    use domain::{
        jobapps::{CsvField, DateOrder, MapCsvImportInput},
        routes::Route,
    };
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::CsvImport(slug, Some(csv_import_id));
    let input = MapCsvImportInput {
        csv_import_id,
        fields: fields.iter().map(|field| CsvField::parse(field)).collect(),
        date_order: DateOrder::parse(&date_order),
        currency: Some(currency),
    };
    let result = service::jobapps::map_csv_import(&services, &caller, input).await;
    let import = respond_form("jobapps/map_csv_import", &page, &[], result)?;
    redirect_without_script(&page);
    Ok(import)
}
