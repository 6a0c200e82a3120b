//! The server-rendered page.

use super::{
    actions::{ActionBar, DeleteDialog},
    appointment::missing_interviews,
    contacts::Contacts,
    details::Details,
    entries::Show,
    files::Files,
    header::Header,
    interviews::Interviews,
    posting::JobPosting,
    tasks::Tasks,
    timeline::Timeline,
    undoings::find_undoings,
};
use crate::{
    assets::{ApplicationScript, RenewScript, WorkspaceScripts, events_url},
    error::AppError,
    jobapps::application_parts::{application_id, error_page},
    layout::{PageTitle, WorkspaceContext, use_workspace},
    server::respond::respond,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::{
    ApiError, FileId, JobApplicationId, UserId,
    coaching::{AccessScope, Client, Person},
    files::File,
    interviews::Interview,
    jobapps::{ApplicationQuery, ApplicationRef},
    routes::{self, ClientPage, Route, WorkspacePage},
    tasks::Task,
    tenants::{Action, TenantKind, may},
};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use service::{
    jobapps::ApplicationOverview,
    platform::time_zone::{local_time, midnight},
};

/// The context shared by all parts of the page.
#[derive(Clone)]
pub struct PageContext {
    pub slug: String,
    pub id: JobApplicationId,
    pub version: i32,
    /// Whether the user may change the application.
    pub may_write: bool,
    /// Whether the user may undo emails.
    pub may_undo_mail: bool,
    /// The client who owns the application; `None` for the user's own.
    pub client: Option<Person>,
    /// Whether the user may comment. Without coaches, no one would read the comments.
    pub may_comment: bool,
    user: UserId,
    now: DateTime<Utc>,
    time_zone: String,
}

impl PageContext {
    /// The page of another application of the same user.
    pub fn application(&self, id: JobApplicationId) -> Route {
        match &self.client {
            Some(client) => Route::Client(self.slug.clone(), client.user_id, ClientPage::Application(id)),
            None => Route::Application(self.slug.clone(), id, routes::ApplicationPage::Overview),
        }
    }

    /// The list that the page belongs to.
    pub fn list(&self) -> String {
        if let Some(client) = &self.client {
            Route::Client(self.slug.clone(), client.user_id, ClientPage::Applications).to_string()
        } else {
            let board = Route::Workspace(self.slug.clone(), WorkspacePage::Board);
            format!("{board}#card-{}", self.id)
        }
    }

    /// Whether the id is the user's own.
    pub fn is_user(&self, id: UserId) -> bool {
        self.user == id
    }

    /// Whether the user has assigned this open task to a client, and may still withdraw it.
    pub fn may_withdraw(&self, task: &Task) -> bool {
        let is_author = task.assigned_by.as_ref().is_some_and(|p| self.is_user(p.user_id));
        is_author && task.done_at.is_none() && self.client.is_some() && self.may_comment
    }

    /// The download path of a file.
    pub fn file_path(&self, file: FileId) -> String {
        let owner = self
            .client
            .as_ref()
            .map(|client| format!("&owner_id={}", client.user_id));
        format!(
            "/w/{}/files?file_id={file}{}",
            self.slug,
            owner.unwrap_or_default()
        )
    }

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

    pub fn time_zone(&self) -> &str {
        &self.time_zone
    }

    /// The start of a day in the user's time zone.
    pub fn midnight(&self, day: NaiveDate) -> DateTime<Utc> {
        midnight(day, &self.time_zone)
    }

    /// Whether an interview is over.
    pub fn is_past(&self, interview: &Interview) -> bool {
        interview.ends_at.unwrap_or(interview.starts_at) < self.now
    }

    /// Number of full days since a time.
    pub fn days_since(&self, at: DateTime<Utc>) -> i64 {
        (self.now - at).num_days().max(0)
    }

    /// The hidden inputs that every form of the page has.
    pub fn hidden_inputs(&self) -> impl IntoView + use<> {
        view! {
            <input type="hidden" name="slug" value=self.slug.clone() />
            <input type="hidden" name="jobapp_id" value=self.id.to_string() />
        }
    }

    /// Like [`Self::hidden_inputs`], with the version for optimistic locking.
    pub fn hidden_inputs_with_version(&self) -> impl IntoView + use<> {
        view! {
            {self.hidden_inputs()}
            <input type="hidden" name="version" value=self.version />
        }
    }
}

#[component]
pub fn ApplicationPage() -> impl IntoView {
    let workspace = use_workspace();
    let id = application_id();
    let query = use_query_map().read_untracked();
    let (show, is_entire) = parameters(&query);
    view! {
        {Suspend::new(async move {
            match load(&workspace, id, None).await {
                Ok(data) => {
                    let events = events_url(&workspace.slug);
                    view! {
                        <ApplicationContent data show is_entire />
                        <div hidden data-events=events></div>
                        <RenewScript />
                    }
                        .into_any()
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

/// The content of the page.
pub struct ApplicationData {
    page: PageContext,
    overview: ApplicationOverview,
    files: Vec<File>,
}

/// Loads an application of the user or of a client.
///
/// # Errors
/// `not_found` if the application does not exist or the user has no access.
pub async fn load(
    workspace: &WorkspaceContext,
    id: Option<JobApplicationId>,
    client: Option<&Client>,
) -> Result<ApplicationData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let jobapp_id = id.ok_or_else(|| AppError(ApiError::not_found()))?;
    let owner_id = client.map(|client| client.user.user_id);
    let query = ApplicationQuery { jobapp_id, owner_id };
    let overview = respond(service::jobapps::get_overview(&services, &caller, query).await)?;
    let files = respond(service::files::list(&services, &caller, query).await)?;
    let may_write = client.is_none() && may(caller.tenant.role, Action::WriteApplications);
    if may_write && overview.is_unread {
        respond(service::jobapps::mark_as_seen(&services, &caller, ApplicationRef { jobapp_id }).await)?;
    }
    let page = PageContext {
        slug: workspace.slug.clone(),
        id: jobapp_id,
        version: overview.detail.jobapp.version,
        may_write,
        may_undo_mail: client.is_none() && may(caller.tenant.role, Action::ImportMail),
        may_comment: client.map_or(caller.tenant.kind == TenantKind::Organization, |client| {
            client.scope == AccessScope::Comment
        }),
        client: client.map(|client| client.user.clone()),
        user: caller.user.id,
        now: services.clock.now(),
        time_zone: caller.user.time_zone.clone(),
    };
    Ok(ApplicationData {
        page,
        overview,
        files,
    })
}

/// The query parameters of the page: which kinds of entries are shown, and whether old entries are included.
pub fn parameters(query: &ParamsMap) -> (Show, bool) {
    let show = Show::parse(&query.get("show").unwrap_or_default());
    (show, query.get("entire").is_some())
}

/// The application with its timeline and details.
#[component]
pub fn ApplicationContent(
    /// The content of the page.
    data: ApplicationData,
    /// Which entries of the timeline are shown.
    show: Show,
    /// Whether old entries are included.
    is_entire: bool,
) -> impl IntoView {
    let ApplicationData {
        page,
        overview,
        files,
    } = data;
    let ApplicationOverview {
        detail,
        explanations,
        appointments,
        posting,
        contacts,
        contact_choices,
        interviews,
        tasks,
        comments,
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
    let since = neighbors.stage_changed_at;
    let undoings = find_undoings(&detail);
    let missing = missing_interviews(&page, appointments, &interviews);
    view! {
        <PageTitle page=title />
        <ActionBar page=page.clone() application=application.clone() neighbors can_split />
        <div class="application" id="page-body" data-keep-scroll data-guard>
            <div class="application-main">
                // The script updates the parts marked as `data-live` when something has changed elsewhere.
                <div id="live-header" data-live>
                    <Header
                        page=page.clone()
                        application=application.clone()
                        stages
                        history
                        since
                        undoings=undoings.clone()
                    />
                </div>
                <JobPosting page=page.clone() application=application.clone() posting />
                <Timeline
                    page=page.clone()
                    detail
                    comments
                    interviews=interviews.clone()
                    tasks=tasks.clone()
                    files=files.clone()
                    explanations
                    missing_interviews=missing
                    undoings
                    show
                    is_entire
                />
            </div>
            <aside class="application-side" aria-label="Details">
                <Interviews page=page.clone() interviews=interviews.clone() />
                <Tasks page=page.clone() tasks=tasks.clone() />
                <Details page=page.clone() application=application.clone() interviews tasks />
                <Contacts page=page.clone() contacts choices=contact_choices />
                <Files page=page.clone() files />
            </aside>
        </div>
        {page.may_write.then(|| view! { <DeleteDialog page=page.clone() application /> })}
    }
    .into_any()
}
