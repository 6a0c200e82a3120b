//! `GET /api/metrics/get_word_count`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::metrics::{MostFrequent, WordCount};
use service::{Services, metrics};
use std::sync::Arc;

/// Count the words of titles and companies
///
/// In lower case, the most frequent first, without numbers and the usual small words. A word counts once an application.
/// `limit` is 100 when absent.
#[utoipa::path(
    get, path = "/get_word_count", tag = "metrics",
    params(MostFrequent),
    responses((status = 200, description = "The words.", body = Envelope<Vec<WordCount>>)),
)]
pub(super) async fn get_word_count(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(input): Query<MostFrequent>,
) -> Result<Data<Vec<WordCount>>, Problem> {
    Ok(Data(metrics::word_count(&services, &caller, input).await?))
}
