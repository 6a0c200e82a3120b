//! `GET /api/mail/get_import_findings`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{Json, extract::State};
use domain::{
    inbox::{Finding, ListFindingsInput},
    pagination::Page,
};
use service::{Services, mail};
use std::sync::Arc;

/// List the findings of a preview
///
/// The effect that an import with `dry_run` would have for each message, newest first, and the words that decided. Empty while the
/// preview is running, and after it was applied, cancelled, or has expired after an hour.
#[utoipa::path(
    get, path = "/get_import_findings", tag = "mail",
    params(ListFindingsInput),
    responses(
        (status = 200, description = "A page of findings.", body = Page<Finding>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_import_findings(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListFindingsInput>,
) -> Result<Json<Page<Finding>>, ErrorResponse> {
    Ok(Json(mail::get_import_findings(&services, &caller, input).await?))
}
