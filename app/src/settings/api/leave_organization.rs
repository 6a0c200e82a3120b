use crate::error::AppError;
use leptos::prelude::*;

/// Ends the user's membership and redirects to their first workspace. With `move`, first moves their applications there.
#[server(prefix = "/_fn", endpoint = "settings/leave_organization")]
pub async fn leave_organization(slug: String, #[server(default)] take_along: String) -> Result<(), AppError> {
    use crate::{
        jobapps::api::copy_from_personal::copied_text,
        server::{
            context::require_workspace,
            flash::BulkNotice,
            respond::{bulk_done, redirect, respond_form},
        },
    };
    use domain::{
        routes::{Route, SettingsSection, WorkspacePage},
        tenants::{LeaveTenantInput, TakeAlong},
    };
    let action = "settings/leave_organization";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Organization);
    let take_along = take_along.parse().unwrap_or_default();
    let input = LeaveTenantInput {
        take_along: Some(take_along),
    };
    let result = service::wiring::leave_tenant(&services, &caller, input).await;
    let moved = respond_form(action, &page, &[], result)?;
    let tenants = service::tenants::list_tenants(&services, caller.user.id).await;
    match tenants.unwrap_or_default().into_iter().next() {
        Some(first) if take_along == TakeAlong::Move => {
            let board = Route::Workspace(first.slug, WorkspacePage::Board);
            let text = format!("You left {}. {}", caller.tenant.name, copied_text(moved, "moved"));
            bulk_done(action, &board, BulkNotice { text, undo: None });
        }
        _ => redirect(&Route::Home),
    }
    Ok(())
}
