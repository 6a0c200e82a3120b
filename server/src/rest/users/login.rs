//! `POST /api/users/login`.

use crate::rest::{
    answer::Data,
    extract::{Agent, Body},
    problem::Problem,
};
use axum::extract::State;
use domain::users::{LoginInput, TokenSet};
use service::{Services, users};
use std::sync::Arc;

pub(super) async fn login(
    State(services): State<Arc<Services>>,
    Agent(agent): Agent,
    Body(input): Body<LoginInput>,
) -> Result<Data<TokenSet>, Problem> {
    Ok(Data(users::login(&services, input, agent.as_deref()).await?))
}
