//! `GET /api/mail/get_mail`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::{MailMessageId, inbox::MailDetail};
use serde::Deserialize;
use service::{Services, mail};
use std::sync::Arc;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct GetMailInput {
    /// Id from `get_mails`.
    mail_id: MailMessageId,
}

/// Get a message
///
/// With the words that decided how it was classified, and the applications that it may belong to.
#[utoipa::path(
    get, path = "/get_mail", tag = "mail",
    params(GetMailInput),
    responses(
        (status = 200, description = "The message.", body = Envelope<MailDetail>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_mail(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(GetMailInput { mail_id }): Query<GetMailInput>,
) -> Result<Data<MailDetail>, ErrorResponse> {
    Ok(Data(mail::get_mail(&services, &caller, mail_id).await?))
}
