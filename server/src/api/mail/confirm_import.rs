//! `POST /api/mail/confirm_import`.

use crate::{
    api::{
        errors,
        response::{Accepted, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::mail::{Import, ImportRef};
use service::{Services, mail};
use std::sync::Arc;

/// Apply a preview
///
/// Applies the result of an import with `dry_run`, in the background; `get_import` returns the progress. A preview can be applied
/// for an hour. Repeating the request changes nothing.
#[utoipa::path(
    post, path = "/confirm_import", tag = "mail",
    request_body(content = ImportRef, example = json!({ "import_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 202, description = "The import, running.", body = Envelope<Import>),
        errors::Conflict,
        errors::NotFound,
    ),
)]
pub(super) async fn confirm_import(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(ImportRef { import_id }): JsonBody<ImportRef>,
) -> Result<Accepted<Import>, ErrorResponse> {
    Ok(Accepted(
        mail::confirm_import(&services, &caller, import_id).await?,
    ))
}
