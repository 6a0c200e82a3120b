//! `GET /api/coaching/get_clients`.

use crate::{
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{Json, extract::State};
use domain::coaching::{ClientList, ListClientsInput};
use service::{Services, coaching};
use std::sync::Arc;

/// List clients
///
/// The members who have granted the caller access, by name. Without `limit` and `cursor` at most 1,000 are listed. Pass `user_id`
/// as `owner_id` to `get_jobapps`, `get_jobapp_detail`, `get_status_history`, `get_jobapp_notes`, `get_comments`, `add_comment`,
/// `get_tasks`, `add_task` and the metrics.
#[utoipa::path(
    get, path = "/get_clients", tag = "coaching",
    params(ListClientsInput),
    responses((status = 200, description = "The clients, or a page of them.", body = ClientList)),
)]
pub(super) async fn get_clients(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListClientsInput>,
) -> Result<Json<ClientList>, ErrorResponse> {
    Ok(Json(coaching::list_clients(&services, &caller, input).await?))
}
