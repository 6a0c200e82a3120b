//! One entry of the timeline.

use super::{
    actions::ConfirmDialog,
    appointment::AddInterviewLink,
    comments::{CommentBody, comment_title},
    details::EditSummary,
    entries::{Change, Entry, What},
    files::kind_name as kind_of_file,
    markdown,
    note_form::{NoteForm, rejected_text},
    page::PageContext,
    posting::show_more,
};
use crate::{
    jobapps::{
        emails::{Explanation, kind_name, subject},
        interview_time::{interview_name, location_view},
        labels::{day_format, days, outcome_name},
    },
    ui::{Icon, IconSize, Lucide, OutcomeIcon, StageIcon},
};
use chrono::{NaiveDateTime, NaiveTime};
use domain::{
    EventId, MailMessageId,
    inbox::MailExplanation,
    jobapps::{ActorKind, ApplicationEvent, EventSource, Note, Outcome, Stage},
    mail::Message,
    routes::{InboxView, Route},
};
use leptos::prelude::*;
use std::collections::{HashMap, HashSet};

/// Data about the emails of the timeline, by id.
pub struct MailDetails {
    pub explanations: HashMap<MailMessageId, MailExplanation>,
    pub missing_interviews: HashMap<MailMessageId, NaiveDateTime>,
    pub undoings: HashSet<EventId>,
}

/// An entry: a dot, a sentence with its time, and details.
pub fn entry_view(
    page: &PageContext,
    entry: Entry,
    at: NaiveDateTime,
    mails: &mut MailDetails,
    is_markdown: bool,
) -> AnyView {
    let mut card = |mail: Box<Message>| {
        let explanation = mails.explanations.remove(&mail.id).unwrap_or_default();
        let add_interview = mails.missing_interviews.remove(&mail.id).map(|starts_at| {
            view! { <AddInterviewLink page=page.clone() starts_at /> }
        });
        view! {
            <MailCard page=page.clone() mail=*mail explanation />
            {add_interview}
        }
        .into_any()
    };
    // The application date has no time of day.
    let clock = if at.time() == NaiveTime::MIN {
        ""
    } else {
        ", %H:%M"
    };
    let time = at
        .format(&format!("{}{clock}", day_format(at, page.now())))
        .to_string();
    let (dot, kind, text, body, id) = match entry.what {
        What::Change { event, change, mail } => {
            let (dot, kind) = change_dot(&event, change);
            let text = change_text(page, &event, change, &mails.undoings);
            (dot, Some(kind), text, mail.map(&mut card), None)
        }
        What::Mail(mail) => {
            let dot = view! { <Icon of=Lucide::Mail size=IconSize::Small /> }.into_any();
            let text = kind_name(mail.kind).into_any();
            (dot, None, text, Some(card(mail)), None)
        }
        What::Note(note) => {
            let dot = view! { <Icon of=Lucide::Pencil size=IconSize::Small /> }.into_any();
            let text = match note.updated_at {
                None => "Note",
                Some(_) => "Note, edited",
            };
            let text = view! { <span class="text-ink-3">{text}</span> }.into_any();
            let id = format!("note-{}", note.id);
            let body = view! { <NoteBody page=page.clone() note is_markdown /> }.into_any();
            (dot, None, text, Some(body), Some(id))
        }
        What::Comment(comment) => {
            let dot = view! { <Icon of=Lucide::MessageSquare size=IconSize::Small /> }.into_any();
            let text = comment_title(page, &comment);
            let id = format!("comment-{}", comment.id);
            let body = view! { <CommentBody page=page.clone() comment /> }.into_any();
            (dot, None, text, Some(body), Some(id))
        }
        What::Interview(interview) => {
            let dot = view! { <Icon of=Lucide::Calendar size=IconSize::Small /> }.into_any();
            let state = if interview.cancelled_at.is_some() {
                ", cancelled"
            } else {
                ""
            };
            let text = view! {
                {interview_name(interview.kind)}
                <span class="text-ink-3">{state}</span>
            };
            let body = interview
                .place
                .map(|place| view! { <p class="text-ink-2">{location_view(place)}</p> }.into_any());
            (dot, None, text.into_any(), body, None)
        }
        What::Task(task) => {
            let dot = view! { <Icon of=Lucide::Check size=IconSize::Small /> }.into_any();
            let state = match (task.done_at, task.day()) {
                (Some(_), _) => "Done: ",
                (None, Some(_)) => "Due: ",
                (None, None) => "To do: ",
            };
            let text = view! {
                <span class="text-ink-3">{state}</span>
                {task.title}
            };
            (dot, None, text.into_any(), None, None)
        }
        What::File(file) => {
            let dot = view! { <Icon of=Lucide::FileText size=IconSize::Small /> }.into_any();
            let href = page.file_path(file.id);
            let text = view! {
                <span class="text-ink-3">{format!("{}: ", kind_of_file(file.kind))}</span>
                <a class="link" href=href download>
                    {file.name}
                </a>
            };
            (dot, None, text.into_any(), None, None)
        }
    };
    view! {
        <li class="history-entry" id=id>
            <span class="history-dot" data-kind=kind>
                {dot}
            </span>
            <p class="history-text">{text}</p>
            <time datetime=entry.at.to_rfc3339()>{time}</time>
            {body.map(|body| view! { <div class="history-body">{body}</div> })}
        </li>
    }
    .into_any()
}

