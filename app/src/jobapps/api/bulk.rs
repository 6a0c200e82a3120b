//! Changes the selected applications of a list.

use crate::error::AppError;
use domain::JobApplicationId;
use leptos::prelude::*;

/// Applies the change named by the pressed button and redirects back to the list.
#[server(prefix = "/_fn", endpoint = "jobapps/bulk")]
pub async fn bulk(
    slug: String,
    #[server(default)] ids: Vec<JobApplicationId>,
    #[server(default)] change: String,
    #[server(default)] status_id: String,
    #[server(default)] outcome: String,
    #[server(default)] tag: String,
    #[server(default)] page: String,
    #[server(default)] query: String,
) -> Result<(), AppError> {
    use crate::{
        jobapps::labels::outcome_name,
        server::{
            context::require_workspace,
            flash::{BulkNotice, NO_OUTCOME},
            respond::{bulk_done, list_page, respond, respond_form},
        },
    };
    use domain::{
        ApiError, FieldCode,
        jobapps::{BulkUndo, BulkUpdateInput, Outcome},
    };
    let action = "jobapps/bulk";
    let (services, caller) = require_workspace(&slug).await?;
    let page = list_page(slug, &page, &crate::jobapps::clean_query(&query));
    let reject = |field: &'static str, code, detail: &'static str| {
        respond_form::<()>(
            action,
            &page,
            &[],
            Err(ApiError::field(field, code, detail).into()),
        )
    };
    let mut input = BulkUpdateInput {
        jobapp_ids: ids,
        ..BulkUpdateInput::default()
    };
    let (done, undo) = match change.as_str() {
        "move" => {
            let stages = respond(service::jobapps::list_stages(&services, &caller).await)?;
            let stage = stages.into_iter().find(|stage| stage.id.to_string() == status_id);
            let Some(stage) = stage else {
                return reject("status_id", FieldCode::Required, "Choose a stage.");
            };
            input.status_id = Some(stage.id);
            (format!("moved to {}", stage.value), BulkUndo::State)
        }
        "outcome" => {
            let parsed = Outcome::parse(&outcome);
            if parsed.is_none() && outcome != NO_OUTCOME {
                return reject("outcome", FieldCode::NotAllowed, "Choose an outcome.");
            }
            input.outcome = Some(parsed);
            let done = match parsed {
                Some(outcome) => format!("closed: {}", outcome_name(outcome).to_lowercase()),
                None => "reopened".to_owned(),
            };
            (done, BulkUndo::State)
        }
        "add_tag" | "remove_tag" if tag.trim().is_empty() => {
            return reject("tag", FieldCode::Required, "Enter a tag.");
        }
        "add_tag" => {
            input.add_tags = Some(vec![tag.clone()]);
            (format!("tagged “{}”", tag.trim()), BulkUndo::AddTag(tag))
        }
        "remove_tag" => {
            input.remove_tags = Some(vec![tag.clone()]);
            (
                format!("without the tag “{}”", tag.trim()),
                BulkUndo::RemoveTag(tag),
            )
        }
        "delete" => {
            input.delete = Some(true);
            ("deleted".to_owned(), BulkUndo::Delete)
        }
        _ => return reject("change", FieldCode::NotAllowed, "Choose what to change."),
    };
    let is_delete = input.delete == Some(true);
    let result = service::jobapps::bulk_update_at(&services, &caller, input).await;
    let (at, result) = respond_form(action, &page, &[], result)?;
    let text = match result.updated.len() {
        0 => "Nothing to change: all selected applications already have this value.".to_owned(),
        n if is_delete => format!("{} deleted. You can restore them for 30 days.", applications(n)),
        n => format!("{} {done}.", applications(n)),
    };
    let notice = BulkNotice {
        text,
        undo: (!result.updated.is_empty()).then(|| (undo, at.timestamp_micros())),
    };
    bulk_done(action, &page, notice);
    Ok(())
}

/// `1 application`, `5 applications`.
#[cfg(feature = "ssr")]
fn applications(n: usize) -> String {
    if n == 1 {
        "1 application".to_owned()
    } else {
        format!("{n} applications")
    }
}
