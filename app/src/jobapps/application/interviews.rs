//! The interviews of an application, with the forms that add, change and delete them.

use super::{
    actions::ConfirmDialog, appointment::requested_start, details::EditSummary, facts_section::FactsSection,
    interview_input::InterviewInput, notes_field::NotesField, page::PageContext,
};
use crate::{
    error::AppError,
    jobapps::interview_time::{interview_name, interview_time, location_view, relative_day},
    server::flash,
    ui::{ButtonKind, Field, FormError, Icon, IconSize, Lucide, SubmitButton, field_error},
};
use domain::interviews::{Interview, InterviewKind, MAX_INTERVIEW_NOTES_LEN};
use leptos::prelude::*;

const ADD: &str = "jobapps/add_interview";
const UPDATE: &str = "jobapps/update_interview";

/// The interviews, upcoming ones first.
#[component]
pub fn Interviews(
    page: PageContext,
    /// Sorted by start.
    interviews: Vec<Interview>,
) -> impl IntoView {
    let start = requested_start(&page, &interviews);
    let (past, mut rows): (Vec<_>, Vec<_>) = interviews.into_iter().partition(|i| page.is_past(i));
    rows.extend(past.into_iter().rev());
    let rows = rows
        .into_iter()
        .map(|interview| view! { <Row page=page.clone() interview /> }.into_any())
        .collect();
    let add = page.may_write.then(|| {
        let is_open = start.is_some() || flash::error_for(ADD).is_some();
        view! {
            <details class="section-edit" id="add-interview" open=is_open>
                <EditSummary verb="Add" label=" interview" />
                <div class="section-form">
                    <InterviewForm page=page.clone() interview=None start />
                </div>
            </details>
        }
        .into_any()
    });
    let empty = if page.may_write {
        "None yet. Calendar invitations in your email appear here."
    } else {
        "None yet."
    };
    view! {
        <FactsSection id="interviews" title="Interviews" add rows empty />
    }
    .into_any()
}

#[component]
fn Row(page: PageContext, interview: Interview) -> impl IntoView {
    let is_cancelled = interview.cancelled_at.is_some();
    let is_past = page.is_past(&interview);
    let when = relative_day(page.local(interview.starts_at), page.now());
    let state = if is_cancelled {
        "Cancelled".to_owned()
    } else {
        when
    };
    let time = interview_time(&interview, page.time_zone(), page.instant_now());
    let id = interview.id;
    let dialog_id = format!("delete-interview-{id}");
    let from_mail = interview
        .mail_id
        .map(|_| view! { <span class="text-ink-3">"From an email"</span> });
    let edit = page.may_write.then(|| {
        let is_open = is_rejected(Some(&interview));
        view! {
            <details class="section-edit" id=format!("edit-interview-{id}") open=is_open>
                <EditSummary label=" interview" />
                <div class="section-form">
                    <InterviewForm page=page.clone() interview=Some(interview.clone()) />
                    <button class="btn btn-quiet btn-sm" type="button" popovertarget=dialog_id.clone()>
                        <Icon of=Lucide::Trash size=IconSize::Small />
                        "Delete interview…"
                    </button>
                </div>
            </details>
            <ConfirmDialog
                id=dialog_id
                title="Delete this interview?"
                text="You can't restore it, and no email adds it again."
                action="/_fn/jobapps/delete_interview"
                label="Delete interview"
            >
                {page.hidden_inputs()}
                <input type="hidden" name="interview_id" value=id.to_string() />
            </ConfirmDialog>
        }
    });
    view! {
        <li class="agenda-row" data-past=(is_past || is_cancelled).then_some("")>
            <p class="agenda-title">
                <b>{interview_name(interview.kind)}</b>
                <span class="agenda-state" data-cancelled=is_cancelled.then_some("")>
                    {state}
                </span>
            </p>
            <p class="num">
                <time datetime=interview.starts_at.to_rfc3339()>{time}</time>
            </p>
            {interview.place.clone().map(|place| view! { <p>{location_view(place)}</p> })}
            {interview.notes.clone().map(|notes| view! { <p class="agenda-notes">{notes}</p> })}
            {from_mail}
            {edit}
        </li>
    }
    .into_any()
}

