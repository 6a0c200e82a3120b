//! `POST /api/users/update_gmail_token`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::mail::{Mailbox, UpdateGmailTokenInput};
use service::{Services, mail};
use std::sync::Arc;

/// Connect a Gmail mailbox
///
/// Gets the address of the mailbox from Gmail, stores the token encrypted, and queues a sync. The token needs the scope
/// `https://www.googleapis.com/auth/gmail.readonly`. With a refresh token, access is renewed automatically; without one it ends
/// when the access token expires, and the status of the mailbox becomes `reconnect_required`.
#[utoipa::path(
    post, path = "/update_gmail_token", tag = "users",
    request_body(content = UpdateGmailTokenInput, example = json!({
        "access_token": "ya29.a0AfH6SMBx", "refresh_token": "1//0gXyz", "expires_in": 3599,
    })),
    responses(
        (status = 200, description = "The mailbox, queued for its first sync.", body = Envelope<Mailbox>),
        errors::QuotaExceeded,
        errors::Conflict,
        errors::TokenRejected,
        errors::ProviderUnavailable,
    ),
)]
pub(super) async fn update_gmail_token(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<UpdateGmailTokenInput>,
) -> Result<Data<Mailbox>, ErrorResponse> {
    Ok(Data(mail::update_gmail_token(&services, &caller, input).await?))
}
