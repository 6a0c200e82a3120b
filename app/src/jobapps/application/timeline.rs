//! The timeline as a list: what happened, the emails that caused it and why, notes, and the days between.

use super::{
    actions::ConfirmDialog,
    appointment::AddInterviewLink,
    comments::{AddComment, CommentBody, RejectedComment, comment_title},
    details::EditSummary,
    entries::{Change, Entry, Show, What, entries},
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
        labels::{days, outcome_name},
    },
    ui::{Icon, IconSize, Lucide, OutcomeIcon, StageIcon},
};
use chrono::{Datelike as _, NaiveDateTime, NaiveTime};
use domain::{
    EventId, MailMessageId,
    coaching::Comment,
    files::File,
    inbox::MailExplanation,
    interviews::Interview,
    jobapps::{ActorKind, ApplicationDetail, ApplicationEvent, EventSource, Note, Outcome, Stage},
    mail::Message,
    routes::{InboxView, Route},
    tasks::Task,
};
use leptos::prelude::*;
use std::collections::{HashMap, HashSet};

/// Number of entries that are shown initially.
const MAX_ENTRIES: usize = 100;
/// How much text of notes, in bytes, is rendered as Markdown; older notes are shown as they were written.
const MARKDOWN_BUDGET: usize = 200_000;

#[component]
pub fn Timeline(
    page: PageContext,
    detail: ApplicationDetail,
    /// Comments on it.
    comments: Vec<Comment>,
    interviews: Vec<Interview>,
    tasks: Vec<Task>,
    files: Vec<File>,
    /// How JobHax interpreted the emails.
    explanations: HashMap<MailMessageId, MailExplanation>,
    /// When the interviews begin that its emails name and that it does not have.
    missing_interviews: HashMap<MailMessageId, NaiveDateTime>,
    /// The events that undid changes by emails.
    undoings: HashSet<EventId>,
    /// Which entries are shown.
    show: Show,
    /// Whether old entries are shown, too.
    is_entire: bool,
) -> impl IntoView {
    let mut mails = MailDetails {
        explanations,
        missing_interviews,
        undoings,
    };
    let mut entries = entries(detail, comments, interviews, tasks, files, show, |day| {
        page.midnight(day)
    });
    let hidden = if is_entire {
        0
    } else {
        entries.len().saturating_sub(MAX_ENTRIES)
    };
    entries.truncate(entries.len() - hidden);
    let is_empty = entries.is_empty();
    let client = page.client.as_ref().map(|client| client.label().to_owned());
    let mut newer: Option<NaiveDateTime> = None;
    let mut markdown_budget = MARKDOWN_BUDGET;
    let mut rows = Vec::new();
    for entry in entries {
        let at = page.local(entry.at);
        if let Some(newer) = newer.replace(at) {
            let gap = (newer.date() - at.date()).num_days();
            if gap > 0 {
                rows.push(view! { <li class="history-gap">{days(gap)}</li> }.into_any());
            }
        }
        let is_markdown = match &entry.what {
            What::Note(note) => {
                markdown_budget = markdown_budget.saturating_sub(note.description.len());
                markdown_budget > 0
            }
            _ => false,
        };
        rows.push(entry_view(&page, entry, at, &mut mails, is_markdown));
    }
    let older = (hidden > 0).then(|| {
        let href = format!("?show={}&entire=1", show.as_str());
        view! {
            <a class="btn btn-quiet btn-sm" href=href>
                {format!("Show {hidden} older entries")}
            </a>
        }
    });
    view! {
        <section class="history-section" id="history" aria-labelledby="timeline">
            <div class="history-header">
                <h2 id="timeline">"Timeline"</h2>
                <nav class="history-views" aria-label="Entries">
                    {Show::ALL
                        .map(|choice| {
                            let name = match choice {
                                Show::All => "All",
                                Show::Emails => "Email",
                                Show::Notes => "Notes",
                            };
                            view! {
                                <a
                                    class="view-tab text-xs"
                                    href=format!("?show={}", choice.as_str())
                                    aria-current=(choice == show).then_some("true")
                                >
                                    {name}
                                </a>
                            }
                        })
                        .collect_view()}
                </nav>
            </div>
            {page.may_write.then(|| view! { <AddNote page=page.clone() /> })}
            {if page.may_comment {
                view! { <AddComment page=page.clone() /> }.into_any()
            } else {
                view! { <RejectedComment /> }.into_any()
            }}
            <div id="timeline-entries" data-live>
                {if is_empty {
                    view! {
                        <p class="history-empty">
                            {match show {
                                Show::Notes => match client {
                                    Some(name) => format!("No notes by {name} and no comments yet."),
                                    None => "No notes yet. Write down what you talked about, or what to ask next.".to_owned(),
                                },
                                Show::All | Show::Emails => match client {
                                    Some(name) => format!("{name} has no email about this application yet."),
                                    None => "No email yet. When you import or sync email about this application, it appears here.".to_owned(),
                                },
                            }}
                        </p>
                    }
                        .into_any()
                } else {
                    view! { <ol class="history">{rows}</ol> }.into_any()
                }}
                {older}
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn AddNote(page: PageContext) -> impl IntoView {
    let is_open = rejected_text(None).is_some();
    view! {
        <details class="add-note" id="add-note" open=is_open>
            <summary>
                <span class="history-dot">
                    <Icon of=Lucide::Plus size=IconSize::Small />
                </span>
                "Add a note"
                <kbd class="kbd with-script md-only" aria-hidden="true">
                    "N"
                </kbd>
            </summary>
            <NoteForm page note=None />
        </details>
    }
    .into_any()
}

/// Data about the emails of the timeline, by id.
struct MailDetails {
    explanations: HashMap<MailMessageId, MailExplanation>,
    missing_interviews: HashMap<MailMessageId, NaiveDateTime>,
    undoings: HashSet<EventId>,
}

fn entry_view(
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
    let year = if at.year() == page.now().year() { "" } else { " %Y" };
    // The day of an application has no time.
    let clock = if at.time() == NaiveTime::MIN {
        ""
    } else {
        ", %H:%M"
    };
    let time = at.format(&format!("%-d %b{year}{clock}")).to_string();
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
