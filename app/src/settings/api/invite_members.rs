//! Invites many people.

use crate::error::AppError;
use leptos::prelude::*;

/// Invites a list of addresses, and goes back to the members, where the result is.
#[server(prefix = "/_fn", endpoint = "settings/invite_members")]
pub async fn invite_members(
    slug: String,
    #[server(default)] addresses: String,
    #[server(default)] role: String,
    #[server(default)] message: String,
) -> Result<(), AppError> {
    use crate::{
        server::{
            context::{client_info, require_workspace},
            respond::{page_done_with, respond_form},
        },
        settings::invitation_report::{problems, summary},
    };
    use domain::{
        routes::{Route, SettingsSection},
        tenants::{InviteMembersInput, Role},
    };
    let action = "settings/invite_members";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Members);
    let form_values = [
        ("addresses", addresses.as_str()),
        ("role", role.as_str()),
        ("message", message.as_str()),
    ];
    let input = InviteMembersInput {
        addresses: addresses.clone(),
        role: Role::parse(&role).unwrap_or(Role::Member),
        message: Some(message.clone()).filter(|text| !text.is_empty()),
    };
    let client = client_info();
    let result = service::organizations::invite_members(&services, &caller, None, input, &client).await;
    let lines = respond_form(action, &page, &form_values, result)?;
    page_done_with(
        action,
        &page,
        &[("summary", &summary(&lines)), ("problems", &problems(&lines))],
    );
    Ok(())
}
