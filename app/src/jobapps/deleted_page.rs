//! `/w/{slug}/settings/deleted`: the deleted applications that can be restored.

use super::labels::{DATE_FORMAT, outcome_name};
use crate::{
    assets::WorkspaceScripts,
    error::AppError,
    layout::{PageTitle, WorkspaceContext, use_workspace},
    server::respond::respond,
    ui::{CompanyAvatar, ErrorState, Icon, Lucide, RowButton},
};
use chrono::{DateTime, Utc};
use domain::{
    jobapps::{company_label, title_label},
    routes::WorkspacePage,
    tenants::{Action, may},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use service::{
    jobapps::{DeletedApplication, DeletedApplications},
    platform::time_zone::local_time,
};

/// Everything that the page shows.
struct PageData {
    deleted: DeletedApplications,
    is_first_page: bool,
    may_write: bool,
    time_zone: String,
    now: DateTime<Utc>,
}

/// The page.
#[component]
pub fn DeletedPage() -> impl IntoView {
    let workspace = use_workspace();
    let cursor = use_query_map().read_untracked().get("cursor");
    view! {
        <PageTitle page="Deleted applications" />
        {Suspend::new(async move {
            let content = match load(&workspace, cursor).await {
                Ok(data) => view! { <Content workspace=workspace.clone() data /> }.into_any(),
                Err(error) => view! { <ErrorState error /> }.into_any(),
            };
            view! {
                <header class="page-header">
                    <a
                        class="btn btn-quiet btn-sm btn-square"
                        href=workspace.page(WorkspacePage::Settings)
                        aria-label="Back to the settings"
                        title="Back to the settings"
                    >
                        <Icon of=Lucide::ArrowLeft />
                    </a>
                    <h1>"Deleted applications"</h1>
                </header>
                <div class="page-body" id="page-body" data-keep-scroll>
                    {content}
                </div>
            }
        })}
        <WorkspaceScripts area=None charts=false />
    }
    .into_any()
}

async fn load(workspace: &WorkspaceContext, cursor: Option<String>) -> Result<PageData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let deleted = service::jobapps::list_deleted(&services, &caller, cursor.as_deref()).await;
    Ok(PageData {
        deleted: respond(deleted)?,
        is_first_page: cursor.is_none(),
        may_write: may(caller.tenant.role, Action::WriteApplications),
        time_zone: caller.user.time_zone.clone(),
        now: services.clock.now(),
    })
}

#[component]
fn Content(workspace: WorkspaceContext, data: PageData) -> impl IntoView {
    let DeletedApplications {
        applications,
        total,
        next_cursor,
    } = &data.deleted;
    if applications.is_empty() {
        return view! {
            <section class="empty-state">
                <h2>"Nothing is deleted"</h2>
                <p>"Applications that you delete are listed here for 30 days, so that you can restore them."</p>
                <a class="btn btn-line" href=workspace.page(WorkspacePage::Applications)>
                    "See all applications"
                </a>
            </section>
        }
        .into_any();
    }
    let count = match total {
        1 => "1 application".to_owned(),
        n => format!("{n} applications"),
    };
    let rows = applications
        .iter()
        .map(|application| row(workspace.slug.clone(), &data, application))
        .collect_view();
    let has_pages = !data.is_first_page || next_cursor.is_some();
    let pages = has_pages.then(|| {
        let first = (!data.is_first_page).then(|| {
            let href = workspace.page(WorkspacePage::DeletedApplications);
            view! { <a class="btn btn-line btn-sm" href=href>"First page"</a> }
        });
        let next = next_cursor.clone().map(|cursor| {
            view! {
                <a class="btn btn-line btn-sm" rel="next" href=format!("?cursor={cursor}")>
                    "Next page"
                </a>
            }
        });
        view! { <nav class="pages" aria-label="Pages">{first} {next}</nav> }
    });
    view! {
        <div class="deleted-list">
            <p class="text-ink-2">
                {format!("{count}. What is deleted can be restored for 30 days, with its notes, files and history.")}
            </p>
            <ul class="surface row-list">{rows}</ul>
            {pages}
        </div>
    }
    .into_any()
}

fn row(slug: String, data: &PageData, application: &DeletedApplication) -> impl IntoView + use<> {
    let company = company_label(application.company.as_deref()).to_owned();
    let title = title_label(application.job_title.as_deref()).to_owned();
    let state = application.outcome.map_or_else(
        || application.stage.clone(),
        |outcome| outcome_name(outcome).to_owned(),
    );
    let day = |at| {
        local_time(at, &data.time_zone)
            .date()
            .format(DATE_FORMAT)
            .to_string()
    };
    let dates = format!(
        "Deleted {}, gone for good on {}",
        day(application.deleted_at),
        day(application.purged_at)
    );
    let is_soon = (application.purged_at - data.now).num_days() < 3;
    let label = format!("Restore {company}, {title}");
    let restore = data.may_write.then(|| {
        view! {
            <form method="post" action="/_fn/jobapps/restore">
                <input type="hidden" name="slug" value=slug />
                <input type="hidden" name="jobapp_id" value=application.id.to_string() />
                <input type="hidden" name="is_on_list" value="true" />
                <RowButton label="Restore" aria_label=label class="btn-line" />
            </form>
        }
    });
    view! {
        <li>
            <CompanyAvatar name=company.clone() />
            <div>
                <b>{company.clone()}</b>
                <span class="deleted-title">{title.clone()}</span>
                <p>{state}</p>
                <p data-soon=is_soon.then_some("")>{dates}</p>
            </div>
            {restore}
        </li>
    }
    .into_any()
}
