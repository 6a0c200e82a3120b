//! `POST /api/mail/undo_mail`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::inbox::{DecidedMail, MailRef};
use service::{Services, mail};
use std::sync::Arc;

/// Undo the changes of a message
///
/// Undoes exactly the changes of the message: later changes by a user stay, and so does an application that has notes, edits or
/// other messages. The message is not applied again. Repeating the request changes nothing.
///
/// The event of your decision about the message is removed from the history, if it is the last one. An event that the message
/// caused by itself stays, and a new event follows it.
///
/// For a dismissed message, the dismissal is undone: decision, application and changes are as before. A second undo undoes the
/// changes of the message.
#[utoipa::path(
    post, path = "/undo_mail", tag = "mail",
    request_body(content = MailRef, example = json!({ "mail_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 200, description = "The message and the application it had changed.", body = Envelope<DecidedMail>),
        errors::NotFound,
    ),
)]
pub(super) async fn undo_mail(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<MailRef>,
) -> Result<Data<DecidedMail>, ErrorResponse> {
    Ok(Data(mail::undo_mail(&services, &caller, input).await?))
}
