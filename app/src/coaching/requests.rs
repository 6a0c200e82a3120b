//! Asking members for access, on the page of clients.

use crate::{
    error::AppError,
    layout::WorkspaceContext,
    server::{flash, respond::respond},
    ui::{ButtonKind, FormError, FormSuccess, Icon, IconSize, Lucide, RowButton, SubmitButton, field_error},
};
use chrono::{DateTime, Utc};
use domain::coaching::{AccessRequest, AccessRequestState, AccessScope, MAX_REQUEST_MESSAGE_LEN, Person};
use leptos::prelude::*;
use service::platform::time_zone::local_time;

const ASK: &str = "coaching/request_access";
const WITHDRAW: &str = "coaching/withdraw_access_request";

/// What the section shows.
pub struct RequestsData {
    sent: Vec<AccessRequest>,
    candidates: Vec<Person>,
    time_zone: String,
}

/// The requests by the user that were not granted, and whom they can ask.
pub async fn load(workspace: &WorkspaceContext) -> Result<RequestsData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let requests = respond(service::coaching::list_access_requests(&services, &caller).await)?;
    let is_shown = |state| matches!(state, AccessRequestState::Pending | AccessRequestState::Declined);
    Ok(RequestsData {
        sent: requests.sent.into_iter().filter(|r| is_shown(r.state)).collect(),
        candidates: respond(service::coaching::list_request_candidates(&services, &caller).await)?,
        time_zone: caller.user.time_zone,
    })
}

/// The form that asks a member, and the requests so far.
#[component]
pub fn AccessRequests(slug: String, data: RequestsData) -> impl IntoView {
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
    let asked = Signal::stored(flash::succeeded(ASK));
    view! {
        <section class="client-requests" id="requests" aria-labelledby="requests-title">
            <h2 id="requests-title">"Ask for access"</h2>
            <FormSuccess when=asked text="Request sent. You see their applications when they give you access." />
            <FormError error=withdraw_error />
            {list}
            <AskForm slug candidates />
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

#[component]
fn AskForm(slug: String, candidates: Vec<Person>) -> impl IntoView {
    if candidates.is_empty() {
        return view! { <p class="text-ink-2">"There is nobody else to ask."</p> }.into_any();
    }
    let failed = flash::error_for(ASK);
    let is_rejected = failed.is_some();
    let value = |field: &str| {
        if is_rejected {
            flash::form_value(ASK, field)
        } else {
            String::new()
        }
    };
    let error: Signal<Option<AppError>> = Signal::stored(failed);
    let message_error = field_error(error, "message");
    let (user, is_reader) = (value("user_id"), value("scope") == AccessScope::Read.as_str());
    let options = candidates.into_iter().map(|person| {
        let id = person.user_id.to_string();
        let selected = id == user;
        view! {
            <option value=id selected=selected>
                {person.label().to_owned()}
            </option>
        }
    });
    let options = options.collect_view();
    view! {
        <details class="today-add" open=is_rejected>
            <summary class="btn btn-line btn-sm">
                <Icon of=Lucide::Plus size=IconSize::Small />
                "Ask a member"
            </summary>
            <form class="surface today-form" method="post" action=format!("/_fn/{ASK}")>
                <input type="hidden" name="slug" value=slug />
                <p class="text-ink-2">"They decide whether you see their applications, how much and for how long."</p>
                <div class="field">
                    <label for="ask-user">"Member"</label>
                    <select class="select" id="ask-user" name="user_id" required>
                        {options}
                    </select>
                </div>
                <div class="field">
                    <label for="ask-scope">"You would like to"</label>
                    <select class="select" id="ask-scope" name="scope">
                        <option value="comment">"Read, comment and assign tasks"</option>
                        <option value="read" selected=is_reader>
                            "Read only"
                        </option>
                    </select>
                </div>
                <div class="field">
                    <label for="ask-message">"Message (optional)"</label>
                    <textarea class="input note-input" id="ask-message" name="message" rows="2" maxlength=MAX_REQUEST_MESSAGE_LEN>
                        {value("message")}
                    </textarea>
                    {move || message_error.get().map(|text| view! { <p class="field-error">{text}</p> })}
                </div>
                <FormError error />
                <div class="section-actions">
                    <SubmitButton label="Ask for access" pending_label="Sending" kind=ButtonKind::Line class="btn-sm" />
                </div>
            </form>
        </details>
    }
    .into_any()
}
