//! `GET /api/keys/get_keys`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::keys::ApiKey;
use service::{Services, keys};
use std::sync::Arc;

/// List API keys
///
/// The caller's keys in this workspace, without their secrets, the newest first. Expired keys are listed until they are revoked.
#[utoipa::path(
    get, path = "/get_keys", tag = "keys",
    responses((status = 200, description = "The keys.", body = Envelope<Vec<ApiKey>>)),
)]
pub(super) async fn get_keys(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<ApiKey>>, ErrorResponse> {
    Ok(Data(keys::list_keys(&services, &caller).await?))
}
