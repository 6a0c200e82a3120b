//! `POST /api/transfers/copy_jobapps`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::transfers::{CopiedApplications, CopyApplicationsInput};
use service::{Services, transfers};
use std::sync::Arc;

/// Copy applications to another workspace
///
/// Copies your applications from the workspace of the token to another one that you are a member of, with history, notes, contacts,
/// interviews, tasks, files and postings. Emails stay with their mailbox; comments and applications in the trash are not copied.
/// Stages are matched by name and kind, else by kind. An application that was copied before is not copied again, so repeating a
/// request that was interrupted completes it. If not all of them fit within the limits of the other workspace, none is copied.
#[utoipa::path(
    post, path = "/copy_jobapps", tag = "transfers",
    request_body(content = CopyApplicationsInput, example = json!({
        "target_tenant_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e70", "jobapp_ids": ["019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f"],
    })),
    responses(
        (status = 200, description = "How many were copied.", body = Envelope<CopiedApplications>),
        errors::QuotaExceeded,
        errors::Conflict,
        errors::NotFound,
    ),
)]
pub(super) async fn copy_jobapps(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<CopyApplicationsInput>,
) -> Result<Data<CopiedApplications>, ErrorResponse> {
    Ok(Data(
        transfers::copy_applications(&services, &caller, input).await?,
    ))
}
