use crate::error::AppError;
use leptos::prelude::*;

/// Creates an organization of the user and redirects to its members.
#[server(prefix = "/_fn", endpoint = "organizations/create")]
pub async fn create(name: String, #[server(default)] slug: String) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, require_any_workspace},
        respond::{redirect, respond_form},
    };
    use domain::{
        routes::{Route, SettingsSection},
        tenants::AddTenantInput,
    };
    let (services, caller) = require_any_workspace().await?;
    let form_values = [("name", name.as_str()), ("slug", slug.as_str())];
    let input = AddTenantInput {
        name: name.clone(),
        slug: Some(slug.trim().to_lowercase()).filter(|slug| !slug.is_empty()),
    };
    let client = client_info();
    let result = service::organizations::add_tenant(&services, &caller, None, input, &client).await;
    let action = "organizations/create";
    let tenant = respond_form(action, &Route::NewOrganization, &form_values, result)?;
    redirect(&Route::Settings(tenant.slug, SettingsSection::Members));
    Ok(())
}
