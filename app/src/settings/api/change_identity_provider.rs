//! Changes the OpenID Connect provider of an organization.

use crate::error::AppError;
use leptos::prelude::*;

/// Applies the change named by the form and redirects back to the organization: `set` or `delete` the provider, `require` it, or
/// `allow` other ways to sign in.
#[server(prefix = "/_fn", endpoint = "settings/change_identity_provider")]
pub async fn change_identity_provider(
    slug: String,
    #[server(default)] change: String,
    #[server(default)] issuer: String,
    #[server(default)] client_id: String,
    #[server(default)] client_secret: String,
) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        routes::{Route, SettingsSection},
        tenants::{RequireSingleSignOnInput, SetIdentityProviderInput},
    };
    use service::organizations;
    let action = "settings/change_identity_provider";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Organization);
    let form_values = [("issuer", issuer.as_str()), ("client_id", client_id.as_str())];
    let result = if change == "delete" {
        organizations::delete_identity_provider(&services, &caller).await
    } else if change == "require" || change == "allow" {
        let required = change == "require";
        organizations::require_single_sign_on(&services, &caller, RequireSingleSignOnInput { required })
            .await
            .map(drop)
    } else {
        let input = SetIdentityProviderInput {
            issuer: issuer.clone(),
            client_id: client_id.clone(),
            client_secret,
        };
        organizations::set_identity_provider(&services, &caller, &input)
            .await
            .map(drop)
    };
    respond_form(action, &page, &form_values, result)?;
    page_done(action, &page);
    Ok(())
}