/// Whether the form for this interview, or for a new one, was rejected.
fn is_rejected(interview: Option<&Interview>) -> bool {
    match interview {
        None => flash::error_for(ADD).is_some(),
        Some(interview) => {
            flash::error_for(UPDATE).is_some()
                && flash::form_value(UPDATE, "interview_id") == interview.id.to_string()
        }
    }
}

/// The form for a new interview, or for an existing one.
#[component]
fn InterviewForm(
    page: PageContext,
    interview: Option<Interview>,
    /// The start of a new interview, if it is known.
    #[prop(default = None)]
    start: Option<String>,
) -> impl IntoView {
    let (action, label, pending_label) = match interview {
        None => (ADD, "Add interview", "Adding"),
        Some(_) => (UPDATE, "Save interview", "Saving"),
    };
    let is_rejected = is_rejected(interview.as_ref());
    let value = |field| flash::form_value(action, field);
    let values = match &interview {
        _ if is_rejected => InterviewInput {
            kind: value("kind"),
            starts_at: value("starts_at"),
            ends_at: value("ends_at"),
            time_zone: value("time_zone"),
            place: value("place"),
            notes: value("notes"),
        },
        Some(interview) => InterviewInput::of(interview, page.time_zone()),
        None => InterviewInput {
            kind: InterviewKind::Video.as_str().to_owned(),
            starts_at: start.unwrap_or_default(),
            ..InterviewInput::default()
        },
    };
    let is_cancelled = if is_rejected {
        value("cancelled") == "true"
    } else {
        interview.as_ref().is_some_and(|i| i.cancelled_at.is_some())
    };
    let error: Signal<Option<AppError>> = Signal::stored(flash::error_for(action).filter(|_| is_rejected));
    let prefix = interview
        .as_ref()
        .map_or_else(|| "interview-new".to_owned(), |i| format!("interview-{}", i.id));
    let id = |name: &str| format!("{prefix}-{name}");
    let kind = values.kind.clone();
    let kinds = InterviewKind::ALL.map(|choice| {
        view! {
            <option value=choice.as_str() selected=choice.as_str() == kind>
                {interview_name(choice)}
            </option>
        }
    });
    let cancelled = interview.as_ref().map(|_| {
        view! {
            <label class="check-field">
                <input class="checkbox" type="checkbox" name="cancelled" value="true" checked=is_cancelled />
                <span>"Cancelled"</span>
            </label>
        }
    });
    let kind_id = id("kind");
    let zone_hint = format!("Leave it empty for yours, {}.", page.time_zone());
    view! {
        <form method="post" action=format!("/_fn/{action}") data-fetch>
            {page.hidden_inputs()}
            {interview.map(|i| view! { <input type="hidden" name="interview_id" value=i.id.to_string() /> })}
            <div class="field">
                <label for=kind_id.clone()>"Kind"</label>
                <select class="select" id=kind_id name="kind">
                    {kinds.collect_view()}
                </select>
            </div>
            <Field
                name="starts_at"
                label="Begins"
                id=id("starts_at")
                kind="datetime-local"
                value=values.starts_at
                error=field_error(error, "starts_at")
            />
            <Field
                name="ends_at"
                label="Ends"
                id=id("ends_at")
                kind="datetime-local"
                optional=true
                value=values.ends_at
                error=field_error(error, "ends_at")
            />
            <Field
                name="time_zone"
                label="Time zone"
                id=id("time_zone")
                maxlength=60
                optional=true
                hint=zone_hint
                value=values.time_zone
                error=field_error(error, "time_zone")
            />
            <Field
                name="place"
                label="Place or link"
                id=id("place")
                maxlength=500
                optional=true
                value=values.place
                error=field_error(error, "place")
            />
            <NotesField id=id("notes") value=values.notes maxlength=MAX_INTERVIEW_NOTES_LEN error />
            {cancelled}
            <FormError error />
            <div class="section-actions">
                <SubmitButton label pending_label kind=ButtonKind::Line class="btn-sm" />
            </div>
        </form>
    }
    .into_any()
}
