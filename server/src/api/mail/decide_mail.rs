//! `POST /api/mail/decide_mail`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::inbox::{DecideMailInput, DecidedMail};
use service::{Services, mail};
use std::sync::Arc;

/// Decide about a message
///
/// Accepts the suggestion, adds the message to another application or a new one, corrects the company, title or kind that was read
/// from it, or marks it as not about an application. Earlier changes of the message are undone. Repeating a decision changes
/// nothing.
#[utoipa::path(
    post, path = "/decide_mail", tag = "mail",
    request_body(content = DecideMailInput, example = json!({
        "mail_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "decision": "change",
        "company": "Hearth Homes", "job_title": "Pricing Analyst"
    })),
    responses(
        (status = 200, description = "The message and its application.", body = Envelope<DecidedMail>),
        errors::QuotaExceeded,
        errors::NotFound,
    ),
)]
pub(super) async fn decide_mail(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<DecideMailInput>,
) -> Result<Data<DecidedMail>, ErrorResponse> {
    Ok(Data(mail::decide_mail(&services, &caller, input).await?))
}
