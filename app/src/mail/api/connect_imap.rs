use crate::error::AppError;
use leptos::prelude::*;

/// Signs in to the server and connects the mailbox. If no server is given, the server of the provider is used.
#[server(prefix = "/_fn", endpoint = "mail/connect_imap")]
pub async fn connect_imap(
    slug: String,
    #[server(default)] provider: String,
    #[server(default)] host: String,
    #[server(default)] port: String,
    #[server(default)] security: String,
    username: String,
    password: String,
    #[server(default)] dry_run: String,
) -> Result<(), AppError> {
    use crate::{
        mail::imap_form::imap_input,
        server::{
            context::{client_info, require_workspace},
            respond::{form_success, redirect, respond, respond_form},
        },
    };
    use domain::routes::{Route, WorkspacePage};
    let action = "mail/connect_imap";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Import);
    let providers = respond(service::mail::list_imap_providers(
        services.providers.offers_outlook(),
    ))?;
    let form_values = [
        ("provider", provider.as_str()),
        ("host", &host),
        ("port", &port),
        ("security", &security),
        ("username", &username),
        ("dry_run", &dry_run),
    ];
    let input = imap_input(&providers, &form_values, password);
    let result = service::mail::connect_imap(&services, &caller, input, &client_info()).await;
    let mailbox = respond_form(action, &page, &form_values, result)?;
    match (mailbox.import_id, page.slug()) {
        (Some(preview), Some(slug)) => redirect(&Route::Import(slug.to_owned(), preview)),
        _ => form_success(action, &page),
    }
    Ok(())
}
