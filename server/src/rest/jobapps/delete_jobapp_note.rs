//! `POST /api/jobapps/delete_jobapp_note`.

use crate::rest::{
    extract::{Authorized, Body},
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use domain::jobapps::NoteRef;
use service::{Services, jobapps};
use std::sync::Arc;

pub(super) async fn delete_jobapp_note(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Body(input): Body<NoteRef>,
) -> Result<StatusCode, Problem> {
    jobapps::delete_note(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
