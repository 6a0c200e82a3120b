//! `POST /api/jobapps/update_jobapp_note`.

use crate::rest::{
    answer::Data,
    extract::{Authorized, Body},
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::{Note, UpdateNoteInput};
use service::{Services, jobapps};
use std::sync::Arc;

pub(super) async fn update_jobapp_note(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Body(input): Body<UpdateNoteInput>,
) -> Result<Data<Note>, Problem> {
    Ok(Data(jobapps::update_note(&services, &caller, input).await?))
}
