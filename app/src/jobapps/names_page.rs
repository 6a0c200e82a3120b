//! `/w/{slug}/applications/{id}/names`: sets title and company, which an email may not have named. Rendered by the server only.

use super::{
    api::set_names::SetNames,
    application_page::{application_card, application_id, error_page, load_detail},
};
use crate::{
    assets::WorkspaceScripts,
    layout::{PageTitle, use_workspace},
    server::flash,
    ui::{Field, Form, FormAction, FormError, SubmitButton, field_error},
};
use domain::{
    jobapps::JobApplication,
    routes::{Route, WorkspacePage},
};
use leptos::prelude::*;

const ACTION: &str = "jobapps/set_names";

/// The page.
#[component]
pub fn NamesPage() -> impl IntoView {
    let workspace = use_workspace();
    let id = application_id();
    view! {
        <PageTitle page="Title and company" />
        <header class="page-header">
            <h1>"Title and company"</h1>
        </header>
        <div class="page-body" id="page-body" data-keep-scroll>
            {Suspend::new(async move {
                match load_detail(&workspace, id).await {
                    Ok(detail) => view! { <Names slug=workspace.slug application=detail.jobapp /> }.into_any(),
                    Err(error) => error_page(error),
                }
            })}
        </div>
        <WorkspaceScripts area=None charts=false />
    }
    .into_any()
}

/// The form.
#[component]
fn Names(slug: String, application: JobApplication) -> impl IntoView {
    let action = FormAction::<SetNames>::new();
    let error = action.error(flash::error_for(ACTION));
    let board = Route::Workspace(slug.clone(), WorkspacePage::Board).to_string();
    let value = |field: &str, current: Option<String>| {
        let entered = flash::form_value(ACTION, field);
        if entered.is_empty() {
            current.unwrap_or_default()
        } else {
            entered
        }
    };
    let job_title = value("job_title", application.job_title.clone());
    let company = value("company", application.company.clone());
    view! {
        <div class="choose-page">
            {application_card(&application)}
            <Form action>
                <input type="hidden" name="slug" value=slug />
                <input type="hidden" name="jobapp_id" value=application.id.to_string() />
                <input type="hidden" name="version" value=application.version />
                <Field
                    name="job_title"
                    label="Job title"
                    maxlength=200
                    value=job_title
                    optional=application.job_title.is_none()
                    autofocus=true
                    error=field_error(error, "job_title")
                />
                <Field
                    name="company"
                    label="Company"
                    maxlength=200
                    value=company
                    optional=application.company.is_none()
                    error=field_error(error, "company")
                />
                <FormError error />
                <div class="choose-actions">
                    <SubmitButton label="Save" pending_label="Saving" />
                    <a class="btn btn-line" href=board>
                        "Cancel"
                    </a>
                </div>
            </Form>
        </div>
    }
    .into_any()
}
