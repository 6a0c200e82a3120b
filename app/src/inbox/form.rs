//! The form that decides about an email.

use super::{
    api::decide::{NEW_APPLICATION, NOT_AN_APPLICATION, OTHER_APPLICATION},
    choices::Choice,
    labels::KINDS,
};
use crate::{
    jobapps::emails::{kind_name, sender_name},
    server::flash,
    ui::{CompanyAvatar, SubmitButton},
};
use domain::{
    inbox::{SuggestedAction, Suggestion},
    jobapps::{JobApplication, company_label, title_label},
    mail::Message,
};
use leptos::prelude::*;

const ACTION: &str = "inbox/decide";

/// A question with its choices: the candidates, a new application, or not an application.
#[component]
pub fn DecisionForm(
    slug: String,
    /// The query of the page to open after the decision.
    next: String,
    mail: Message,
    /// The applications that the email may belong to.
    candidates: Vec<JobApplication>,
    others: Vec<Choice>,
    /// The choice that JobHax suggests.
    suggestion: Option<Suggestion>,
) -> impl IntoView {
    let suggested = match &suggestion {
        Some(suggestion) => match (suggestion.action, suggestion.jobapp_id) {
            (SuggestedAction::Update, Some(id)) => id.to_string(),
            (SuggestedAction::Create, _) => NEW_APPLICATION.to_owned(),
            // The email is about an application, but does not say which one.
            _ if mail.kind.is_about_application() => String::new(),
            _ => NOT_AN_APPLICATION.to_owned(),
        },
        None => mail.jobapp_id.map(|id| id.to_string()).unwrap_or_default(),
    };
    // The entered values if the form was rejected.
    let entered = |name: &str| {
        let is_this = flash::form_value(ACTION, "mail_id") == mail.id.to_string();
        Some(flash::form_value(ACTION, name)).filter(|value| is_this && !value.is_empty())
    };
    let error = flash::error_for(ACTION).filter(|_| entered("mail_id").is_some());
    let chosen = entered("choice").unwrap_or_else(|| suggested.clone());
    let company = entered("company")
        .or_else(|| mail.company.clone())
        .unwrap_or_default();
    let job_title = entered("job_title")
        .or_else(|| mail.job_title.clone())
        .unwrap_or_default();
    let question = if candidates.is_empty() {
        "Is it about an application?"
    } else {
        "Which application is it?"
    };
    let kinds = KINDS.into_iter().map(|kind| {
        view! {
            <option value=kind.as_str() selected=kind == mail.kind>
                {kind_name(kind)}
            </option>
        }
    });
    let is_listed = KINDS.contains(&mail.kind);
    let new_key = candidates.len() + 1;
    view! {
        <form class="decision" method="post" action="/_fn/inbox/decide" id="decision">
            <input type="hidden" name="slug" value=slug />
            <input type="hidden" name="mail_id" value=mail.id.to_string() />
            <input type="hidden" name="query" value=next />
            <input type="hidden" name="suggested" value=suggested />
            <input type="hidden" name="read_as" value=mail.kind.as_str() />
            {error
                .map(|error| {
                    let text = error.0.errors.first().map_or(error.0.detail.clone(), |field| field.detail.clone());
                    view! {
                        <p class="form-error" role="alert">
                            {text}
                        </p>
                    }
                })}
            <fieldset>
                <legend>{question}</legend>
                <div class="choices">
                    {candidates
                        .into_iter()
                        .zip(1..)
                        .map(|(candidate, key)| {
                            let is_checked = candidate.id.to_string() == chosen;
                            view! { <Candidate candidate key is_checked /> }
                        })
                        .collect_view()}
                    <div class="choice-group">
                        <label class="choice">
                            <input
                                type="radio"
                                class="radio"
                                name="choice"
                                value=NEW_APPLICATION
                                required
                                checked=chosen == NEW_APPLICATION
                            />
                            <span>
                                <b>"A new application"</b>
                            </span>
                            <kbd class="kbd">{new_key}</kbd>
                        </label>
                        <div class="choice-fields">
                            <label>
                                <span>"Company"</span>
                                <input class="input" name="company" maxlength="200" autocomplete="off" value=company />
                            </label>
                            <label>
                                <span>"Job title"</span>
                                <input class="input" name="job_title" maxlength="200" autocomplete="off" value=job_title />
                            </label>
                        </div>
                    </div>
                    {(!others.is_empty()).then(|| view! { <OtherApplication others key=new_key + 1 entered=entered("other") is_chosen=chosen == OTHER_APPLICATION /> })}
                    <label class="choice">
                        <input
                            type="radio"
                            class="radio"
                            name="choice"
                            value=NOT_AN_APPLICATION
                            checked=chosen == NOT_AN_APPLICATION
                        />
                        <span>
                            <b>"Not about an application of mine"</b>
                        </span>
                        <kbd class="kbd">"X"</kbd>
                    </label>
                </div>
            </fieldset>
            <label class="decision-kind">
                <span>"It is"</span>
                <select class="select" name="kind">
                    {(!is_listed)
                        .then(|| {
                            view! {
                                <option value=mail.kind.as_str() selected=true>
                                    {kind_name(mail.kind)}
                                </option>
                            }
                        })}
                    {kinds.collect_view()}
                </select>
            </label>
            <label class="decision-remember">
                <input type="checkbox" class="checkbox" name="remember" value="yes" />
                <span>{format!("Always do this for email from {}", sender_name(&mail.sender))}</span>
            </label>
            <div class="decision-actions">
                <SubmitButton label="Save decision" pending_label="Saving" />
            </div>
        </form>
    }
    .into_any()
}

