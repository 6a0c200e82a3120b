//! The audit log of the workspace, with a filter form and pagination links. Rendered by the server only.

use super::Section;
use crate::{
    error::AppError,
    jobapps::labels::DATE_FORMAT,
    layout::WorkspaceContext,
    server::respond::respond,
    ui::{Field, Icon, Lucide, Pages, query_string},
};
use chrono::{Days, NaiveDate, SecondsFormat};
use domain::{
    UserId,
    audit::{AuditAction, AuditEntry, ListEventsInput, RETENTION_DAYS, sentence},
    pagination::Page,
    routes::{Route, SettingsSection},
    tenants::{ListMembersInput, Member, TenantKind},
};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use service::{
    audit::{AuditSubject, AuditSubjects},
    platform::time_zone::{local_time, midnight},
};

/// Events per page.
const PAGE_SIZE: u32 = 50;

/// The values of the filter form. Invalid values are ignored.
#[derive(Clone, Default)]
pub struct Filters {
    actor: Option<UserId>,
    action: Option<AuditAction>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    cursor: Option<String>,
}

impl Filters {
    /// Parses the query parameters.
    pub fn of(query: &ParamsMap) -> Self {
        let value = |name: &str| query.get(name).filter(|value| !value.is_empty());
        Self {
            actor: value("actor").and_then(|id| id.parse().ok()).map(UserId),
            action: value("action").and_then(|action| AuditAction::parse(&action)),
            from: value("from").and_then(|day| day.parse().ok()),
            to: value("to").and_then(|day| day.parse().ok()),
            cursor: value("cursor"),
        }
    }

    /// Converts the days to times in the user's time zone. The last day is included.
    fn input(&self, time_zone: &str) -> ListEventsInput {
        let after = |day: NaiveDate| day.checked_add_days(Days::new(1)).unwrap_or(day);
        ListEventsInput {
            actor_id: self.actor,
            action: self.action,
            from: self.from.map(|day| midnight(day, time_zone)),
            to: self.to.map(|day| midnight(after(day), time_zone)),
            cursor: self.cursor.clone(),
            limit: Some(PAGE_SIZE),
        }
    }

    /// The query of the page with these filters and a cursor.
    fn query(&self, cursor: Option<&str>) -> String {
        query_string(&[
            ("actor", self.actor.map(|id| id.to_string())),
            ("action", self.action.map(|action| action.as_str().to_owned())),
            ("from", self.from.map(|day| day.to_string())),
            ("to", self.to.map(|day| day.to_string())),
            ("cursor", cursor.map(str::to_owned)),
        ])
    }

    /// The error of an invalid range.
    fn range_error(&self) -> Option<String> {
        let is_reversed = self.from.zip(self.to).is_some_and(|(from, to)| to < from);
        is_reversed.then(|| "Choose a day on or after From.".to_owned())
    }

    fn is_empty(&self) -> bool {
        self.query(None).is_empty()
    }
}

/// The query of the export with the same filters.
fn export_query(input: &ListEventsInput) -> String {
    let time = |at: Option<chrono::DateTime<chrono::Utc>>| {
        at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
    };
    query_string(&[
        ("actor_id", input.actor_id.map(|id| id.to_string())),
        ("action", input.action.map(|action| action.as_str().to_owned())),
        ("from", time(input.from)),
        ("to", time(input.to)),
    ])
}

pub struct AuditData {
    slug: String,
    filters: Filters,
    export: String,
    events: Page<AuditEntry>,
    subjects: AuditSubjects,
    members: Vec<Member>,
    former_members: Vec<(UserId, String)>,
    is_organization: bool,
    time_zone: String,
}

/// Loads the page of the log at the cursor, or the first one.
pub async fn load(workspace: &WorkspaceContext, filters: Filters) -> Result<AuditData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let is_organization = caller.tenant.kind == TenantKind::Organization;
    // With an invalid range, the form shows the error, and the list ignores the end of the range.
    let valid = Filters {
        to: filters.to.filter(|_| filters.range_error().is_none()),
        ..filters.clone()
    };
    let input = valid.input(&caller.user.time_zone);
    let query = export_query(&input);
    let events = respond(service::audit::list_events(&services, &caller, input).await)?;
    let subjects = respond(service::audit::list_subjects(&services, &caller, &events.data).await)?;
    let (members, former_members) = if is_organization {
        let all = ListMembersInput::default();
        let members = respond(service::organizations::list_members(&services, &caller, all).await)?.data;
        let former = service::audit::list_former_members(&services, &caller).await;
        (members, respond(former)?)
    } else {
        (Vec::new(), Vec::new())
    };
    let page = Route::Settings(caller.tenant.slug.clone(), SettingsSection::Audit);
    Ok(AuditData {
        slug: caller.tenant.slug,
        export: format!("{page}/export?{query}"),
        filters,
        events,
        subjects,
        members,
        former_members,
        is_organization,
        time_zone: caller.user.time_zone,
    })
}

