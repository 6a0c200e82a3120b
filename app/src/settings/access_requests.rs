//! Requests of coaches for access to the user's applications.

use super::{Section, scope_options::ScopeOptions};
use crate::{
    server::flash,
    ui::{Field, FormError, FormSuccess, field_error},
};
use domain::coaching::{AccessRequest, AccessScope};
use leptos::prelude::*;

const ANSWER: &str = "coaching/answer_access_request";

/// The pending requests with the forms that answer them. Empty without requests.
#[component]
pub fn AccessRequests(slug: String, requests: Vec<AccessRequest>) -> impl IntoView {
    let answered = flash::succeeded(ANSWER);
    let failed = flash::error_for(ANSWER);
    if requests.is_empty() && !answered && failed.is_none() {
        return ().into_any();
    }
    let rejected = flash::form_value(ANSWER, "request_id");
    let is_known = requests.iter().any(|request| request.id.to_string() == rejected);
    let error = Signal::stored(failed.filter(|_| !is_known));
    let answered = Signal::stored(answered);
    let forms = requests
        .into_iter()
        .map(|request| view! { <AnswerForm slug=slug.clone() request /> })
        .collect_view();
    view! {
        <Section
            id="requests"
            title="Requests"
            description="These people ask to see your applications. They see nothing until you give access."
        >
            <FormSuccess when=answered text=flash::form_value(ANSWER, "done") />
            <FormError error />
            {forms}
        </Section>
    }
    .into_any()
}

#[component]
fn AnswerForm(slug: String, request: AccessRequest) -> impl IntoView {
    let id = request.id.to_string();
    let name = request.viewer.label().to_owned();
    let failed = flash::error_for(ANSWER).filter(|_| flash::form_value(ANSWER, "request_id") == id);
    let is_rejected = failed.is_some();
    let error = Signal::stored(failed);
    let value = |field: &str| {
        if is_rejected {
            flash::form_value(ANSWER, field)
        } else {
            String::new()
        }
    };
    let (title_id, scope_id) = (format!("request-{id}"), format!("request-{id}-scope"));
    let asks_to_comment = request.scope == AccessScope::Comment;
    let is_reader = value("scope") == AccessScope::Read.as_str();
    view! {
        <form method="post" action=format!("/_fn/{ANSWER}") aria-labelledby=title_id.clone()>
            <h3 id=title_id.clone()>{format!("{name} asks for access")}</h3>
            {request.message.map(|text| view! { <blockquote class="note note-plain">{text}</blockquote> })}
            <p>
                "With access they read all your applications with history, notes, emails, interviews, tasks, contacts and files, and your metrics. That includes your private notes."
            </p>
            <input type="hidden" name="slug" value=slug />
            <input type="hidden" name="request_id" value=id.clone() />
            <div class="field">
                <label for=scope_id.clone()>"They can"</label>
                <select class="select" id=scope_id.clone() name="scope">
                    <ScopeOptions is_reader may_comment=asks_to_comment />
                </select>
            </div>
            <Field
                name="until"
                label="Last day"
                id=format!("request-{id}-until")
                kind="date"
                value=value("until")
                optional=true
                hint="Empty: until you revoke it."
                error=field_error(error, "expires_at")
            />
            <FormError error />
            <div class="section-actions">
                // This button comes first, because Enter in a field activates the form's first button.
                <button class="btn btn-line" type="submit" name="answer" value="grant">
                    "Give access"
                    <span class="sr-only">{format!(" to {name}")}</span>
                </button>
                <button class="btn btn-quiet" type="submit" name="answer" value="decline" formnovalidate>
                    "Decline"
                    <span class="sr-only">{format!(" the request of {name}")}</span>
                </button>
            </div>
        </form>
    }
    .into_any()
}
