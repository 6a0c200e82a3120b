//! Undoes a change to several applications.

use crate::error::AppError;
use leptos::prelude::*;

/// Undoes the change made at the given time, in microseconds since the Unix epoch, and redirects back to the list.
#[server(prefix = "/_fn", endpoint = "jobapps/undo_bulk")]
pub async fn undo_bulk(
    slug: String,
    changed_at: i64,
    change: String,
    #[server(default)] tag: String,
    #[server(default)] page: String,
    #[server(default)] query: String,
) -> Result<(), AppError> {
    use crate::{
        server::{
            context::require_workspace,
            flash::BulkNotice,
            respond::{bulk_done, list_page, respond_form},
        },
        ui::count,
    };
    use domain::{ApiError, FieldCode, jobapps::BulkUndo};
    let action = "jobapps/undo_bulk";
    let (services, caller) = require_workspace(&slug).await?;
    let page = list_page(slug, &page, &crate::jobapps::clean_query(&query));
    let changed_at = chrono::DateTime::from_timestamp_micros(changed_at).unwrap_or_default();
    let Some(undo) = BulkUndo::from_fields(&change, tag) else {
        let error = ApiError::field("change", FieldCode::NotAllowed, "Choose what to undo.");
        return respond_form::<()>(action, &page, &[], Err(error.into()));
    };
    let done = match undo {
        BulkUndo::Delete => "restored",
        BulkUndo::State => "moved back",
        BulkUndo::AddTag(_) | BulkUndo::RemoveTag(_) => "changed back",
    };
    let result = service::jobapps::undo_bulk_update(&services, &caller, changed_at, undo).await;
    let text = match respond_form(action, &page, &[], result)? {
        0 => "Nothing to undo: the applications have changed since.".to_owned(),
        n => format!(
            "{} {done}.",
            count(
                i64::try_from(n).unwrap_or(i64::MAX),
                "application",
                "applications"
            )
        ),
    };
    bulk_done(action, &page, BulkNotice { text, undo: None });
    Ok(())
}
