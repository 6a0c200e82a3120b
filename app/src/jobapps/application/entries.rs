//! The timeline of an application: events, emails, notes, interviews, tasks and files in one order.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    coaching::Comment,
    files::File,
    interviews::Interview,
    jobapps::{ApplicationDetail, ApplicationEvent, Note, Outcome},
    mail::Message,
    tasks::Task,
};
use std::collections::HashMap;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// Everything.
    #[default]
    All,
    /// Emails, and the changes they caused.
    Emails,
    Notes,
}

impl Show {
    /// All variants, in display order.
    pub const ALL: [Self; 3] = [Self::All, Self::Emails, Self::Notes];

    /// The value of the query parameter `show`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Emails => "emails",
            Self::Notes => "notes",
        }
    }

    /// The inverse of [`as_str`](Self::as_str); [`All`](Self::All) for other values.
    pub fn parse(value: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|show| show.as_str() == value)
            .unwrap_or_default()
    }
}

/// The content of a timeline entry.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Stage or outcome changed, possibly because of an email.
    Change {
        event: Box<ApplicationEvent>,
        change: Change,
        /// The email that caused it.
        mail: Option<Box<Message>>,
    },
    /// An email that changed neither stage nor outcome.
    Mail(Box<Message>),
    Note(Note),
    Comment(Comment),
    /// An interview, at its start.
    Interview(Interview),
    /// A task, at the time it was done, or on its day.
    Task(Task),
    /// A file, at the time it was added.
    File(File),
}

/// What an event changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Added,
    /// Moved to another stage.
    Moved,
    /// Closed in its current stage.
    Closed(Outcome),
    /// Moved to another stage and closed.
    MovedAndClosed(Outcome),
    Reopened,
}

/// An entry of the timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub what: What,
}

/// The entries, newest first. An email is shown with the last change that it caused, and a task without a day at the time it was
/// added. `midnight` returns the start of a day in the user's time zone.
pub fn entries(
    detail: ApplicationDetail,
    comments: Vec<Comment>,
    interviews: Vec<Interview>,
    tasks: Vec<Task>,
    files: Vec<File>,
    show: Show,
    midnight: impl Fn(NaiveDate) -> DateTime<Utc>,
) -> Vec<Entry> {
    let mut mails: HashMap<_, _> = detail
        .mails
        .into_iter()
        .map(|mail| (mail.id, Box::new(mail)))
        .collect();
    let mut entries = Vec::new();
    let mut outcome = None;
    let mut changes = Vec::new();
    for event in detail.history {
        let change = change(&event, outcome);
        outcome = event.outcome;
        changes.push((event, change));
    }
    for (event, change) in changes.into_iter().rev() {
        let mail = event.mail_id.and_then(|id| mails.remove(&id));
        entries.push(Entry {
            at: event.occurred_at,
            what: What::Change {
                event: Box::new(event),
                change,
                mail,
            },
        });
    }
    entries.reverse();
    entries.extend(mails.into_values().map(|mail| Entry {
        at: mail.sent_at,
        what: What::Mail(mail),
    }));
    // `HashMap` iteration order is random, so emails with the same time are sorted by id.
    entries.sort_by_key(|entry| match &entry.what {
        What::Mail(mail) => (entry.at, Some(mail.id)),
        _ => (entry.at, None),
    });
    entries.extend(detail.notes.into_iter().rev().map(|note| Entry {
        at: note.created_at,
        what: What::Note(note),
    }));
    entries.extend(comments.into_iter().map(|comment| Entry {
        at: comment.created_at,
        what: What::Comment(comment),
    }));
    entries.extend(interviews.into_iter().map(|interview| Entry {
        at: interview.starts_at,
        what: What::Interview(interview),
    }));
    entries.extend(tasks.into_iter().map(|task| {
        Entry {
            at: task
                .done_at
                .or(task.day().map(&midnight))
                .unwrap_or(task.created_at),
            what: What::Task(task),
        }
    }));
    entries.extend(files.into_iter().map(|file| Entry {
        at: file.created_at,
        what: What::File(file),
    }));
    entries.retain(|entry| match show {
        Show::All => true,
        Show::Emails => matches!(entry.what, What::Mail(_) | What::Change { mail: Some(_), .. }),
        Show::Notes => matches!(entry.what, What::Note(_) | What::Comment(_)),
    });
    entries.sort_by_key(|entry| entry.at);
    entries.reverse();
    entries
}

