//! Sets the weekly goal.

use crate::error::AppError;
use domain::metrics::Goal;
use leptos::prelude::*;

/// Stores the weekly goal. An empty field removes it.
#[server(prefix = "/_fn", endpoint = "metrics/set_goal")]
pub async fn set_goal(slug: String, #[server(default)] weekly_goal: String) -> Result<Goal, AppError> {
    use crate::{
        metrics::goal::ACTION,
        server::{
            context::require_workspace,
            respond::{page_done, respond_form},
        },
    };
    use domain::{
        ApiError, FieldCode,
        metrics::SetGoalInput,
        routes::{Route, WorkspacePage},
    };
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Metrics);
    let parsed = match weekly_goal.trim() {
        "" => Ok(0),
        text => text.parse::<i32>(),
    };
    let result = match parsed {
        Ok(weekly_goal) => service::metrics::set_goal(&services, &caller, SetGoalInput { weekly_goal }).await,
        Err(_) => Err(ApiError::field(
            "weekly_goal",
            FieldCode::InvalidFormat,
            "Enter a number, or leave it empty for no goal.",
        )
        .into()),
    };
    let goal = respond_form(ACTION, &page, &[("weekly_goal", &weekly_goal)], result)?;
    page_done(ACTION, &page);
    Ok(goal)
}
