//! `/w/{slug}/applications/duplicates`: pairs of probable duplicates, to merge or to dismiss. Rendered by the server only.

use super::application_parts::{error_page, summary};
use crate::{
    assets::WorkspaceScripts,
    error::AppError,
    layout::{PageTitle, WorkspaceContext, use_workspace},
    server::respond::respond,
    ui::{CompanyAvatar, Icon, IconSize, Lucide, RowButton},
};
use domain::{
    jobapps::{Duplicate, DuplicateReason, JobApplication, MAX_DUPLICATES},
    routes::{ApplicationPage, Route, WorkspacePage},
    tenants::{Action, may},
};
use leptos::prelude::*;

#[component]
pub fn DuplicatesPage() -> impl IntoView {
    let workspace = use_workspace();
    view! {
        <PageTitle page="Duplicates" />
        <header class="page-header">
            <h1>"Duplicates"</h1>
        </header>
        <div class="page-body" id="page-body" data-keep-scroll>
            {Suspend::new(async move {
                match load(&workspace).await {
                    Ok((duplicates, may_write)) => view! { <Pairs workspace duplicates may_write /> }.into_any(),
                    Err(error) => error_page(error),
                }
            })}
        </div>
        <WorkspaceScripts area=None charts=false />
    }
    .into_any()
}

async fn load(workspace: &WorkspaceContext) -> Result<(Vec<Duplicate>, bool), AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let duplicates = respond(service::jobapps::list_duplicates(&services, &caller).await)?;
    Ok((duplicates, may(caller.tenant.role, Action::WriteApplications)))
}

#[component]
fn Pairs(workspace: WorkspaceContext, duplicates: Vec<Duplicate>, may_write: bool) -> impl IntoView {
    if duplicates.is_empty() {
        return view! {
            <section class="empty-state">
                <h2>"No duplicates"</h2>
                <p>"No two of your applications share a link, a requisition number, or company and job title."</p>
                <a class="btn btn-line" href=workspace.page(WorkspacePage::Applications)>
                    "See all applications"
                </a>
            </section>
        }
        .into_any();
    }
    let is_full = duplicates.len() >= MAX_DUPLICATES;
    view! {
        <div class="duplicates-page">
            <p class="text-ink-2">
                "These applications are probably the same. Merging keeps the first one, with the history, notes and emails of both; you can undo it right after."
            </p>
            <ul class="duplicate-list">
                {duplicates
                    .into_iter()
                    .map(|duplicate| pair(workspace.slug.clone(), &duplicate, may_write))
                    .collect_view()}
            </ul>
            {is_full.then(|| view! { <p class="text-ink-2">"More appear once you have decided about these."</p> })}
        </div>
    }
    .into_any()
}

fn pair(slug: String, duplicate: &Duplicate, may_write: bool) -> impl IntoView + use<> {
    let Duplicate {
        jobapp,
        other,
        reason,
    } = duplicate;
    let company = jobapp.company_label().to_owned();
    let ids = (jobapp.id.to_string(), other.id.to_string());
    let merge_label = format!("Merge the applications at {company}");
    let dismiss_label = format!("Not duplicates: the applications at {company}");
    let actions = may_write.then(|| {
        view! {
            <div class="duplicate-actions">
                <form method="post" action="/_fn/jobapps/merge">
                    <input type="hidden" name="slug" value=slug.clone() />
                    <input type="hidden" name="jobapp_id" value=ids.0.clone() />
                    <input type="hidden" name="other_id" value=ids.1.clone() />
                    <input type="hidden" name="is_duplicate" value="true" />
                    <RowButton label="Merge" aria_label=merge_label class="btn-primary" />
                </form>
                <form method="post" action="/_fn/jobapps/dismiss_duplicate">
                    <input type="hidden" name="slug" value=slug.clone() />
                    <input type="hidden" name="jobapp_id" value=ids.0.clone() />
                    <input type="hidden" name="other_id" value=ids.1.clone() />
                    <RowButton label="Not duplicates" aria_label=dismiss_label class="btn-line" />
                </form>
            </div>
        }
    });
    view! {
        <li class="surface duplicate">
            <p class="duplicate-reason">
                <Icon of=Lucide::Merge size=IconSize::Small />
                {reason_text(*reason)}
            </p>
            <div class="duplicate-sides">{side(&slug, jobapp)} {side(&slug, other)}</div>
            {actions}
        </li>
    }
    .into_any()
}

fn side(slug: &str, application: &JobApplication) -> impl IntoView + use<> {
    let href = Route::Application(slug.to_owned(), application.id, ApplicationPage::Overview).to_string();
    let details = [
        Some(summary(application)),
        Some(application.source.clone()).filter(|source| !source.is_empty()),
        application.location.clone(),
    ];
    view! {
        <a class="duplicate-side" href=href>
            <CompanyAvatar name=application.company_label().to_owned() />
            <div>
                <b>{application.title_label().to_owned()}</b>
                <span>{application.company_label().to_owned()}</span>
                <small>{details.into_iter().flatten().collect::<Vec<_>>().join(" · ")}</small>
            </div>
        </a>
    }
}

const fn reason_text(reason: DuplicateReason) -> &'static str {
    match reason {
        DuplicateReason::Requisition => "Same company and requisition number",
        DuplicateReason::Link => "Same link",
        DuplicateReason::Names => "Same company and job title",
    }
}
