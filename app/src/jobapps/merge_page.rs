//! `/w/{slug}/applications/{id}/merge`: chooses the application to merge into this one. Rendered by the server only.

use super::{
    api::merge::Merge,
    application_parts::{application_card, application_id, error_page, summary},
};
use crate::{
    assets::WorkspaceScripts,
    error::AppError,
    layout::{PageTitle, WorkspaceContext, use_workspace},
    server::{flash, respond::respond},
    ui::{Form, FormAction, FormError, SubmitButton, field_error},
};
use domain::{
    ApiError, JobApplicationId,
    jobapps::{ApplicationRef, JobApplication, ListApplicationsInput, Sort},
    routes::{ApplicationPage, Route},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Maximum number of listed applications; the others can be found by search.
const MAX_CHOICES: u32 = 50;

#[component]
pub fn MergePage() -> impl IntoView {
    let workspace = use_workspace();
    let id = application_id();
    let q = use_query_map().read_untracked().get("q").unwrap_or_default();
    view! {
        <PageTitle page="Merge" />
        <header class="page-header">
            <h1>"Merge applications"</h1>
        </header>
        <div class="page-body" id="page-body" data-keep-scroll>
            {Suspend::new(async move {
                match load(&workspace, id, &q).await {
                    Ok((application, choices)) => view! { <Choices slug=workspace.slug q application choices /> }.into_any(),
                    Err(error) => error_page(error),
                }
            })}
        </div>
        <WorkspaceScripts area=None charts=false />
    }
    .into_any()
}

async fn load(
    workspace: &WorkspaceContext,
    id: Option<JobApplicationId>,
    q: &str,
) -> Result<(JobApplication, Vec<JobApplication>), AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let jobapp_id = id.ok_or_else(|| AppError(ApiError::not_found()))?;
    let detail = service::jobapps::get_detail(&services, &caller, ApplicationRef { jobapp_id }).await;
    let application = respond(detail)?.jobapp;
    let input = ListApplicationsInput {
        q: Some(q.chars().take(200).collect()),
        sort: Some(Sort::UpdatedAt),
        limit: Some(MAX_CHOICES + 1),
        ..ListApplicationsInput::default()
    };
    let mut choices = respond(service::jobapps::list(&services, &caller, input).await)?.data;
    choices.retain(|choice| choice.id != jobapp_id);
    choices.truncate(MAX_CHOICES as usize);
    Ok((application, choices))
}

/// The application that remains, a search, and the other applications.
#[component]
fn Choices(
    slug: String,
    q: String,
    application: JobApplication,
    choices: Vec<JobApplication>,
) -> impl IntoView {
    let action = FormAction::<Merge>::new();
    let error = action.error(flash::error_for("jobapps/merge"));
    let other_error = field_error(error, "other_id");
    let url = Route::Application(slug.clone(), application.id, ApplicationPage::Merge).to_string();
    let back = Route::Application(slug.clone(), application.id, ApplicationPage::Overview).to_string();
    let is_empty = choices.is_empty();
    let nothing_found = if q.is_empty() {
        "You have no other application. Add one on the board first."
    } else {
        "No other application matches. Search for another title or company."
    };
    let is_full = choices.len() >= MAX_CHOICES as usize;
    view! {
        <div class="choose-page">
            <p>
                "This application stays. It gets the history, notes and emails of the one you choose, and takes the stage of the latest move and the outcome of the latest change of the two. You can undo it right after."
            </p>
            {application_card(&application)}
            <form class="choose-search" method="get" action=url role="search">
                <label class="sr-only" for="f-q">
                    "Search by title or company"
                </label>
                <input
                    class="input"
                    id="f-q"
                    type="search"
                    name="q"
                    value=q
                    maxlength="200"
                    placeholder="Title or company"
                    autocomplete="off"
                />
                <button class="btn btn-line" type="submit">
                    "Search"
                </button>
            </form>
            {if is_empty {
                view! { <p role="status">{nothing_found}</p> }.into_any()
            } else {
                view! {
                    <Form action>
                        <input type="hidden" name="slug" value=slug />
                        <input type="hidden" name="jobapp_id" value=application.id.to_string() />
                        <fieldset class="choices" aria-describedby="other-error">
                            <legend>"Merge with"</legend>
                            {choices
                                .into_iter()
                                .map(|choice| {
                                    view! {
                                        <label class="surface choice">
                                            <input
                                                type="radio"
                                                name="other_id"
                                                value=choice.id.to_string()
                                                required
                                            />
                                            <div>
                                                <b>{choice.company_label().to_owned()}</b>
                                                <span>{choice.title_label().to_owned()}</span>
                                                <small>{summary(&choice)}</small>
                                            </div>
                                        </label>
                                    }
                                })
                                .collect_view()}
                        </fieldset>
                        {is_full.then(|| view! { <p>"These are the last changed ones. Search to find others."</p> })}
                        <p class="field-error" id="other-error" hidden=move || other_error.read().is_none()>
                            {move || other_error.get()}
                        </p>
                        <FormError error />
                        <div class="choose-actions">
                            <SubmitButton label="Merge applications" pending_label="Merging" />
                            <a class="btn btn-line" href=back>
                                "Cancel"
                            </a>
                        </div>
                    </Form>
                }
                    .into_any()
            }}
        </div>
    }
    .into_any()
}
