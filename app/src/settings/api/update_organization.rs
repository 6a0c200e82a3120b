//! Changes name and address of an organization.

use crate::error::AppError;
use leptos::prelude::*;

/// Saves name and address and redirects to the settings at the new address.
#[server(prefix = "/_fn", endpoint = "settings/update_organization")]
pub async fn update_organization(
    slug: String,
    #[server(default)] name: String,
    #[server(default)] new_slug: String,
) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        routes::{Route, SettingsSection},
        tenants::UpdateTenantInput,
    };
    let action = "settings/update_organization";
    let (services, caller) = require_workspace(&slug).await?;
    let new_slug = new_slug.trim().to_lowercase();
    let page = Route::Settings(slug.clone(), SettingsSection::Organization);
    let form_values = [("name", name.as_str()), ("new_slug", new_slug.as_str())];
    let input = UpdateTenantInput {
        name: Some(name.clone()),
        slug: Some(new_slug.clone()).filter(|new| *new != slug),
    };
    let result = service::organizations::update_tenant(&services, &caller, input).await;
    // The form's field for the new address is `new_slug`, because `slug` is the current address.
    let result = result.map_err(|mut error| {
        if let service::Error::Api(api) = &mut error {
            for field in api.errors.iter_mut().filter(|field| field.field == "slug") {
                "new_slug".clone_into(&mut field.field);
            }
        }
        error
    });
    let tenant = respond_form(action, &page, &form_values, result)?;
    page_done(
        action,
        &Route::Settings(tenant.slug, SettingsSection::Organization),
    );
    Ok(())
}
