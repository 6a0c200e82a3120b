//! `GET /api/mail/get_import`.

use crate::rest::{
    answer::Data,
    extract::{Authorized, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::{ImportId, mail::Import};
use serde::Deserialize;
use service::{Services, mail};
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfImport {
    import_id: ImportId,
}

pub(super) async fn get_import(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(OfImport { import_id }): Query<OfImport>,
) -> Result<Data<Import>, Problem> {
    Ok(Data(mail::get_import(&services, &caller, import_id).await?))
}
