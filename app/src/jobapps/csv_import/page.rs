//! Choosing a CSV file.

use super::form_error;
use crate::{
    assets::WorkspaceScripts,
    error::AppError,
    layout::{CoachNotice, PageTitle, use_workspace},
    ui::{FormError, Icon, IconSize, Lucide},
};
use domain::routes::{Route, WorkspacePage};
use leptos::prelude::*;

#[component]
pub fn CsvImportPage() -> impl IntoView {
    let workspace = use_workspace();
    let error = form_error("jobapps/import_csv");
    let upload = format!("{}/upload", Route::CsvImport(workspace.slug.clone(), None));
    let email = workspace.page(WorkspacePage::Import);
    view! {
        <PageTitle page="Import a CSV file" />
        <header class="page-header">
            <h1>"Import a CSV file"</h1>
        </header>
        <div class="page-body" id="page-body" data-keep-scroll>
            {Suspend::new(async move {
                if workspace.is_for_coaching().await {
                    view! { <CoachNotice /> }.into_any()
                } else {
                    view! { <Content upload email error /> }.into_any()
                }
            })}
        </div>
        <WorkspaceScripts area=None charts=false />
    }
    .into_any()
}

#[component]
fn Content(upload: String, email: String, error: Option<AppError>) -> impl IntoView {
    view! {
        <div class="preview">
            <div>
                <p class="lead">"Import the applications that you track elsewhere."</p>
                <p class="text-ink-2 mt-1">
                    "You see what the file would add before anything changes. Importing the same file again adds nothing."
                </p>
            </div>
            <form class="dropzone" method="post" enctype="multipart/form-data" action=upload>
                <span class="avatar avatar-lg md-only" data-color="accent" aria-hidden="true">
                    <Icon of=Lucide::Upload size=IconSize::Large />
                </span>
                <div class="dropzone-text">
                    <label for="csv-file">
                        <b>"Choose a CSV file"</b>
                    </label>
                    <p>"One application per row, with column names in the first row."</p>
                </div>
                <input id="csv-file" type="file" name="file" accept=".csv,.tsv,.txt,text/csv" required />
                <button class="btn btn-primary btn-sm" type="submit">
                    "Show preview"
                </button>
            </form>
            <FormError error=Signal::stored(error) />
            <section class="surface csv-sources" aria-labelledby="csv-sources">
                <h2 id="csv-sources">"Files that are recognized"</h2>
                <ul>
                    <li>
                        <b>"LinkedIn"</b>
                        <p>"Settings, Data privacy, Get a copy of your data. Choose Job Applications.csv in the archive."</p>
                    </li>
                    <li>
                        <b>"Huntr, Teal, Simplify, Notion"</b>
                        <p>"Export your board, tracker or database as CSV."</p>
                    </li>
                    <li>
                        <b>"JobHax"</b>
                        <p>"The export of the applications page, with stages, outcomes and dates; choose the one with history to keep that, too."</p>
                    </li>
                    <li>
                        <b>"Your own spreadsheet"</b>
                        <p>"Save it as CSV. You can say what each column contains."</p>
                    </li>
                </ul>
                <p class="text-ink-2">"Applied by email? " <a href=email>"Import your email"</a> " instead."</p>
            </section>
        </div>
    }
    .into_any()
}
