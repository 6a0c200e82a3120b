//! `POST /api/mail/connect_imap`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, ClientInfo, JsonBody},
};
use axum::extract::State;
use domain::mail::{ConnectImapInput, Mailbox};
use service::{Services, mail};
use std::sync::Arc;

/// Connect a mailbox by IMAP
///
/// Signs in at the IMAP server, stores the password encrypted, and queues a sync. The server must have a public address and a valid
/// certificate. JobHax only reads. Connecting a mailbox again replaces its password.
#[utoipa::path(
    post, path = "/connect_imap", tag = "mail",
    request_body(content = ConnectImapInput, example = json!({
        "host": "imap.example.org", "username": "mara@example.org", "password": "abcd-efgh-ijkl-mnop",
        "folders": ["INBOX"], "security": "tls",
    })),
    responses(
        (status = 201, description = "The mailbox, queued for its first sync.", body = Envelope<Mailbox>),
        errors::QuotaExceeded,
        errors::Conflict,
        errors::LoginRefused,
        errors::CertificateRefused,
        errors::HostRefused,
        errors::HostUnreachable,
    ),
)]
pub(super) async fn connect_imap(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    ClientInfo(client): ClientInfo,
    JsonBody(input): JsonBody<ConnectImapInput>,
) -> Result<Created<Mailbox>, ErrorResponse> {
    Ok(Created(
        mail::connect_imap(&services, &caller, input, &client).await?,
    ))
}
