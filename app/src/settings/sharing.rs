//! The people who may see the user's applications, and the access log. Rendered by the server only: the forms work without a
//! script.

use super::{Section, access_requests::AccessRequests, scope_options::ScopeOptions};
use crate::{
    error::AppError,
    jobapps::labels::DATE_FORMAT,
    layout::WorkspaceContext,
    server::{flash, respond::respond},
    ui::{
        ButtonKind, Field, FormError, FormSuccess, Icon, Lucide, Pages, RowButton, SubmitButton, field_error,
    },
};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use domain::{
    UserId,
    coaching::{AccessGrant, AccessLogEntry, AccessRequest, AccessScope, ListAccessLogInput, Person},
    jobapps::{company_label, title_label},
    pagination::Page,
    routes::{Route, SettingsSection, WorkspacePage},
    tenants::TenantKind,
};
use leptos::prelude::*;
use service::platform::time_zone::local_time;

const GRANT: &str = "coaching/grant_access";
const REVOKE: &str = "coaching/revoke_access";
/// Entries of the log per page.
const LOG_SIZE: u32 = 50;

/// The content of the section; `None` in a personal workspace, which has no other members.
pub struct SharingData(Option<Sharing>);

struct Sharing {
    requests: Vec<AccessRequest>,
    grants: Vec<AccessGrant>,
    /// Users with a grant that they cannot use because of their role.
    idle_viewers: Vec<UserId>,
    viewers: Vec<Person>,
    log: Page<AccessLogEntry>,
    is_first_page: bool,
    /// Whether the user is a coach, who can share only applications from a previous role.
    is_for_coaching: bool,
    time_zone: String,
    now: DateTime<Utc>,
}

/// Loads the user's grants, and the page of the access log at a cursor, or its first page.
pub async fn load(workspace: &WorkspaceContext, cursor: Option<String>) -> Result<SharingData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    if caller.tenant.kind == TenantKind::Personal {
        return Ok(SharingData(None));
    }
    let is_first_page = cursor.is_none();
    let input = ListAccessLogInput {
        cursor,
        limit: Some(LOG_SIZE),
    };
    let grants = respond(service::coaching::list_grants(&services, &caller).await)?;
    let requests = respond(service::coaching::list_access_requests(&services, &caller).await)?;
    Ok(SharingData(Some(Sharing {
        requests: requests.received,
        grants: grants.given,
        idle_viewers: respond(service::coaching::list_viewers_without_access(&services, &caller).await)?,
        viewers: respond(service::coaching::list_viewers(&services, &caller).await)?,
        log: respond(service::coaching::list_access_log(&services, &caller, input).await)?,
        is_first_page,
        is_for_coaching: caller.tenant.is_for_coaching(),
        time_zone: caller.user.time_zone,
        now: services.clock.now(),
    })))
}

#[component]
pub fn SharingSection(slug: String, data: SharingData) -> impl IntoView {
    let SharingData(Some(sharing)) = data else {
        return view! {
            <Section id="sharing" title="Sharing" description="Who can see your applications.">
                <p>"This is your personal workspace. Only you see it."</p>
            </Section>
        }
        .into_any();
    };
    let Sharing {
        requests,
        grants,
        idle_viewers,
        viewers,
        log,
        is_first_page,
        is_for_coaching,
        time_zone,
        now,
    } = sharing;
    let has_shared = !grants.is_empty() || !log.data.is_empty() || flash::current().is_some();
    if is_for_coaching && requests.is_empty() && !has_shared {
        let clients = Route::Workspace(slug, WorkspacePage::Clients).to_string();
        return view! {
            <Section id="sharing" title="Sharing" description="Coaches don’t track applications in this organization.">
                <p>
                    "You have nothing to share here. You find your clients’ applications under "
                    <a class="link" href=clients>
                        "Clients"
                    </a> "."
                </p>
            </Section>
        }
        .into_any();
    }
    let rows = grants
        .into_iter()
        .map(|grant| {
            let is_idle = idle_viewers.contains(&grant.viewer.user_id);
            grant_row(&slug, &grant, grant_text(&grant, is_idle, &time_zone, now))
        })
        .collect_view();
    let revoke_error = Signal::stored(flash::error_for(REVOKE));
    let revoked = Signal::stored(flash::succeeded(REVOKE));
    let form_slug = slug.clone();
    let request_slug = slug.clone();
    view! {
        <AccessRequests slug=request_slug requests />
        <Section
            id="sharing"
            title="Sharing"
            description="Only you see your applications, until you give someone access. You can revoke it at any time."
        >
            {if rows.is_empty() {
                view! { <p>"No one has access."</p> }.into_any()
            } else {
                view! { <ul class="row-list">{rows}</ul> }.into_any()
            }}
            <FormError error=revoke_error />
            <FormSuccess when=revoked text="Access revoked." />
            {(!is_for_coaching).then(|| view! { <GrantForm slug=form_slug viewers /> })}
        </Section>
        <Log slug log is_first_page time_zone />
    }
    .into_any()
}

