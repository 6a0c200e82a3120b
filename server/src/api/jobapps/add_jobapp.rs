//! `POST /api/jobapps/add_jobapp`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, IdempotencyKey, IdempotencyKeyHeader, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{AddApplicationInput, JobApplication};
use service::{Services, jobapps};
use std::sync::Arc;

/// Add an application
///
/// Defaults: `application_date` is today in the user's time zone, `status_id` the stage Applied, `source` `Manual`. `stage_kind` is an alternative to `status_id`.
/// A user has at most 20,000 applications in a workspace; deleted ones count for thirty days.
#[utoipa::path(
    post, path = "/add_jobapp", tag = "jobapps",
    params(IdempotencyKeyHeader),
    request_body(content = AddApplicationInput, example = json!({
        "job_title": "Pricing Analyst", "company": "Hearth Homes", "application_date": "2026-03-01",
        "source": "LinkedIn", "location": "Berlin", "url": "https://example.org/jobs/1", "tags": ["remote"],
        "salary": { "min": 50000, "max": 60000, "currency": "EUR", "period": "year" },
    })),
    responses(
        (status = 201, description = "The new application.", body = Envelope<JobApplication>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::QuotaExceeded,
        errors::Conflict,
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
        errors::NotFound,
    ),
)]
pub(super) async fn add_jobapp(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    idempotency: IdempotencyKey,
    JsonBody(input): JsonBody<AddApplicationInput>,
) -> Result<Created<JobApplication>, ErrorResponse> {
    Ok(Created(
        jobapps::add(&services, &caller, idempotency.request(), input).await?,
    ))
}
