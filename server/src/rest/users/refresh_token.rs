//! `POST /api/users/refresh_token`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::Body,
    limits::Asking,
    openapi::refuse,
    problem::Problem,
};
use axum::extract::State;
use domain::users::{RefreshInput, TokenSet};
use service::{Services, users};
use std::sync::Arc;

/// Exchange a refresh token for the next set
///
/// A refresh token is used once. Using one again ends the whole session, because one of the two users stole it; only
/// within ten seconds of its use it is merely refused. `tenant` switches to another workspace; where the person is not in
/// it, the token stays unused.
#[utoipa::path(
    post, path = "/refresh_token", tag = "users",
    security(()),
    request_body(content = RefreshInput, example = json!({ "refresh_token": "the last one received" })),
    responses(
        (status = 200, description = "The next set of tokens.", body = Envelope<TokenSet>),
        refuse::InvalidToken,
        refuse::NotFound,
    ),
)]
pub(super) async fn refresh_token(
    State(services): State<Arc<Services>>,
    Asking(client): Asking,
    Body(input): Body<RefreshInput>,
) -> Result<Data<TokenSet>, Problem> {
    Ok(Data(users::refresh(&services, input, &client).await?))
}
