//! The timeline as a list: changes with the emails that caused them and how they were interpreted, notes, and the days in between.

use super::{
    comments::{AddComment, RejectedComment},
    entries::{Show, What, entries},
    note_form::{NoteForm, rejected_text},
    page::PageContext,
    timeline_entry::{MailDetails, entry_view},
};
use crate::{
    jobapps::labels::days,
    ui::{Icon, IconSize, Lucide},
};
use chrono::NaiveDateTime;
use domain::{
    EventId, MailMessageId, coaching::Comment, files::File, inbox::MailExplanation, interviews::Interview,
    jobapps::ApplicationDetail, tasks::Task,
};
use leptos::prelude::*;
use std::collections::{HashMap, HashSet};

/// Maximum number of entries shown initially.
const MAX_ENTRIES: usize = 100;
/// Maximum size of the notes rendered as Markdown, in bytes in total; older notes are shown as plain text.
const MARKDOWN_BUDGET: usize = 200_000;

#[component]
pub fn Timeline(
    page: PageContext,
    detail: ApplicationDetail,
    /// Comments on the application.
    comments: Vec<Comment>,
    interviews: Vec<Interview>,
    tasks: Vec<Task>,
    files: Vec<File>,
    /// How JobHax interpreted the emails.
    explanations: HashMap<MailMessageId, MailExplanation>,
    /// Start times of interviews that an email mentions and the application does not have, by email.
    missing_interviews: HashMap<MailMessageId, NaiveDateTime>,
    /// The events that undid changes by emails.
    undoings: HashSet<EventId>,
    /// Which entries are shown.
    show: Show,
    /// Whether old entries are included.
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
