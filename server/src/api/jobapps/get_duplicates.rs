//! `GET /api/jobapps/get_duplicates`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::jobapps::Duplicate;
use service::{Services, jobapps};
use std::sync::Arc;

/// List duplicates
///
/// Pairs of applications that are probably the same, because requisition number, link or names are the same; at most 50. An
/// application that was sent after the earlier one had ended is a new one. Merge a pair with `merge_jobapps`, or dismiss it with
/// `dismiss_duplicate`.
#[utoipa::path(
    get, path = "/get_duplicates", tag = "jobapps",
    responses((status = 200, description = "The pairs, by the date of the later application.", body = Envelope<Vec<Duplicate>>)),
)]
pub(super) async fn get_duplicates(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<Duplicate>>, ErrorResponse> {
    Ok(Data(jobapps::list_duplicates(&services, &caller).await?))
}