fn change_dot(event: &ApplicationEvent, change: Change) -> (AnyView, &'static str) {
    let stage = |stage: &Stage| {
        let color = stage.color_kind();
        (
            view! { <StageIcon kind=stage.kind color=color /> }.into_any(),
            color,
        )
    };
    let closed = |outcome: Outcome| (view! { <OutcomeIcon outcome /> }.into_any(), outcome.as_str());
    match change {
        Change::Closed(outcome) | Change::MovedAndClosed(outcome) => closed(outcome),
        Change::Added | Change::Moved | Change::Reopened => stage(&event.to_status),
    }
}

fn change_text(
    page: &PageContext,
    event: &ApplicationEvent,
    change: Change,
    undoings: &HashSet<EventId>,
) -> AnyView {
    let stage = event.to_status.value.clone();
    let closed = |outcome: Outcome| outcome_name(outcome).to_lowercase();
    let what = match change {
        Change::Added => view! { "Added to "<b>{stage}</b> }.into_any(),
        Change::Moved => view! { "Moved to "<b>{stage}</b> }.into_any(),
        Change::Closed(outcome) => view! { "Closed: "<b>{closed(outcome)}</b> }.into_any(),
        Change::MovedAndClosed(outcome) => {
            view! { "Moved to "<b>{stage}</b>" and closed: "<b>{closed(outcome)}</b> }.into_any()
        }
        Change::Reopened => view! { "Reopened in "<b>{stage}</b> }.into_any(),
    };
    let cause = match (event.cause, event.silence_days, event.actor.kind) {
        _ if event.mail_id.is_some() => " from an email".to_owned(),
        _ if undoings.contains(&event.id) => " by undoing an email".to_owned(),
        (EventSource::Rule, Some(n), _) => format!(" after {} without a response", days(i64::from(n))),
        (EventSource::Rule, None, _) => " by a rule of the workspace".to_owned(),
        (EventSource::Mail, _, _) => " from an email".to_owned(),
        (EventSource::Import, _, _) => " from a file".to_owned(),
        (EventSource::Api, _, _) => " by an app".to_owned(),
        (EventSource::User, _, ActorKind::User) => match &page.client {
            Some(client) => format!(" by {}", client.label()),
            None => " by you".to_owned(),
        },
        (EventSource::User, _, ActorKind::System) => String::new(),
    };
    view! {
        {what}
        <span class="text-ink-3">{cause}</span>
    }
    .into_any()
}

/// An email, how JobHax interpreted it, and the button that undoes its changes.
#[component]
fn MailCard(page: PageContext, mail: Message, explanation: MailExplanation) -> impl IntoView {
    let undo = page.may_undo_mail.then(|| {
        let inbox = Route::Inbox(page.slug.clone(), InboxView::Done);
        view! {
            <div class="section-actions">
                <form method="post" action="/_fn/inbox/undo">
                    {page.hidden_inputs()}
                    <input type="hidden" name="mail_id" value=mail.id.to_string() />
                    <button class="btn btn-line btn-sm" type="submit">
                        <Icon of=Lucide::Undo size=IconSize::Small />
                        "Undo this email"
                    </button>
                </form>
                <a class="btn btn-quiet btn-sm" href=format!("{inbox}&mail={}", mail.id)>
                    "Open in inbox"
                </a>
            </div>
        }
    });
    view! {
        <details class="history-mail mail-why">
            <summary>
                <Icon of=Lucide::Mail size=IconSize::Small />
                <span class="history-subject">{subject(&mail)}</span>
                <span class="history-why">
                    "Why"
                    <Icon of=Lucide::ChevronRight size=IconSize::Small />
                </span>
            </summary>
            <div class="history-mail-body">
                <dl>
                    <dt>"From"</dt>
                    <dd>{mail.sender.clone()}</dd>
                    <dt>"Read as"</dt>
                    <dd>{format!("{}, {:.0}% sure", kind_name(mail.kind), mail.confidence * 100.0)}</dd>
                </dl>
                <Explanation explanation company=mail.company.clone() title=mail.job_title.clone() />
                {undo}
            </div>
        </details>
    }
    .into_any()
}

/// A note, with the forms that change and delete it.
#[component]
fn NoteBody(page: PageContext, note: Note, is_markdown: bool) -> impl IntoView {
    let text = if is_markdown {
        view! { <div class="note" inner_html=markdown::render(&note.description)></div> }.into_any()
    } else {
        view! { <div class="note note-plain">{note.description.clone()}</div> }.into_any()
    };
    let more = show_more(&note.description);
    let id = note.id;
    let dialog_id = format!("delete-note-{id}");
    let edit = page.may_write.then(|| {
        let is_open = rejected_text(Some(&note)).is_some();
        view! {
            <details class="section-edit note-edit" id=format!("edit-note-{id}") open=is_open>
                <EditSummary label=" note" />
                <NoteForm page=page.clone() note=Some(note) />
                <button class="btn btn-quiet btn-sm note-delete" type="button" popovertarget=dialog_id.clone()>
                    <Icon of=Lucide::Trash size=IconSize::Small />
                    "Delete note…"
                </button>
            </details>
            <ConfirmDialog
                id=dialog_id
                title="Delete this note?"
                text="You can't restore it."
                action="/_fn/jobapps/delete_note"
                label="Delete note"
            >
                {page.hidden_inputs()}
                <input type="hidden" name="jobapp_note_id" value=id.to_string() />
            </ConfirmDialog>
        }
    });
    view! {
        {text}
        {more}
        {edit}
    }
    .into_any()
}
