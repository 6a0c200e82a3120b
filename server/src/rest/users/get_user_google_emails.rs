//! `GET /api/users/get_user_google_emails`.

use crate::rest::{
    extract::{Authorized, Query},
    problem::Problem,
};
use axum::{Json, extract::State};
use domain::{
    mail::{ListMailsInput, Mail},
    page::Page,
};
use service::{Services, mail};
use std::sync::Arc;

/// List mails read from Gmail
///
/// Newest first: every mail that was read, also those that made no application. Bodies are never kept. Give `next_cursor`
/// back as `cursor` for the next page.
#[utoipa::path(
    get, path = "/get_user_google_emails", tag = "users",
    params(ListMailsInput),
    responses((status = 200, description = "A page of mails.", body = Page<Mail>)),
)]
pub(super) async fn get_user_google_emails(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(input): Query<ListMailsInput>,
) -> Result<Json<Page<Mail>>, Problem> {
    Ok(Json(
        mail::get_user_google_emails(&services, &caller, input).await?,
    ))
}
