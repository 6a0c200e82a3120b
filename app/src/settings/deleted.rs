//! The deleted applications that can be restored.

use super::Section;
use crate::{
    error::AppError,
    jobapps::labels::{DATE_FORMAT, outcome_name},
    layout::WorkspaceContext,
    server::respond::respond,
    ui::{CompanyAvatar, Pages, RowButton},
};
use chrono::{DateTime, Utc};
use domain::{
    jobapps::{company_label, title_label},
    routes::{Route, SettingsSection, WorkspacePage},
    tenants::{Action, may},
};
use leptos::prelude::*;
use service::{
    jobapps::{DeletedApplication, DeletedApplications},
    platform::time_zone::local_time,
};

pub struct DeletedData {
    deleted: DeletedApplications,
    is_first_page: bool,
    may_write: bool,
    time_zone: String,
    now: DateTime<Utc>,
}

/// The list with pagination.
#[component]
pub fn DeletedSection(workspace: WorkspaceContext, data: DeletedData) -> impl IntoView {
    view! {
        <Section
            id="deleted"
            title="Deleted applications"
            description="You can restore deleted applications for 30 days, with their notes, files and history."
        >
            <Content workspace data />
        </Section>
    }
    .into_any()
}

/// Loads the page at a cursor, or the first one.
pub async fn load(workspace: &WorkspaceContext, cursor: Option<String>) -> Result<DeletedData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let deleted = service::jobapps::list_deleted(&services, &caller, cursor.as_deref()).await;
    Ok(DeletedData {
        deleted: respond(deleted)?,
        is_first_page: cursor.is_none(),
        may_write: may(caller.tenant.role, Action::WriteApplications),
        time_zone: caller.user.time_zone.clone(),
        now: services.clock.now(),
    })
}

#[component]
fn Content(workspace: WorkspaceContext, data: DeletedData) -> impl IntoView {
    let DeletedApplications {
        applications,
        total,
        next_cursor,
    } = &data.deleted;
    if applications.is_empty() {
        return view! {
            <p>"Nothing is deleted."</p>
            <p>
                <a class="btn btn-line" href=workspace.page(WorkspacePage::Applications)>
                    "See all applications"
                </a>
            </p>
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
    let settings = Route::Settings(workspace.slug.clone(), SettingsSection::Deleted);
    let first = (!data.is_first_page).then(|| settings.to_string());
    let next = next_cursor.as_deref().map(|cursor| format!("?cursor={cursor}"));
    view! {
        <div class="deleted-list">
            <p class="text-ink-2">{count}</p>
            <ul class="surface row-list">{rows}</ul>
            <Pages first next />
        </div>
    }
    .into_any()
}

fn row(slug: String, data: &DeletedData, application: &DeletedApplication) -> impl IntoView + use<> {
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
        "Deleted {}, permanently removed on {}",
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
