//! `GET /api/metrics/get_word_count`.

use crate::rest::{
    answer::Data,
    extract::{Authorized, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::metrics::{MostFrequent, WordCount};
use service::{Services, metrics};
use std::sync::Arc;

pub(super) async fn get_word_count(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(input): Query<MostFrequent>,
) -> Result<Data<Vec<WordCount>>, Problem> {
    Ok(Data(metrics::word_count(&services, &caller, input).await?))
}
