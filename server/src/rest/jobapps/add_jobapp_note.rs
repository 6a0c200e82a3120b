//! `POST /api/jobapps/add_jobapp_note`.

use crate::rest::{
    answer::Created,
    extract::{Authorized, Body},
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::{AddNoteInput, Note};
use service::{Services, jobapps};
use std::sync::Arc;

pub(super) async fn add_jobapp_note(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Body(input): Body<AddNoteInput>,
) -> Result<Created<Note>, Problem> {
    Ok(Created(jobapps::add_note(&services, &caller, input).await?))
}
