//! The menu of saved views. Rendered by the server only: every change is a plain form.

use super::api::change_views::ChangeViews;
use crate::{
    error::AppError,
    layout::{WorkspaceContext, use_workspace},
    server::{flash, respond::respond},
    ui::{Icon, IconSize, Lucide},
};
use domain::{
    routes::WorkspacePage,
    tenants::{Action, may},
    views::{ListViewsInput, MAX_VIEW_NAME_LEN, View, ViewPage},
};
use leptos::{prelude::*, server_fn::ServerFn as _};

/// The endpoint of the forms.
pub(super) const ACTION: &str = "views/change_views";

/// The user's views of a page, and whether the user may change them.
#[derive(Clone)]
pub struct Views {
    page: ViewPage,
    saved: Vec<View>,
    can_change: bool,
}

/// The page to which a view belongs.
pub(super) const fn workspace_page(page: ViewPage) -> WorkspacePage {
    match page {
        ViewPage::Board => WorkspacePage::Board,
        ViewPage::Table => WorkspacePage::Applications,
        ViewPage::Metrics => WorkspacePage::Metrics,
    }
}

pub async fn load_views(workspace: &WorkspaceContext, page: ViewPage) -> Result<Views, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let input = ListViewsInput { page: Some(page) };
    Ok(Views {
        page,
        saved: respond(service::views::list(&services, &caller, input).await)?,
        can_change: may(caller.tenant.role, Action::WriteApplications),
    })
}

/// Links to the views, and forms that save the current state of the page, rename views and delete them.
#[component]
pub fn ViewsMenu(
    views: Views,
    /// The query of the page.
    query: String,
) -> impl IntoView {
    let Views {
        page,
        saved,
        can_change,
    } = views;
    let slug = use_workspace().slug;
    let error = flash::error_for(ACTION).map(|AppError(error)| {
        let field = error.errors.first().map(|field| field.detail.clone());
        field.unwrap_or(error.detail)
    });
    let (is_rejected, is_saved) = (error.is_some(), flash::succeeded(ACTION));
    let current = saved.iter().find(|view| view.query == query).cloned();
    let label = current
        .as_ref()
        .map_or_else(|| "Views".to_owned(), |view| view.name.clone());
    let hidden = {
        let query = query.clone();
        move || {
            view! {
                <input type="hidden" name="slug" value=slug.clone() />
                <input type="hidden" name="page" value=page.as_str() />
                <input type="hidden" name="query" value=query.clone() />
            }
        }
    };
    let is_empty = saved.is_empty();
    let rows = saved.into_iter().map({
        let hidden = hidden.clone();
        move |view| {
            let is_current = view.query == query;
            row(view, is_current, can_change.then(|| hidden().into_any()))
        }
    });
    view! {
        <details class="views-menu" id="views" open=is_rejected>
            <summary class="btn btn-line btn-sm" aria-label=format!("Saved views: {label}")>
                <Icon of=Lucide::Bookmark size=IconSize::Small />
                <span>{label.clone()}</span>
            </summary>
            <div class="views-panel surface">
                {is_empty.then(|| view! { <p class="text-ink-3">"Save the filters of this page under a name."</p> })}
                <ul class="view-list" hidden=is_empty>
                    {rows.collect_view()}
                </ul>
                {can_change
                    .then(|| {
                        view! {
                            <form class="view-form" method="post" action=ChangeViews::url()>
                                {hidden()}
                                <input
                                    class="input input-sm"
                                    name="name"
                                    required
                                    maxlength=MAX_VIEW_NAME_LEN.to_string()
                                    placeholder="Name of the view"
                                    aria-label="Name of the view"
                                    value=(flash::form_value(ACTION, "change") == "save")
                                        .then(|| flash::form_value(ACTION, "name"))
                                />
                                <button class="btn btn-line btn-sm" type="submit" name="change" value="save">
                                    "Save view"
                                </button>
                            </form>
                        }
                    })}
                {error
                    .map(|error| {
                        view! {
                            <p class="form-error" role="alert">
                                {error}
                            </p>
                        }
                    })}
            </div>
        </details>
        {is_saved
            .then(|| {
                view! {
                    <div class="toast-stack" id="flash-toast">
                        <div class="toast" role="status">
                            <span>"View saved."</span>
                        </div>
                    </div>
                }
            })}
    }
    .into_any()
}

/// A row with a link to the view and the forms that change it. `fields` are the hidden inputs of the forms.
fn row(saved: View, is_current: bool, fields: Option<AnyView>) -> AnyView {
    let name = saved.name.clone();
    view! {
        <li>
            <a class="menu-row" href=format!("?{}", saved.query) aria-current=is_current.then_some("true")>
                <span>{name.clone()}</span>
            </a>
            {fields
                .map(|fields| {
                    view! {
                        <details class="view-edit">
                            <summary class="btn btn-quiet btn-xs btn-square" aria-label=format!("Change the view {name}")>
                                <Icon of=Lucide::Ellipsis size=IconSize::Small />
                            </summary>
                            <form class="view-form" method="post" action=ChangeViews::url()>
                                {fields} <input type="hidden" name="view_id" value=saved.id.to_string() />
                                <input
                                    class="input input-sm"
                                    name="name"
                                    required
                                    maxlength=MAX_VIEW_NAME_LEN.to_string()
                                    value=name.clone()
                                    aria-label=format!("Name of the view {name}")
                                />
                                <button class="btn btn-line btn-sm" type="submit" name="change" value="rename">
                                    "Rename"
                                </button>
                                {(!is_current)
                                    .then(|| {
                                        view! {
                                            <button class="btn btn-line btn-sm" type="submit" name="change" value="update">
                                                "Replace with this page"
                                            </button>
                                        }
                                    })}
                                <button
                                    class="btn btn-line btn-sm"
                                    type="submit"
                                    name="change"
                                    value="delete"
                                    aria-label=format!("Delete the view {name}")
                                >
                                    "Delete"
                                </button>
                            </form>
                        </details>
                    }
                })}
        </li>
    }
    .into_any()
}
