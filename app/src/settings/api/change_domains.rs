//! Changes the email domains of an organization.

use crate::error::AppError;
use leptos::prelude::*;

/// Applies the change named by the form and redirects back to the organization: `add`, `verify` or `delete` a domain.
#[server(prefix = "/_fn", endpoint = "settings/change_domains")]
pub async fn change_domains(
    slug: String,
    #[server(default)] change: String,
    #[server(default)] domain: String,
    #[server(default)] domain_id: String,
) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, require_workspace},
        respond::{page_done, respond_form},
    };
    use domain::{
        EmailDomainId,
        routes::{Route, SettingsSection},
        tenants::{AddDomainInput, DomainRef},
    };
    use service::organizations;
    let action = "settings/change_domains";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Organization);
    let form_values = [
        ("change", change.as_str()),
        ("domain", domain.as_str()),
        ("domain_id", domain_id.as_str()),
    ];
    let reference = DomainRef {
        domain_id: domain_id.parse().unwrap_or(EmailDomainId(uuid::Uuid::nil())),
    };
    let result = match change.as_str() {
        "verify" => organizations::verify_domain(&services, &caller, reference, &client_info())
            .await
            .map(drop),
        "delete" => organizations::delete_domain(&services, &caller, reference).await,
        _ => {
            let input = AddDomainInput {
                domain: domain.clone(),
            };
            organizations::add_domain(&services, &caller, &input)
                .await
                .map(drop)
        }
    };
    respond_form(action, &page, &form_values, result)?;
    page_done(action, &page);
    Ok(())
}
