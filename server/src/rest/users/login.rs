//! `POST /api/users/login`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::Body,
    limits::Asking,
    openapi::refuse,
    problem::Problem,
};
use axum::extract::State;
use domain::users::{LoginInput, TokenSet};
use service::{Services, users};
use std::sync::Arc;

/// Sign in
///
/// The answer to an unknown address is that to a wrong password, and takes as long. `tenant` names the workspace to speak
/// for by its slug; without it, it is the personal one.
#[utoipa::path(
    post, path = "/login", tag = "users",
    security(()),
    request_body(content = LoginInput, example = json!({
        "email": "mara@example.org", "password": "correct horse battery staple",
    })),
    responses(
        (status = 200, description = "Signed in.", body = Envelope<TokenSet>),
        refuse::InvalidCredentials,
        refuse::NotFound,
    ),
)]
pub(super) async fn login(
    State(services): State<Arc<Services>>,
    Asking(client): Asking,
    Body(input): Body<LoginInput>,
) -> Result<Data<TokenSet>, Problem> {
    Ok(Data(users::login(&services, input, &client).await?))
}
