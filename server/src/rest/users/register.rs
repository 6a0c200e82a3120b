//! `POST /api/users/register`.

use crate::rest::{
    answer::Created,
    extract::{Agent, Body},
    problem::Problem,
};
use axum::extract::State;
use domain::users::{RegisterInput, TokenSet};
use service::{Services, users};
use std::sync::Arc;

pub(super) async fn register(
    State(services): State<Arc<Services>>,
    Agent(agent): Agent,
    Body(input): Body<RegisterInput>,
) -> Result<Created<TokenSet>, Problem> {
    Ok(Created(
        users::register(&services, input, agent.as_deref()).await?,
    ))
}
