use crate::error::AppError;
use domain::{JobApplicationId, tasks::Task};
use leptos::prelude::*;

/// Adds a task, with or without an application, for the user or a client, and redirects back to the page with the form.
#[server(prefix = "/_fn", endpoint = "jobapps/add_task")]
pub async fn add_task(
    slug: String,
    #[server(default)] jobapp_id: Option<JobApplicationId>,
    #[server(default)] title: String,
    #[server(default)] kind: String,
    #[server(default)] due_on: String,
    #[server(default)] is_on_today: bool,
    #[server(default)] owner_id: String,
) -> Result<Task, AppError> {
    use crate::{
        jobapps::{
            task_input::{optional_day, page_of},
            task_views::added_text,
        },
        server::{
            context::require_workspace,
            flash::BulkNotice,
            respond::{bulk_done, respond_form},
        },
    };
    use domain::tasks::{AddTaskInput, TaskKind};
    use service::platform::time_zone::today;
    let action = "jobapps/add_task";
    let (services, caller) = require_workspace(&slug).await?;
    let owner_id = owner_id.parse().ok();
    let page = page_of(slug, jobapp_id, is_on_today, owner_id);
    let result = match optional_day(&due_on) {
        Ok(due_on) => {
            let input = AddTaskInput {
                title: title.clone(),
                kind: TaskKind::parse(&kind).unwrap_or_default(),
                jobapp_id,
                due_on,
                owner_id,
            };
            service::tasks::add(&services, &caller, None, input).await
        }
        Err(error) => Err(error.into()),
    };
    let id = jobapp_id.map(|id| id.to_string()).unwrap_or_default();
    let values = [
        ("jobapp_id", id.as_str()),
        ("title", &title),
        ("kind", &kind),
        ("due_on", &due_on),
    ];
    let task = respond_form(action, &page, &values, result)?;
    let today = today(services.clock.now(), &caller.user.time_zone);
    let text = added_text(&task, owner_id.is_some(), today);
    bulk_done(action, &page, BulkNotice { text, undo: None });
    Ok(task)
}
