//! `GET /api/mail/get_import`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::{ImportId, mail::Import};
use serde::Deserialize;
use service::{Services, mail};
use std::sync::Arc;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct GetImportInput {
    /// Id from `import_mails`.
    import_id: ImportId,
}

/// Get the progress of an import
#[utoipa::path(
    get, path = "/get_import", tag = "mail",
    params(GetImportInput),
    responses(
        (status = 200, description = "The import with its current counts.", body = Envelope<Import>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_import(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(GetImportInput { import_id }): Query<GetImportInput>,
) -> Result<Data<Import>, ErrorResponse> {
    Ok(Data(mail::get_import(&services, &caller, import_id).await?))
}
