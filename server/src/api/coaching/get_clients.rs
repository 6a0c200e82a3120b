//! `GET /api/coaching/get_clients`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::coaching::Client;
use service::{Services, coaching};
use std::sync::Arc;

/// List clients
///
/// The members who have granted the caller access, by name; at most 1,000. Pass `user_id` as `owner_id` to `get_jobapps`,
/// `get_jobapp_detail`, `get_status_history`, `get_jobapp_notes`, `get_comments`, `add_comment`, `get_tasks`,
/// `add_task` and the metrics.
#[utoipa::path(
    get, path = "/get_clients", tag = "coaching",
    responses((status = 200, description = "The clients.", body = Envelope<Vec<Client>>)),
)]
pub(super) async fn get_clients(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<Client>>, ErrorResponse> {
    Ok(Data(coaching::list_clients(&services, &caller).await?))
}
