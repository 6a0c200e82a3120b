//! The page of a CSV import: its preview, progress or result.

use super::{
    columns_form::ColumnsForm,
    form_error,
    row_list::{BadRows, RowList},
    summary::Summary,
};
use crate::{
    assets::WorkspaceScripts,
    error::AppError,
    layout::{ErrorPage, PageTitle, WorkspaceContext, use_workspace},
    server::respond::respond,
    ui::RELOAD_TAG,
};
use domain::{ApiError, CsvImportId, jobapps::CsvImport, mail::ImportState};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn CsvImportDetailPage() -> impl IntoView {
    let workspace = use_workspace();
    let id = use_params_map()
        .read_untracked()
        .get("id")
        .and_then(|id| id.parse().ok());
    view! {
        <PageTitle page="Import a CSV file" />
        {Suspend::new(async move {
            match load(&workspace, id).await {
                Ok(import) => view! { <Content slug=workspace.slug import /> }.into_any(),
                Err(error) => view! { <ErrorPage title="Import a CSV file" error /> }.into_any(),
            }
        })}
        <WorkspaceScripts area=None charts=false />
    }
    .into_any()
}

async fn load(workspace: &WorkspaceContext, id: Option<CsvImportId>) -> Result<CsvImport, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let id = id.ok_or_else(|| AppError(ApiError::not_found()))?;
    respond(service::jobapps::get_csv_import(&services, &caller, id).await)
}

#[component]
fn Content(slug: String, import: CsvImport) -> impl IntoView {
    let is_ready = import.dry_run && import.state == ImportState::Done;
    let is_running = import.state == ImportState::Running;
    let title = if import.dry_run {
        "Preview of your file"
    } else {
        "CSV import"
    };
    let columns_error = form_error("jobapps/map_csv_import");
    let confirm_error = form_error("jobapps/confirm_csv_import");
    view! {
        <header class="page-header">
            <h1>{title}</h1>
            <span class="page-header-note csv-file-name">{import.file_name.clone()}</span>
        </header>
        <div class="page-body" id="page-body" data-keep-scroll>
            <div class="preview">
                {is_running.then(|| view! { <div hidden inner_html=RELOAD_TAG></div> })}
                <Summary slug=slug.clone() import=import.clone() error=confirm_error />
                {is_ready
                    .then(|| view! { <ColumnsForm slug=slug.clone() import=import.clone() error=columns_error /> })}
                <BadRows import=import.clone() />
                <RowList slug import />
            </div>
        </div>
    }
    .into_any()
}
