//! `/w/{slug}/clients/{user}/…`: a client's board, applications and metrics, read-only.

use super::banner::ClientBanner;
use crate::{
    assets::{ApplicationScript, WorkspaceScripts},
    error::AppError,
    jobapps::{
        application::{
            ApplicationContent, ApplicationData, RejectedComment, load as load_application, parameters,
        },
        application_parts::{application_id, error_page},
        client_board::{ClientBoard, load as load_board},
        coaching_client_table::{ClientApplications, load as load_applications},
    },
    layout::{PageTitle, WorkspaceContext, use_workspace},
    metrics::{ClientMetrics, client_error_view},
    server::respond::respond,
    status::set_page_error,
};
use domain::{
    ApiError, ErrorCode, UserId,
    coaching::{Client, Person},
    routes::{ClientPage, Route, WorkspacePage},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map, use_query_map};

/// The client id in the page's URL.
pub(super) fn client_id() -> Option<UserId> {
    let user = use_params_map().read_untracked().get("user");
    user.and_then(|user| user.parse().ok())
}

/// Loads the client if the user still has access.
pub(super) async fn load_client(
    workspace: &WorkspaceContext,
    id: Option<UserId>,
) -> Result<Client, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let id = id.ok_or_else(|| AppError(ApiError::not_found()))?;
    respond(service::coaching::find_client(&services, &caller, id).await)
}

/// The error page for pages about a client. Tells users who had access before that it has ended.
pub(super) async fn client_error(
    workspace: &WorkspaceContext,
    id: Option<UserId>,
    error: AppError,
) -> AnyView {
    let former = match id {
        Some(id) if error.0.code == ErrorCode::NotFound => find_past_client(workspace, id).await,
        _ => None,
    };
    let content = match former {
        Some(person) => {
            set_page_error(&error.0);
            view! { <AccessEnded slug=workspace.slug.clone() name=person.label().to_owned() /> }.into_any()
        }
        None => error_page(error),
    };
    view! {
        <PageTitle page="Client" />
        <header class="page-header">
            <h1>"Client"</h1>
        </header>
        <div class="page-body" id="page-body">
            <RejectedComment />
            {content}
        </div>
    }
    .into_any()
}

async fn find_past_client(workspace: &WorkspaceContext, id: UserId) -> Option<Person> {
    let (services, caller) = workspace.require_caller().await.ok()?;
    let found = service::coaching::find_past_client(&services, &caller, id).await;
    found.ok().flatten()
}

#[component]
fn AccessEnded(slug: String, name: String) -> impl IntoView {
    let clients = Route::Workspace(slug, WorkspacePage::Clients).to_string();
    view! {
        <section class="empty-state grow">
            <h2>{format!("{name} no longer shares with you")}</h2>
            <p>"The access has ended, or it was revoked. You can ask for it again on the page of your clients."</p>
            <a class="btn btn-line btn-sm" href=clients>
                "All clients"
            </a>
        </section>
    }
    .into_any()
}

#[component]
pub fn ClientApplicationsPage() -> impl IntoView {
    let workspace = use_workspace();
    let (id, query) = (client_id(), use_location().search.get_untracked());
    view! {
        {Suspend::new(async move {
            let loaded = async {
                let client = load_client(&workspace, id).await?;
                let data = load_applications(&workspace, &client, &query).await?;
                Ok::<_, AppError>((client, data))
            };
            match loaded.await {
                Ok((client, data)) => {
                    let name = client.user.label().to_owned();
                    view! {
                        <PageTitle page=name.clone() />
                        <header class="page-header">
                            <h1>{name}</h1>
                        </header>
                        <ClientBanner client=client.clone() current=Some(ClientPage::Applications) />
                        <ClientApplications slug=workspace.slug client=client.user data />
                    }
                        .into_any()
                }
                Err(error) => client_error(&workspace, id, error).await,
            }
        })}
        <WorkspaceScripts area=None charts=false />
    }
    .into_any()
}

/// The client's applications by stage.
#[component]
pub fn ClientBoardPage() -> impl IntoView {
    let workspace = use_workspace();
    let (id, query) = (client_id(), use_location().search.get_untracked());
    let parameters = use_query_map().get_untracked();
    view! {
        {Suspend::new(async move {
            let loaded = async {
                let client = load_client(&workspace, id).await?;
                let data = load_board(&workspace, &client, &query, &parameters).await?;
                Ok::<_, AppError>((client, data))
            };
            match loaded.await {
                Ok((client, data)) => {
                    let name = client.user.label().to_owned();
                    let is_empty = data.is_empty();
                    view! {
                        <PageTitle page=format!("{name} · Board") />
                        <header class="page-header">
                            <h1>{name.clone()}</h1>
                        </header>
                        <ClientBanner client current=Some(ClientPage::Board) />
                        {is_empty
                            .then(|| view! { <p class="client-note">{format!("{name} has no applications yet.")}</p> })}
                        <ClientBoard slug=workspace.slug data />
                    }
                        .into_any()
                }
                Err(error) => client_error(&workspace, id, error).await,
            }
        })}
        <WorkspaceScripts area=None charts=false />
    }
    .into_any()
}

/// One of the client's applications.
#[component]
pub fn ClientApplicationPage() -> impl IntoView {
    let workspace = use_workspace();
    let (user, id) = (client_id(), application_id());
    let (show, is_entire) = parameters(&use_query_map().read_untracked());
    view! {
        {Suspend::new(async move {
            let loaded = async {
                let client = load_client(&workspace, user).await?;
                let data: ApplicationData = load_application(&workspace, id, Some(&client)).await?;
                Ok::<_, AppError>((client, data))
            };
            match loaded.await {
                Ok((client, data)) => {
                    view! {
                        <ClientBanner client current=None />
                        <ApplicationContent data show is_entire />
                    }
                        .into_any()
                }
                Err(error) => client_error(&workspace, user, error).await,
            }
        })}
        <WorkspaceScripts area=None charts=false />
        <ApplicationScript />
    }
    .into_any()
}

#[component]
pub fn ClientMetricsPage() -> impl IntoView {
    let workspace = use_workspace();
    let (id, query) = (client_id(), use_query_map().get_untracked());
    view! {
        {Suspend::new(async move {
            let client = match load_client(&workspace, id).await {
                Ok(client) => client,
                Err(error) => {
                    let content = client_error(&workspace, id, error).await;
                    return view! { {content} <WorkspaceScripts area=None charts=false /> }.into_any();
                }
            };
            let name = client.user.label().to_owned();
            let metrics = ClientMetrics::load(&workspace, &client, &query).await;
            let charts = metrics.as_ref().is_ok_and(ClientMetrics::has_charts);
            let content = match metrics {
                Ok(metrics) => metrics.into_view(),
                Err(error) => client_error_view(&query, error),
            };
            view! {
                <PageTitle page=format!("{name} · Metrics") />
                <header class="page-header">
                    <h1>{name}</h1>
                </header>
                <ClientBanner client current=Some(ClientPage::Metrics) />
                <div class="page-body" id="page-body" data-keep-scroll>
                    {content}
                </div>
                <WorkspaceScripts area=None charts />
            }
                .into_any()
        })}
    }
    .into_any()
}
