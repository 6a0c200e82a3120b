//! `GET /api/keys/get_usage`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::keys::KeyUsage;
use service::{Services, keys};
use std::sync::Arc;

/// Get the use of API keys
///
/// The requests of the last 30 days with each of the caller's keys in this workspace, by day in UTC and class of the status. Counts are
/// up to date to about ten seconds. Days without requests are left out.
#[utoipa::path(
    get, path = "/get_usage", tag = "keys",
    responses((status = 200, description = "The use by key.", body = Envelope<Vec<KeyUsage>>)),
)]
pub(super) async fn get_usage(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<KeyUsage>>, ErrorResponse> {
    Ok(Data(keys::get_usage(&services, &caller).await?))
}
