use crate::error::AppError;
use domain::{JobApplicationId, TaskId};
use leptos::prelude::*;

/// Permanently deletes a task of the user, or one that they assigned to a client, and redirects back to the page with the form.
#[server(prefix = "/_fn", endpoint = "jobapps/delete_task")]
pub async fn delete_task(
    slug: String,
    task_id: TaskId,
    #[server(default)] jobapp_id: Option<JobApplicationId>,
    #[server(default)] is_on_today: bool,
    #[server(default)] owner_id: String,
) -> Result<(), AppError> {
    use crate::{
        jobapps::task_input::page_of,
        server::{
            context::require_workspace,
            respond::{page_done, respond_form},
        },
    };
    use domain::tasks::TaskRef;
    let action = "jobapps/delete_task";
    let (services, caller) = require_workspace(&slug).await?;
    let page = page_of(slug, jobapp_id, is_on_today, owner_id.parse().ok());
    let result = service::tasks::delete(&services, &caller, TaskRef { task_id }).await;
    respond_form(action, &page, &[], result)?;
    page_done(action, &page);
    Ok(())
}