/// A text field for choosing any other application by name.
#[component]
fn OtherApplication(
    others: Vec<Choice>,
    key: usize,
    entered: Option<String>,
    is_chosen: bool,
) -> impl IntoView {
    view! {
        <div class="choice-group">
            <label class="choice">
                <input
                    type="radio"
                    class="radio"
                    name="choice"
                    value=OTHER_APPLICATION
                    checked=is_chosen
                />
                <span>
                    <b>"Another application"</b>
                </span>
                <kbd class="kbd">{key}</kbd>
            </label>
            <div class="choice-other">
                <input
                    class="input"
                    name="other"
                    list="other-applications"
                    maxlength="500"
                    autocomplete="off"
                    placeholder="Type a company or a title"
                    aria-label="Company or title of the other application"
                    value=entered
                />
                <datalist id="other-applications">
                    {others
                        .into_iter()
                        .map(|other| view! { <option value=other.label></option> })
                        .collect_view()}
                </datalist>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Candidate(candidate: JobApplication, key: usize, is_checked: bool) -> impl IntoView {
    let company = company_label(candidate.company.as_deref()).to_owned();
    let applied = candidate.apply_date.format("%-d %b %Y").to_string();
    let state = candidate.outcome.map_or_else(
        || candidate.application_status.value.clone(),
        |outcome| outcome_label(outcome.as_str()),
    );
    view! {
        <label class="choice">
            <input type="radio" class="radio" name="choice" value=candidate.id.to_string() checked=is_checked />
            <CompanyAvatar name=company.clone() />
            <span>
                <b>{title_label(candidate.job_title.as_deref()).to_owned()}</b>
                <small>{format!("{company}, applied {applied} via {}, {state}", candidate.source)}</small>
            </span>
            <kbd class="kbd">{key}</kbd>
        </label>
    }
    .into_any()
}

/// The outcome as part of a sentence.
fn outcome_label(outcome: &str) -> String {
    match outcome {
        "ghosted" => "no response".to_owned(),
        "cancelled" => "job cancelled".to_owned(),
        other => other.to_owned(),
    }
}
