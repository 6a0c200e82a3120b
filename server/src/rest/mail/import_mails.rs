//! `POST /api/mail/import_mails`.

use super::receive;
use crate::rest::{
    answer::Accepted,
    extract::{Authorized, NoQuery, Query},
    problem::Problem,
};
use axum::extract::{Request, State};
use domain::mail::Import;
use service::Services;
use std::sync::Arc;

pub(super) async fn import_mails(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(NoQuery {}): Query<NoQuery>,
    request: Request,
) -> Result<Accepted<Import>, Problem> {
    Ok(Accepted(receive(&services, &caller, request).await?))
}
