use crate::error::AppError;
use domain::{JobApplicationId, TaskId, tasks::Task};
use leptos::prelude::*;

/// Sets title, kind and day of a task and redirects back to the page with the form. An empty day clears the value.
#[server(prefix = "/_fn", endpoint = "jobapps/update_task")]
pub async fn update_task(
    slug: String,
    task_id: TaskId,
    #[server(default)] jobapp_id: Option<JobApplicationId>,
    #[server(default)] title: String,
    #[server(default)] kind: String,
    #[server(default)] due_on: String,
    #[server(default)] is_on_today: bool,
) -> Result<Task, AppError> {
    use crate::{
        jobapps::task_input::{optional_day, page_of},
        server::{
            context::require_workspace,
            respond::{page_done, respond_form},
        },
    };
    use domain::tasks::{TaskKind, UpdateTaskInput};
    let action = "jobapps/update_task";
    let (services, caller) = require_workspace(&slug).await?;
    let page = page_of(slug, jobapp_id, is_on_today, None);
    let result = match optional_day(&due_on) {
        Ok(day) => {
            let input = UpdateTaskInput {
                title: Some(title.clone()),
                kind: TaskKind::parse(&kind),
                due_on: Some(day),
                snoozed_until: Some(None),
                ..UpdateTaskInput::unchanged(task_id)
            };
            service::tasks::update(&services, &caller, input).await
        }
        Err(error) => Err(error.into()),
    };
    let id = task_id.to_string();
    let values = [
        ("task_id", id.as_str()),
        ("title", &title),
        ("kind", &kind),
        ("due_on", &due_on),
    ];
    let task = respond_form(action, &page, &values, result)?;
    page_done(action, &page);
    Ok(task)
}
