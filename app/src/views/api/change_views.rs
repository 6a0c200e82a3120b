//! Changes the user's saved views.

use crate::error::AppError;
use leptos::prelude::*;

/// Applies the change named by the pressed button and redirects back to the page: `save` the page as a view, `rename` a view, `update`
/// it with the current state of the page, or `delete` it.
#[server(prefix = "/_fn", endpoint = "views/change_views")]
pub async fn change_views(
    slug: String,
    #[server(default)] page: String,
    #[server(default)] query: String,
    #[server(default)] change: String,
    #[server(default)] view_id: String,
    #[server(default)] name: String,
) -> Result<(), AppError> {
    use crate::{
        server::{
            context::require_workspace,
            respond::{page_done, respond_form},
        },
        views::menu::{ACTION, workspace_page},
    };
    use domain::{
        ViewId,
        routes::Route,
        views::{AddViewInput, UpdateViewInput, ViewPage, ViewRef},
    };
    let (services, caller) = require_workspace(&slug).await?;
    let view_page = ViewPage::parse(&page).unwrap_or(ViewPage::Board);
    // Encodes characters that a browser could interpret as something other than query parameters.
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form_urlencoded::parse(query.as_bytes()))
        .finish();
    let page = Route::List(slug, workspace_page(view_page), query.clone());
    let view_id = view_id.parse().unwrap_or(ViewId(uuid::Uuid::nil()));
    let form_values = [("change", change.as_str()), ("name", name.as_str())];
    let (services, caller) = (&*services, &caller);
    let result = match change.as_str() {
        "save" => {
            let input = AddViewInput {
                name: name.clone(),
                page: view_page,
                query,
            };
            service::views::add(services, caller, None, input)
                .await
                .map(|_| ())
        }
        "rename" | "update" => {
            let is_rename = change == "rename";
            let input = UpdateViewInput {
                view_id,
                name: is_rename.then(|| name.clone()),
                query: (!is_rename).then_some(query),
            };
            service::views::update(services, caller, input).await.map(|_| ())
        }
        "delete" => service::views::delete(services, caller, ViewRef { view_id }).await,
        _ => Err(service::Error::not_found()),
    };
    respond_form(ACTION, &page, &form_values, result)?;
    page_done(ACTION, &page);
    Ok(())
}
