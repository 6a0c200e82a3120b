//! `POST /api/mail/cancel_import`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::mail::{Import, ImportRef};
use service::{Services, mail};
use std::sync::Arc;

/// Cancel an import
///
/// A running import stops before its next batch; its changes stay. A preview is discarded; a previewed mailbox is then synced only
/// by `sync_mailbox`. An import that has ended is returned as it is.
#[utoipa::path(
    post, path = "/cancel_import", tag = "mail",
    request_body(content = ImportRef, example = json!({ "import_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 200, description = "The import.", body = Envelope<Import>),
        errors::NotFound,
    ),
)]
pub(super) async fn cancel_import(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(ImportRef { import_id }): JsonBody<ImportRef>,
) -> Result<Data<Import>, ErrorResponse> {
    Ok(Data(mail::cancel_import(&services, &caller, import_id).await?))
}
