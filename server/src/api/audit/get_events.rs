//! `GET /api/audit/get_events`.

use crate::{
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{Json, extract::State};
use domain::{
    audit::{AuditEntry, ListEventsInput},
    pagination::Page,
};
use service::{Services, audit};
use std::sync::Arc;

/// List the audit log
///
/// Changes of people, roles, grants, sign-in methods, exports and invitations, the latest first. For owners and admins. Events
/// are kept for 400 days, and no one can change them. Sign-ins and password changes of a user are in the log of their personal
/// workspace.
#[utoipa::path(
    get, path = "/get_events", tag = "audit",
    params(ListEventsInput),
    responses((status = 200, description = "A page of the log.", body = Page<AuditEntry>)),
)]
pub(super) async fn get_events(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListEventsInput>,
) -> Result<Json<Page<AuditEntry>>, ErrorResponse> {
    Ok(Json(audit::list_events(&services, &caller, input).await?))
}
