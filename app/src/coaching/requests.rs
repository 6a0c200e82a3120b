//! Asking members for access, on the clients page.

use super::{
    client_filters::CandidateSearch,
    request_form::{Candidates, REQUEST_ACCESS, RequestForm},
};
use crate::{
    error::AppError,
    layout::WorkspaceContext,
    server::{flash, respond::respond},
    ui::{FormError, Icon, Lucide, RowButton},
};
use chrono::{DateTime, Utc};
use domain::coaching::{AccessRequest, AccessRequestState};
use leptos::prelude::*;
use service::platform::time_zone::local_time;

const WITHDRAW: &str = "coaching/withdraw_access_request";

pub struct RequestsData {
    sent: Vec<AccessRequest>,
    candidates: Candidates,
    time_zone: String,
}

/// Loads the user's pending and declined requests, and the members who match the search.
pub async fn load(workspace: &WorkspaceContext, search: CandidateSearch) -> Result<RequestsData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let requests = respond(service::coaching::list_access_requests(&services, &caller).await)?;
    let is_shown = |state| matches!(state, AccessRequestState::Pending | AccessRequestState::Declined);
    let (name, group) = (search.name.as_deref(), search.group);
    let found = service::coaching::list_request_candidates(&services, &caller, name, group).await;
    let (people, has_more) = respond(found)?;
    Ok(RequestsData {
        sent: requests.sent.into_iter().filter(|r| is_shown(r.state)).collect(),
        candidates: Candidates {
            people,
            has_more,
            groups: respond(service::organizations::list_groups(&services, &caller).await)?,
            search,
        },
        time_zone: caller.user.time_zone,
    })
}

/// The request form, and the requests that were sent.
#[component]
pub fn AccessRequests(
    slug: String,
    data: RequestsData,
    /// Whether the user has no clients yet; the form is then open initially.
    is_first: bool,
) -> impl IntoView {
    let RequestsData {
        sent,
        candidates,
        time_zone,
    } = data;
    let withdraw_error = Signal::stored(flash::error_for(WITHDRAW));
    let rows = sent
        .into_iter()
        .map(|request| request_row(&slug, request, &time_zone))
        .collect_view();
    let list = (!rows.is_empty()).then(|| view! { <ul class="row-list">{rows}</ul> });
    view! {
        <section
            class="client-requests"
            id="requests"
            data-first=is_first.then_some("")
            aria-labelledby="requests-title"
        >
            <h2 id="requests-title">"Ask for access"</h2>
            <RequestReport />
            <FormError error=withdraw_error />
            <RequestForm slug candidates is_open=is_first />
            {list}
        </section>
    }
    .into_any()
}

fn request_row(slug: &str, request: AccessRequest, time_zone: &str) -> impl IntoView + use<> {
    let name = request.owner.label().to_owned();
    let day = |at: DateTime<Utc>| local_time(at, time_zone).format("%-d %b %Y").to_string();
    let is_pending = request.state == AccessRequestState::Pending;
    let text = match request.answered_at.filter(|_| !is_pending) {
        Some(at) => format!("Declined on {}. You can ask again after 30 days.", day(at)),
        None => format!("Asked on {}. No answer yet.", day(request.created_at)),
    };
    let withdraw = is_pending.then(|| {
        view! {
            <form method="post" action=format!("/_fn/{WITHDRAW}")>
                <input type="hidden" name="slug" value=slug.to_owned() />
                <input type="hidden" name="request_id" value=request.id.to_string() />
                <RowButton label="Withdraw" aria_label=format!("Withdraw the request to {name}") class="btn-line" />
            </form>
        }
    });
    view! {
        <li>
            <Icon of=Lucide::Users />
            <div>
                <b>{name.clone()}</b>
                <p>{text}</p>
            </div>
            {withdraw}
        </li>
    }
}

/// The results of the requests that were just sent.
#[component]
fn RequestReport() -> impl IntoView {
    if !flash::succeeded(REQUEST_ACCESS) {
        return ().into_any();
    }
    let problems = flash::form_value(REQUEST_ACCESS, "problems");
    let rows: Vec<_> = problems
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(reason, names)| {
            view! {
                <li>
                    <b>{names.to_owned()}</b>
                    {format!(": {reason}")}
                </li>
            }
        })
        .collect();
    let list = (!rows.is_empty()).then(|| view! { <ul class="ask-problems">{rows}</ul> });
    view! {
        <div role="status">
            <p class="form-success">
                <Icon of=Lucide::Check />
                <span>{flash::form_value(REQUEST_ACCESS, "summary")}</span>
            </p>
            {list}
        </div>
    }
    .into_any()
}
