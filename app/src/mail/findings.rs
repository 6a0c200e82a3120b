//! The findings of a preview: what the import would do with each email.

use crate::{
    inbox::ExplanationDetails,
    jobapps::{
        emails::{kind_name, sender_name},
        labels::DATE_FORMAT,
    },
    ui::CompanyAvatar,
};
use chrono::NaiveDateTime;
use domain::{
    inbox::{Finding, FindingAction},
    jobapps::title_label,
    mail::Import,
};
use leptos::prelude::*;

/// A finding with its time in the user's time zone.
pub struct FindingRow {
    pub finding: Finding,
    pub sent_at: NaiveDateTime,
}

fn action_name(action: FindingAction) -> &'static str {
    match action {
        FindingAction::Create => "New",
        FindingAction::Update => "Update",
        FindingAction::Review => "Review",
        FindingAction::Ignore => "No change",
    }
}

/// Links to the findings by action.
#[component]
pub fn FindingTabs(import: Import, action: Option<FindingAction>) -> impl IntoView {
    let tab = |label: &'static str, value: Option<FindingAction>, number: Option<i64>| {
        let href = value.map_or_else(|| "?".to_owned(), |value| format!("?action={}", value.as_str()));
        view! {
            <a class="view-tab" href=href aria-current=(action == value).then_some("page")>
                {label}
                {number.map(|number| view! { <span class="num text-ink-3">{number}</span> })}
            </a>
        }
    };
    view! {
        <nav class="preview-tabs" aria-label="What the import would do">
            {tab("All", None, None)}
            {tab("New applications", Some(FindingAction::Create), Some(import.applications_created))}
            {tab("Updates", Some(FindingAction::Update), Some(import.applications_updated))}
            {tab("To review", Some(FindingAction::Review), Some(import.mails_in_review))}
            {tab("No change", Some(FindingAction::Ignore), None)}
        </nav>
    }
    .into_any()
}

#[component]
pub fn FindingList(
    rows: Vec<FindingRow>,
    action: Option<FindingAction>,
    next_cursor: Option<String>,
) -> impl IntoView {
    if rows.is_empty() {
        return view! { <p class="text-ink-2 preview-empty">"No email here."</p> }.into_any();
    }
    let more = next_cursor.map(|cursor| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(action) = action {
            query.append_pair("action", action.as_str());
        }
        query.append_pair("cursor", &cursor);
        view! {
            <a class="btn btn-quiet btn-sm" href=format!("?{}", query.finish())>
                "Show older email"
            </a>
        }
    });
    view! {
        <ul class="finding-list surface">
            {rows.into_iter().map(|row| view! { <FindingItem row /> }).collect_view()}
        </ul>
        {more}
    }
    .into_any()
}

#[component]
fn FindingItem(row: FindingRow) -> impl IntoView {
    let FindingRow { finding, sent_at } = row;
    let company = finding.company.clone();
    let is_about_application = finding.action != FindingAction::Ignore || company.is_some();
    let heading = if is_about_application {
        title_label(finding.job_title.as_deref()).to_owned()
    } else {
        finding.subject.clone()
    };
    let name = company
        .clone()
        .unwrap_or_else(|| sender_name(&finding.sender).to_owned());
    let line = if is_about_application {
        format!("{name}. {}", finding.subject)
    } else {
        finding.sender.clone()
    };
    let why = (finding.action != FindingAction::Ignore).then(|| {
        view! {
            <ExplanationDetails
                explanation=finding.explanation
                company=finding.company
                title=finding.job_title
                is_open=finding.action == FindingAction::Review
            />
        }
    });
    view! {
        <li class="finding" data-action=finding.action.as_str()>
            <CompanyAvatar name />
            <div>
                <b>{heading}</b>
                <p class="text-ink-2">{line}</p>
                {why}
            </div>
            <span class="finding-state">
                <span class="finding-action">{action_name(finding.action)}</span>
                <small>{kind_name(finding.kind)}</small>
                <time datetime=finding.sent_at.to_rfc3339()>{sent_at.format(DATE_FORMAT).to_string()}</time>
            </span>
        </li>
    }
    .into_any()
}