/// The scope and the end of a grant as text; empty if the viewer's role does not allow using it.
fn grant_text(grant: &AccessGrant, is_idle: bool, time_zone: &str, now: DateTime<Utc>) -> String {
    let until = match grant.expires_at {
        None => "until you revoke it".to_owned(),
        Some(at) => {
            let verb = if at <= now { "expired" } else { "until" };
            format!("{verb} {}", last_moment(at, time_zone))
        }
    };
    if is_idle {
        return format!("No access while {} is a member", grant.viewer.label());
    }
    format!("Can {}, {until}", grant.scope.ability())
}

/// The end of a grant as text: the last day if it ends at midnight, otherwise date and time.
pub fn last_moment(at: DateTime<Utc>, time_zone: &str) -> String {
    let local = local_time(at, time_zone);
    let last = local - TimeDelta::seconds(1);
    if local.time() == NaiveTime::MIN {
        last.format("%-d %b %Y").to_string()
    } else {
        local.format("%-d %b %Y, %H:%M").to_string()
    }
}

fn grant_row(slug: &str, grant: &AccessGrant, text: String) -> impl IntoView + use<> {
    let name = grant.viewer.label().to_owned();
    let label = format!("Revoke access of {name}");
    view! {
        <li>
            <Icon of=Lucide::Users />
            <div>
                <b>{name}</b>
                <p>{text}</p>
            </div>
            <form method="post" action=format!("/_fn/{REVOKE}")>
                <input type="hidden" name="slug" value=slug.to_owned() />
                <input type="hidden" name="grant_id" value=grant.id.to_string() />
                <RowButton label="Revoke" aria_label=label class="btn-line" />
            </form>
        </li>
    }
}

#[component]
fn GrantForm(slug: String, viewers: Vec<Person>) -> impl IntoView {
    if viewers.is_empty() {
        return view! { <p>"This organization has no coaches or admins yet, so you can’t give anyone access."</p> }
            .into_any();
    }
    let error = Signal::stored(flash::error_for(GRANT));
    let granted = Signal::stored(flash::succeeded(GRANT));
    let value = |field: &str| flash::form_value(GRANT, field);
    let (viewer, is_reader) = (value("viewer_id"), value("scope") == AccessScope::Read.as_str());
    view! {
        <form method="post" action=format!("/_fn/{GRANT}") aria-labelledby="grant-title">
            <h3 id="grant-title">"Give access"</h3>
            <p>
                "They can read all your applications with history, notes, emails, interviews, tasks, contacts and files, and your metrics. That includes your private notes. They can't change your applications, and you see below when they looked."
            </p>
            <input type="hidden" name="slug" value=slug />
            <div class="field">
                <label for="viewer">"Person"</label>
                <select class="select" id="viewer" name="viewer_id" required>
                    <option value="">"Choose a person"</option>
                    {viewers
                        .into_iter()
                        .map(|person| {
                            let id = person.user_id.to_string();
                            let selected = id == viewer;
                            view! {
                                <option value=id selected=selected>
                                    {person.label().to_owned()}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </div>
            <div class="field">
                <label for="scope">"They can"</label>
                <select class="select" id="scope" name="scope">
                    <ScopeOptions is_reader />
                </select>
            </div>
            <Field
                name="until"
                label="Last day"
                kind="date"
                value=value("until")
                optional=true
                hint="Empty: until you revoke it."
                error=field_error(error, "expires_at")
            />
            <FormError error />
            <FormSuccess when=granted text="Access given." />
            <div>
                <SubmitButton label="Give access" pending_label="Saving" kind=ButtonKind::Line />
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Log(slug: String, log: Page<AccessLogEntry>, is_first_page: bool, time_zone: String) -> impl IntoView {
    let rows = log
        .data
        .into_iter()
        .map(|entry| log_row(entry, &time_zone))
        .collect_view();
    let first = (!is_first_page).then(|| Route::Settings(slug, SettingsSection::Sharing).to_string());
    let next = log
        .pagination
        .next_cursor
        .map(|cursor| format!("?cursor={cursor}"));
    view! {
        <Section
            id="access-log"
            title="Who looked"
            description="At most one line for each person, application and hour."
        >
            {if rows.is_empty() {
                view! { <p>"No one has looked at your applications."</p> }.into_any()
            } else {
                view! { <ul class="row-list">{rows}</ul> }.into_any()
            }}
            <Pages first next />
        </Section>
    }
    .into_any()
}

fn log_row(entry: AccessLogEntry, time_zone: &str) -> impl IntoView + use<> {
    let what = match entry.jobapp_id {
        None => "Your list of applications or your metrics".to_owned(),
        Some(_) => format!(
            "{}, {}",
            company_label(entry.company.as_deref()),
            title_label(entry.job_title.as_deref())
        ),
    };
    let at = local_time(entry.viewed_at, time_zone);
    let time = format!("{}, {}", at.format(DATE_FORMAT), at.format("%H:%M"));
    view! {
        <li>
            <Icon of=Lucide::Eye />
            <div>
                <b>{entry.viewer.label().to_owned()}</b>
                <p>{what}</p>
            </div>
            <time datetime=entry.viewed_at.to_rfc3339()>{time}</time>
        </li>
    }
}
