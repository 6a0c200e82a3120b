//! `GET /api/mail/get_import`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, Query},
    openapi::refuse,
    problem::Problem,
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
pub(super) struct OfImport {
    /// Which.
    import_id: ImportId,
}

/// Ask how far an import is
#[utoipa::path(
    get, path = "/get_import", tag = "mail",
    params(OfImport),
    responses(
        (status = 200, description = "The import with its numbers so far.", body = Envelope<Import>),
        refuse::NotFound,
    ),
)]
pub(super) async fn get_import(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(OfImport { import_id }): Query<OfImport>,
) -> Result<Data<Import>, Problem> {
    Ok(Data(mail::get_import(&services, &caller, import_id).await?))
}