#[component]
pub fn AuditSection(data: AuditData) -> impl IntoView {
    let AuditData {
        slug,
        filters,
        export,
        events,
        subjects,
        members,
        former_members,
        is_organization,
        time_zone,
    } = data;
    let description = if is_organization {
        "Changes to members, roles, access and invitations, and who made them. No one can edit this log."
    } else {
        "Sign-ins, passwords, exports and other security events of your account. No one can edit this log."
    };
    let page = Route::Settings(slug, SettingsSection::Audit).to_string();
    let is_filtered = !filters.is_empty();
    let rows = events
        .data
        .iter()
        .map(|entry| event_row(entry, subjects.find(entry), &time_zone))
        .collect_view();
    let with_cursor = |cursor: Option<&str>| format!("{page}?{}", filters.query(cursor));
    let first = filters.cursor.is_some().then(|| with_cursor(None));
    let next = events.pagination.next_cursor.as_deref();
    let next = next.map(|cursor| with_cursor(Some(cursor)));
    let empty = if is_filtered {
        "No event matches these filters."
    } else {
        "Nothing has happened yet."
    };
    view! {
        <Section id="audit" title="Audit log" description=description>
            <FilterForm page filters members former_members />
            {if events.data.is_empty() {
                view! { <p>{empty}</p> }.into_any()
            } else {
                view! { <ul class="row-list">{rows}</ul> }.into_any()
            }}
            <Pages first next />
            <p>{format!("Events are kept for {RETENTION_DAYS} days.")}</p>
            <p>
                <a class="btn btn-line btn-sm" href=export download>
                    <Icon of=Lucide::Download />
                    "Export CSV"
                </a>
            </p>
        </Section>
    }
    .into_any()
}

#[component]
fn FilterForm(
    page: String,
    filters: Filters,
    members: Vec<Member>,
    former_members: Vec<(UserId, String)>,
) -> impl IntoView {
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let actor = filters.actor;
    let people = (!members.is_empty()).then(|| {
        let option = |id: UserId, name: String| {
            view! {
                <option value=id.to_string() selected=actor == Some(id)>
                    {name}
                </option>
            }
        };
        let options = members
            .into_iter()
            .map(|member| option(member.user_id, member.name))
            .collect_view();
        let former = (!former_members.is_empty()).then(|| {
            let options = former_members
                .into_iter()
                .map(|(id, name)| option(id, name))
                .collect_view();
            view! { <optgroup label="Former members">{options}</optgroup> }
        });
        view! {
            <div class="field">
                <label for="actor">"Person"</label>
                <select class="select" id="actor" name="actor">
                    <option value="">"Everyone"</option>
                    {options}
                    {former}
                </select>
            </div>
        }
    });
    let actions = AuditAction::ALL
        .iter()
        .map(|action| {
            view! {
                <option value=action.as_str() selected=filters.action == Some(*action)>
                    {action.label()}
                </option>
            }
        })
        .collect_view();
    let range_error = Signal::stored(filters.range_error());
    let reset = (!filters.is_empty())
        .then(|| view! { <a class="btn btn-quiet btn-sm" href=page.clone()>"Clear filters"</a> });
    view! {
        <form method="get" action=page aria-label="Filter">
            {people}
            <div class="field">
                <label for="action">"Event"</label>
                <select class="select" id="action" name="action">
                    <option value="">"All events"</option>
                    {actions}
                </select>
            </div>
            <Field name="from" label="From" kind="date" value=day(filters.from) optional=true />
            <Field name="to" label="To" kind="date" value=day(filters.to) optional=true error=range_error />
            <div>
                <button class="btn btn-line btn-sm" type="submit">
                    "Filter"
                </button>
                {reset}
            </div>
        </form>
    }
    .into_any()
}

fn event_row(entry: &AuditEntry, subject: Option<AuditSubject>, time_zone: &str) -> impl IntoView + use<> {
    let at = local_time(entry.at, time_zone);
    let time = format!("{}, {}", at.format(DATE_FORMAT), at.format("%H:%M"));
    // The first characters of the hash are enough to tell addresses apart.
    let address = entry
        .address_hash
        .as_deref()
        .and_then(|hash| hash.get(..8))
        .map(|hash| view! { <p>{format!("From address {hash}")}</p> });
    view! {
        <li>
            <Icon of=Lucide::FileText />
            <div>
                <b>{sentence(entry)}</b>
                {subject.map(|subject| view! { <p>{format!("Concerns: {}", subject.label())}</p> })}
                {address}
            </div>
            <time datetime=entry.at.to_rfc3339()>{time}</time>
        </li>
    }
}