fn change(event: &ApplicationEvent, before: Option<Outcome>) -> Change {
    let is_moved = event
        .from_status
        .as_ref()
        .is_some_and(|from| from.id != event.to_status.id);
    match (event.outcome.filter(|_| event.outcome != before), is_moved) {
        _ if event.from_status.is_none() => Change::Added,
        (Some(outcome), true) => Change::MovedAndClosed(outcome),
        (Some(outcome), false) => Change::Closed(outcome),
        (None, false) if before.is_some() && event.outcome.is_none() => Change::Reopened,
        (None, _) => Change::Moved,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::undoings::find_undoings, *};
    use serde_json::{Value, json};

    const APPLIED: &str = "00000000-0000-0000-0000-00000000000a";
    const OFFER: &str = "00000000-0000-0000-0000-00000000000b";

    fn id(n: u32) -> String {
        format!("00000000-0000-0000-0000-{n:012}")
    }

    fn event(
        n: u32,
        day: u32,
        from: Option<&str>,
        to: &str,
        outcome: Option<&str>,
        mail: Option<u32>,
    ) -> Value {
        let stage = |id: &str| json!({"id": id, "value": "x", "kind": "applied", "position": 0});
        json!({
            "id": id(n), "from_status": from.map(stage), "to_status": stage(to), "outcome": outcome,
            "occurred_at": format!("2026-11-{day:02}T10:00:00Z"), "recorded_at": "2026-11-30T10:00:00Z",
            "cause": "user", "actor": {"kind": "user", "id": null, "name": null}, "mail_id": mail.map(id),
            "silence_days": null
        })
    }

    fn mail(n: u32, day: u32) -> Value {
        json!({
            "id": id(n), "mailbox_id": id(1), "message_id": "x", "subject": n.to_string(), "sender": "x",
            "sent_at": format!("2026-11-{day:02}T10:00:00Z"), "platform": null, "kind": "other", "confidence": 1.0,
            "company": null, "job_title": null, "location": null, "requisition": null, "jobapp_id": null,
            "decision": "automatic"
        })
    }

    fn note(n: u32, day: u32) -> Value {
        json!({
            "id": id(n), "jobapp_id": id(1), "description": n.to_string(),
            "created_at": format!("2026-11-{day:02}T10:00:00Z"), "updated_at": null
        })
    }

    fn detail(history: Vec<Value>, mails: Vec<Value>, notes: Vec<Value>) -> ApplicationDetail {
        let detail = json!({
            "jobapp": {
                "id": id(1), "job_title": "a", "company": "b", "company_logo": null,
                "application_status": {"id": APPLIED, "value": "x", "kind": "applied", "position": 0},
                "outcome": null, "is_rejected": false, "apply_date": "2026-01-01", "source": "s", "location": null,
                "url": null, "salary": null, "tags": [], "on_hold": false, "created_at": "2026-01-01T00:00:00Z",
                "updated_at": "2026-01-01T00:00:00Z", "version": 1
            },
            "history": history, "mails": mails, "notes": notes
        });
        serde_json::from_value(detail).expect("a detail")
    }

    #[test]
    fn event_that_undid_an_email_is_found_once_the_email_is_gone() {
        let history = vec![
            event(2, 1, None, APPLIED, None, None),
            event(3, 5, Some(APPLIED), OFFER, None, Some(20)),
            event(4, 8, Some(OFFER), APPLIED, None, None),
        ];
        let undoings = |mails| find_undoings(&detail(history.clone(), mails, Vec::new())).len();
        assert_eq!((undoings(Vec::new()), undoings(vec![mail(20, 5)])), (1, 0));
    }

    fn midnight(day: NaiveDate) -> DateTime<Utc> {
        day.and_time(chrono::NaiveTime::MIN).and_utc()
    }

    fn entries_of(detail: ApplicationDetail, show: Show) -> Vec<Entry> {
        let comments = serde_json::from_value(json!([{
            "id": id(41), "jobapp_id": id(1), "author": {"user_id": id(42), "name": "x"}, "text": "comment",
            "created_at": "2026-11-04T10:00:00Z", "updated_at": null
        }]));
        let comments = comments.expect("comments");
        entries(
            detail,
            comments,
            Vec::new(),
            Vec::new(),
            Vec::new(),
            show,
            midnight,
        )
    }

    fn changes(history: Vec<Value>) -> Vec<Change> {
        let entries = entries_of(detail(history, Vec::new(), Vec::new()), Show::All);
        let changes = entries.into_iter().rev().filter_map(|entry| match entry.what {
            What::Change { change, .. } => Some(change),
            _ => None,
        });
        changes.collect()
    }

    #[test]
    fn event_reports_change_since_previous_event() {
        let history = vec![
            event(1, 1, None, APPLIED, None, None),
            event(2, 2, Some(APPLIED), OFFER, None, None),
            event(3, 3, Some(OFFER), OFFER, Some("rejected"), None),
            event(4, 4, Some(OFFER), OFFER, None, None),
            event(5, 5, Some(OFFER), APPLIED, Some("ghosted"), None),
            event(6, 6, Some(APPLIED), OFFER, Some("ghosted"), None),
        ];
        assert_eq!(
            changes(history),
            [
                Change::Added,
                Change::Moved,
                Change::Closed(Outcome::Rejected),
                Change::Reopened,
                Change::MovedAndClosed(Outcome::Ghosted),
                Change::Moved,
            ]
        );
    }

    #[test]
    fn events_emails_notes_and_comments_are_in_one_order_newest_first() {
        let history = vec![
            event(1, 1, None, APPLIED, None, Some(11)),
            event(2, 5, Some(APPLIED), OFFER, None, None),
        ];
        let mails = vec![mail(12, 3), mail(11, 1)];
        let notes = vec![note(22, 5), note(21, 2)];
        let names = |show| -> Vec<String> {
            let entries = entries_of(detail(history.clone(), mails.clone(), notes.clone()), show);
            let names = entries.into_iter().map(|entry| match entry.what {
                What::Change { mail: Some(mail), .. } => format!("change by {}", mail.subject),
                What::Change { .. } => "change".to_owned(),
                What::Mail(mail) => mail.subject,
                What::Note(note) => note.description,
                What::Comment(comment) => comment.text,
                What::Interview(interview) => interview.kind.as_str().to_owned(),
                What::Task(task) => task.title,
                What::File(file) => file.name,
            });
            names.collect()
        };
        assert_eq!(
            names(Show::All),
            ["22", "change", "comment", "12", "21", "change by 11"]
        );
        assert_eq!(names(Show::Emails), ["12", "change by 11"]);
        assert_eq!(names(Show::Notes), ["22", "comment", "21"]);
    }

    #[test]
    fn interviews_tasks_and_files_are_entries_on_their_day() {
        let interview = json!({
            "id": id(31), "jobapp_id": id(1), "kind": "video", "starts_at": "2026-11-20T10:00:00Z", "ends_at": null,
            "time_zone": null, "place": null, "notes": null, "mail_id": null, "cancelled_at": null,
            "created_at": "2026-11-01T10:00:00Z", "updated_at": "2026-11-01T10:00:00Z"
        });
        let task = |title: &str, due_on: Option<&str>, done_at: Option<&str>| {
            json!({
                "id": id(32), "jobapp_id": id(1), "kind": "task", "title": title, "due_on": due_on, "snoozed_until": null,
                "done_at": done_at, "created_at": "2026-11-02T10:00:00Z", "updated_at": "2026-11-02T10:00:00Z"
            })
        };
        let interviews = serde_json::from_value(json!([interview])).expect("interviews");
        let tasks = serde_json::from_value(json!([
            task("due", Some("2026-11-25"), None),
            task("done", Some("2026-11-25"), Some("2026-11-19T10:00:00Z")),
            task("someday", None, None),
        ]));
        let detail = detail(
            vec![event(1, 10, None, APPLIED, None, None)],
            Vec::new(),
            Vec::new(),
        );
        let files = serde_json::from_value(json!([{
            "id": id(33), "jobapp_id": id(1), "name": "cv.pdf", "kind": "resume", "media_type": "application/pdf", "bytes": 1,
            "sha256": "", "created_at": "2026-11-18T10:00:00Z"
        }]));
        let (tasks, files) = (tasks.expect("tasks"), files.expect("files"));
        let entries = entries(detail, Vec::new(), interviews, tasks, files, Show::All, midnight);
        let names = entries.iter().map(|entry| match &entry.what {
            What::Interview(_) => "interview",
            What::Task(task) => task.title.as_str(),
            What::File(file) => file.name.as_str(),
            _ => "change",
        });
        assert_eq!(
            names.collect::<Vec<_>>(),
            ["due", "interview", "done", "cv.pdf", "change", "someday"]
        );
    }
}
