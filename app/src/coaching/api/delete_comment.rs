use crate::error::AppError;
use domain::{CommentId, JobApplicationId};
use leptos::prelude::*;

/// Permanently deletes a comment and redirects back to its application's page.
#[server(prefix = "/_fn", endpoint = "coaching/delete_comment")]
pub async fn delete_comment(
    slug: String,
    jobapp_id: JobApplicationId,
    comment_id: CommentId,
    #[server(default)] owner_id: String,
) -> Result<(), AppError> {
    use super::application_page;
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::coaching::CommentRef;
    let action = "coaching/delete_comment";
    let (services, caller) = require_workspace(&slug).await?;
    let page = application_page(slug, jobapp_id, owner_id.parse().ok());
    let result = service::coaching::delete_comment(&services, &caller, CommentRef { comment_id }).await;
    respond_form(action, &page, &[], result)?;
    page_done(action, &page);
    Ok(())
}
