//! Restores applications that were deleted together.

use crate::error::AppError;
use leptos::prelude::*;

/// Restores the applications that were deleted at this time, in microseconds since 1970, and goes back to the list.
#[server(prefix = "/_fn", endpoint = "jobapps/undo_bulk_delete")]
pub async fn undo_bulk_delete(
    slug: String,
    deleted_at: i64,
    #[server(default)] page: String,
    #[server(default)] query: String,
) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        flash::BulkNotice,
        respond::{bulk_done, list_page, respond_form},
    };
    let action = "jobapps/undo_bulk_delete";
    let (services, caller) = require_workspace(&slug).await?;
    let page = list_page(slug, &page, &crate::jobapps::clean_query(&query));
    let deleted_at = chrono::DateTime::from_timestamp_micros(deleted_at).unwrap_or_default();
    let result = service::jobapps::restore_deleted_at(&services, &caller, deleted_at).await;
    let restored = respond_form(action, &page, &[], result)?;
    let text = match restored {
        0 => "Nothing to restore.".to_owned(),
        1 => "1 application restored.".to_owned(),
        n => format!("{n} applications restored."),
    };
    let notice = BulkNotice {
        text,
        deleted_at: None,
    };
    bulk_done(action, &page, notice);
    Ok(())
}
