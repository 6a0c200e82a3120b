//! `POST /api/users/update_gmail_token`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, Body},
    openapi::refuse,
    problem::Problem,
};
use axum::extract::State;
use domain::mail::{Mailbox, UpdateGmailTokenInput};
use service::{Services, mail};
use std::sync::Arc;

/// Connect a Gmail mailbox
///
/// Asks Gmail whose mailbox the token opens, keeps it encrypted, and queues fetching. The token needs the scope
/// `https://www.googleapis.com/auth/gmail.readonly`. With a refresh token the access renews itself; without one it ends when
/// the access token does, and the mailbox then says `reconnect_required`.
#[utoipa::path(
    post, path = "/update_gmail_token", tag = "users",
    request_body(content = UpdateGmailTokenInput, example = json!({
        "access_token": "ya29.a0AfH6SMBx", "refresh_token": "1//0gXyz", "expires_in": 3599,
    })),
    responses(
        (status = 200, description = "The mailbox, waiting for being fetched from.", body = Envelope<Mailbox>),
        refuse::Conflict,
        refuse::TokenRejected,
        refuse::ProviderUnavailable,
    ),
)]
pub(super) async fn update_gmail_token(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Body(input): Body<UpdateGmailTokenInput>,
) -> Result<Data<Mailbox>, Problem> {
    Ok(Data(mail::update_gmail_token(&services, &caller, input).await?))
}
