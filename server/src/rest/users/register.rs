//! `POST /api/users/register`.

use crate::rest::{
    answer::{Created, Envelope},
    extract::Body,
    limits::Asking,
    openapi::refuse,
    problem::Problem,
};
use axum::extract::State;
use domain::users::{RegisterInput, TokenSet};
use service::{Services, users};
use std::sync::Arc;

/// Register a person
///
/// Makes the person, a personal workspace with its five stages, and signs them in. A password has 12 to 128 characters, or
/// 8 and up when it is hard to guess; it is not a common one and does not contain the address. An address is taken
/// whatever its case.
#[utoipa::path(
    post, path = "/register", tag = "users",
    security(()),
    request_body(content = RegisterInput, example = json!({
        "email": "mara@example.org", "password": "correct horse battery staple",
        "first_name": "Mara", "last_name": "Lindqvist", "time_zone": "Europe/Berlin",
    })),
    responses(
        (status = 201, description = "Registered and signed in.", body = Envelope<TokenSet>),
        refuse::EmailTaken,
    ),
)]
pub(super) async fn register(
    State(services): State<Arc<Services>>,
    Asking(client): Asking,
    Body(input): Body<RegisterInput>,
) -> Result<Created<TokenSet>, Problem> {
    Ok(Created(users::register(&services, input, &client).await?))
}
