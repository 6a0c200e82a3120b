use crate::error::AppError;
use domain::{CommentId, JobApplicationId};
use leptos::prelude::*;

/// Changes the text of a comment and redirects back to its application's page.
#[server(prefix = "/_fn", endpoint = "coaching/update_comment")]
pub async fn update_comment(
    slug: String,
    jobapp_id: JobApplicationId,
    comment_id: CommentId,
    #[server(default)] owner_id: String,
    #[server(default)] text: String,
) -> Result<(), AppError> {
    use super::application_page;
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::coaching::UpdateCommentInput;
    let action = "coaching/update_comment";
    let (services, caller) = require_workspace(&slug).await?;
    let page = application_page(slug, jobapp_id, owner_id.parse().ok());
    let id = comment_id.to_string();
    let form_values = [("comment_id", id.as_str()), ("text", text.as_str())];
    let input = UpdateCommentInput {
        comment_id,
        text: text.clone(),
    };
    let result = service::coaching::update_comment(&services, &caller, input).await;
    respond_form(action, &page, &form_values, result)?;
    page_done(action, &page);
    Ok(())
}
