//! The page, as the server renders it.

use super::{
    actions::{ActionBar, DeleteDialog},
    contacts::Contacts,
    entries::Show,
    facts::Facts,
    files::Files,
    header::Header,
    interviews::Interviews,
    posting::JobPosting,
    tasks::Tasks,
    timeline::Timeline,
};
use crate::{
    assets::{ApplicationScript, WorkspaceScripts},
    error::AppError,
    jobapps::application_page::{application_id, error_page},
    layout::{PageTitle, WorkspaceContext, use_workspace},
    server::respond::respond,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::{
    ApiError, JobApplicationId,
    files::File,
    interviews::Interview,
    jobapps::ApplicationRef,
    tenants::{Action, may},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use service::{
    jobapps::ApplicationOverview,
    platform::time_zone::{local_time, midnight},
};

/// What every part of the page knows.
#[derive(Clone)]
pub struct PageContext {
    /// The slug of the workspace.
    pub slug: String,
    /// The application.
    pub id: JobApplicationId,
    /// Its version.
    pub version: i32,
    /// Whether the user may change it.
    pub may_write: bool,
    /// Whether the user may undo emails.
    pub may_undo_mail: bool,
    now: DateTime<Utc>,
    time_zone: String,
}

impl PageContext {
    /// A time in the user's time zone.
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        local_time(at, &self.time_zone)
    }

    /// The current time in the user's time zone.
    pub fn now(&self) -> NaiveDateTime {
        self.local(self.now)
    }

    /// The current time.
    pub fn instant_now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The user's time zone.
    pub fn time_zone(&self) -> &str {
        &self.time_zone
    }

    /// When a day begins for the user.
    pub fn midnight(&self, day: NaiveDate) -> DateTime<Utc> {
        midnight(day, &self.time_zone)
    }

    /// Whether an interview is over.
    pub fn is_past(&self, interview: &Interview) -> bool {
        interview.ends_at.unwrap_or(interview.starts_at) < self.now
    }

    /// Full days since then.
    pub fn days_since(&self, at: DateTime<Utc>) -> i64 {
        (self.now - at).num_days().max(0)
    }

    /// The fields that every form of the page has.
    pub fn hidden_inputs(&self) -> impl IntoView + use<> {
        view! {
            <input type="hidden" name="slug" value=self.slug.clone() />
            <input type="hidden" name="jobapp_id" value=self.id.to_string() />
        }
    }

    /// As [`Self::hidden_inputs`], with the version that the change is based on.
    pub fn hidden_inputs_with_version(&self) -> impl IntoView + use<> {
        view! {
            {self.hidden_inputs()}
            <input type="hidden" name="version" value=self.version />
        }
    }
}

/// The application page.
#[component]
pub fn ApplicationPage() -> impl IntoView {
    let workspace = use_workspace();
    let id = application_id();
    let query = use_query_map().read_untracked();
    let show = Show::parse(&query.get("show").unwrap_or_default());
    let is_entire = query.get("entire").is_some();
    view! {
        {Suspend::new(async move {
            match load(&workspace, id).await {
                Ok((page, overview, files)) => {
                    view! { <Content page overview files show is_entire /> }.into_any()
                }
                Err(error) => {
                    view! {
                        <PageTitle page="Application" />
                        <header class="page-header">
                            <h1>"Application"</h1>
                        </header>
                        <div class="page-body" id="page-body">
                            {error_page(error)}
                        </div>
                    }
                        .into_any()
                }
            }
        })}
        <WorkspaceScripts area=None charts=false />
        <ApplicationScript />
    }
    .into_any()
}

async fn load(
    workspace: &WorkspaceContext,
    id: Option<JobApplicationId>,
) -> Result<(PageContext, ApplicationOverview, Vec<File>), AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let jobapp_id = id.ok_or_else(|| AppError(ApiError::not_found()))?;
    let overview = service::jobapps::get_overview(&services, &caller, ApplicationRef { jobapp_id }).await;
    let overview = respond(overview)?;
    let files = respond(service::files::list(&services, &caller, ApplicationRef { jobapp_id }).await)?;
    let may_write = may(caller.tenant.role, Action::WriteApplications);
    if may_write && overview.is_unread {
        respond(service::jobapps::mark_as_seen(&services, &caller, ApplicationRef { jobapp_id }).await)?;
    }
    let page = PageContext {
        slug: workspace.slug.clone(),
        id: jobapp_id,
        version: overview.detail.jobapp.version,
        may_write,
        may_undo_mail: may(caller.tenant.role, Action::ImportMail),
        now: services.clock.now(),
        time_zone: caller.user.time_zone.clone(),
    };
    Ok((page, overview, files))
}

#[component]
fn Content(
    page: PageContext,
    overview: ApplicationOverview,
    files: Vec<File>,
    show: Show,
    is_entire: bool,
) -> impl IntoView {
    let ApplicationOverview {
        detail,
        explanations,
        posting,
        contacts,
        contact_choices,
        interviews,
        tasks,
        stages,
        neighbors,
        is_unread: _,
    } = overview;
    let application = detail.jobapp.clone();
    let title = match &application.job_title {
        Some(title) => format!("{title}, {}", application.company_label()),
        None => application.company_label().to_owned(),
    };
    let can_split = detail.mails.len() > 1;
    let history = detail.history.clone();
    view! {
        <PageTitle page=title />
        <ActionBar page=page.clone() application=application.clone() neighbors can_split />
        <div class="application" id="page-body" data-keep-scroll>
            <div class="application-main">
                <Header page=page.clone() application=application.clone() stages history />
                <JobPosting page=page.clone() application=application.clone() posting />
                <Timeline
                    page=page.clone()
                    detail
                    interviews=interviews.clone()
                    tasks=tasks.clone()
                    files=files.clone()
                    explanations
                    show
                    is_entire
                />
            </div>
            <aside class="application-side" aria-label="Details">
                <Interviews page=page.clone() interviews=interviews.clone() />
                <Tasks page=page.clone() tasks=tasks.clone() />
                <Facts page=page.clone() application=application.clone() interviews tasks />
                <Contacts page=page.clone() contacts choices=contact_choices />
                <Files page=page.clone() files />
            </aside>
        </div>
        {page.may_write.then(|| view! { <DeleteDialog page=page.clone() application /> })}
    }
    .into_any()
}
