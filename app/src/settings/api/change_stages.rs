//! Changes the stages of the workspace.

use crate::error::AppError;
use leptos::prelude::*;

/// Applies the change named by the pressed button and redirects back to the settings.
#[server(prefix = "/_fn", endpoint = "settings/change_stages")]
pub async fn change_stages(
    slug: String,
    #[server(default)] change: String,
    #[server(default)] status_id: String,
    #[server(default)] name: String,
    #[server(default)] kind: String,
    #[server(default)] color: String,
    #[server(default)] move_to: String,
) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done_with, respond_form},
    };
    use domain::{
        StageId,
        jobapps::{
            AddStageInput, DeleteStageInput, OrderStagesInput, StageColor, StageKind, UpdateStageInput,
        },
        routes::{Route, SettingsSection},
    };
    let action = "settings/change_stages";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Stages);
    let form_values = [("change", change.as_str()), ("name", name.as_str())];
    let id = |text: &str| text.parse().unwrap_or(StageId(uuid::Uuid::nil()));
    let (services, caller) = (&*services, &caller);
    let result = match change.as_str() {
        "add" => {
            let input = AddStageInput {
                name: name.clone(),
                kind: StageKind::parse(&kind).unwrap_or(StageKind::Applied),
                color: StageColor::parse(&color),
            };
            let added = service::jobapps::add_stage(services, caller, None, input).await;
            added.map(|_| ())
        }
        "save" => {
            let input = UpdateStageInput {
                status_id: id(&status_id),
                name: Some(name.clone()),
                kind: None,
                color: Some(StageColor::parse(&color)),
            };
            let saved = service::jobapps::update_stage(services, caller, input).await;
            saved.map(|_| ())
        }
        "delete" => {
            let input = DeleteStageInput {
                status_id: id(&status_id),
                move_to: id(&move_to),
            };
            let deleted = service::jobapps::delete_stage(services, caller, input).await;
            deleted.map(|_| ())
        }
        "up" | "down" => {
            let listed = service::jobapps::list_stages(services, caller).await;
            let mut ids: Vec<StageId> = respond_form(action, &page, &form_values, listed)?
                .into_iter()
                .map(|s| s.id)
                .collect();
            if let Some(index) = ids.iter().position(|other| *other == id(&status_id)) {
                let other = if change == "up" {
                    index.saturating_sub(1)
                } else {
                    index + 1
                };
                if other < ids.len() {
                    ids.swap(index, other);
                }
            }
            let input = OrderStagesInput { status_ids: ids };
            let ordered = service::jobapps::order_stages(services, caller, input).await;
            ordered.map(|_| ())
        }
        _ => Err(service::Error::not_found()),
    };
    respond_form(action, &page, &form_values, result)?;
    page_done_with(action, &page, &[("change", &change)]);
    Ok(())
}
