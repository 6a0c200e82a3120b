//! `POST /api/coaching/set_comment_emails`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::coaching::{CommentEmails, SetCommentEmailsInput};
use service::{Services, coaching};
use std::sync::Arc;

/// Turn emails about coaching on or off
///
/// The owner of an application is emailed when someone else comments on it, and people who have commented on it when the owner does. A
/// member is emailed when a coach assigns a task or asks for access, a coach when a member grants it. At most once an hour, in all
/// workspaces together. They are on by default.
#[utoipa::path(
    post, path = "/set_comment_emails", tag = "coaching",
    request_body(content = SetCommentEmailsInput, example = json!({ "enabled": false })),
    responses((status = 200, description = "Whether emails are sent.", body = Envelope<CommentEmails>)),
)]
pub(super) async fn set_comment_emails(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(SetCommentEmailsInput { enabled }): JsonBody<SetCommentEmailsInput>,
) -> Result<Data<CommentEmails>, ErrorResponse> {
    let emails = CommentEmails { enabled };
    Ok(Data(
        coaching::set_comment_emails(&services, &caller, emails).await?,
    ))
}
