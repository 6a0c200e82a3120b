//! `POST /api/users/refresh_token`.

use crate::rest::{answer::Data, extract::Body, problem::Problem};
use axum::extract::State;
use domain::users::{RefreshInput, TokenSet};
use service::{Services, users};
use std::sync::Arc;

pub(super) async fn refresh_token(
    State(services): State<Arc<Services>>,
    Body(input): Body<RefreshInput>,
) -> Result<Data<TokenSet>, Problem> {
    Ok(Data(users::refresh(&services, input).await?))
}
