use crate::error::AppError;
use domain::JobApplicationId;
use leptos::prelude::*;

/// Adds a comment to an application of the user, or of a client, and redirects back to its page.
#[server(prefix = "/_fn", endpoint = "coaching/add_comment")]
pub async fn add_comment(
    slug: String,
    jobapp_id: JobApplicationId,
    #[server(default)] owner_id: String,
    #[server(default)] text: String,
) -> Result<(), AppError> {
    use super::application_page;
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::coaching::AddCommentInput;
    let action = "coaching/add_comment";
    let (services, caller) = require_workspace(&slug).await?;
    let owner_id = owner_id.parse().ok();
    let page = application_page(slug, jobapp_id, owner_id);
    let form_values = [("text", text.as_str())];
    let input = AddCommentInput {
        jobapp_id,
        owner_id,
        text: text.clone(),
    };
    let result = service::coaching::add_comment(&services, &caller, None, input).await;
    respond_form(action, &page, &form_values, result)?;
    page_done(action, &page);
    Ok(())
}
