//! `GET /api/metrics/get_word_count`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::metrics::{TopQuery, WordCount};
use service::{Services, metrics};
use std::sync::Arc;

/// Count words in job titles and companies
///
/// In lower case, the most frequent first, without numbers and common words. A word counts once per application.
/// `limit` is 100 by default.
#[utoipa::path(
    get, path = "/get_word_count", tag = "metrics",
    params(TopQuery),
    responses(
        (status = 200, description = "The words.", body = Envelope<Vec<WordCount>>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_word_count(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<TopQuery>,
) -> Result<Data<Vec<WordCount>>, ErrorResponse> {
    Ok(Data(metrics::word_count(&services, &caller, input).await?))
}
