//! `POST /api/jobapps/add_jobapp`.

use crate::rest::{
    answer::{Created, Envelope},
    extract::{Authorized, Body},
    idempotency::{KeyHeader, Once},
    openapi::refuse,
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::{AddJobappInput, JobApplication};
use service::{Services, jobapps};
use std::sync::Arc;

/// Add an application
///
/// `application_date` is today in the person's time zone when absent, `status_id` the stage Applied, `source` "Manual".
#[utoipa::path(
    post, path = "/add_jobapp", tag = "jobapps",
    params(KeyHeader),
    request_body(content = AddJobappInput, example = json!({
        "job_title": "Pricing Analyst", "company": "Hearth Homes", "application_date": "2026-03-01",
        "source": "LinkedIn", "location": "Berlin", "url": "https://example.org/jobs/1", "tags": ["remote"],
        "salary": { "min": 50000, "max": 60000, "currency": "EUR", "period": "year" },
    })),
    responses(
        (status = 201, description = "Added.", body = Envelope<JobApplication>,
            headers(("Idempotency-Replayed" = bool, description = "There, and true, when the answer is an earlier one."))),
        refuse::IdempotencyKeyInUse,
        refuse::IdempotencyKeyReused,
        refuse::NotFound,
    ),
)]
pub(super) async fn add_jobapp(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    once: Once,
    Body(input): Body<AddJobappInput>,
) -> Result<Created<JobApplication>, Problem> {
    Ok(Created(
        jobapps::add_once(&services, &caller, once.attempt(), input).await?,
    ))
}
