use super::{
    labels::{outcome_text, question, short_time},
    page::InboxQuery,
};
use crate::jobapps::emails::{sender_name, subject};
use chrono::{DateTime, NaiveDateTime, Utc};
use domain::{MailMessageId, inbox::ReviewItem, mail::Message};
use leptos::prelude::*;

/// An email in the list.
pub struct Row {
    pub mail: Message,
    note: String,
    time: String,
}

impl Row {
    /// An email that waits for a decision.
    pub fn review(
        item: ReviewItem,
        local: impl Fn(DateTime<Utc>) -> NaiveDateTime,
        now: NaiveDateTime,
    ) -> Self {
        Self {
            note: question(&item),
            time: short_time(local(item.mail.sent_at), now),
            mail: item.mail,
        }
    }

    /// An email that was decided.
    pub fn done(mail: Message, local: impl Fn(DateTime<Utc>) -> NaiveDateTime, now: NaiveDateTime) -> Self {
        Self {
            note: outcome_text(&mail),
            time: short_time(local(mail.sent_at), now),
            mail,
        }
    }
}

/// The emails as links to the reader, and the link to the next page.
#[component]
pub fn MailList(
    query: InboxQuery,
    rows: Vec<Row>,
    /// The email in the reader.
    selected: Option<MailMessageId>,
    /// The cursor of the next page.
    next: Option<String>,
) -> impl IntoView {
    let cursor = query.filter.cursor.clone();
    let next = next.map(|cursor| query.link(None, Some(&cursor)));
    view! {
        <nav class="mail-list" id="mail-list" aria-label="Emails" data-keep-scroll>
            <ul>
                {rows
                    .into_iter()
                    .map(|row| {
                        let href = query.link(Some(row.mail.id), cursor.as_deref());
                        let sender = row.mail.company.clone().unwrap_or_else(|| sender_name(&row.mail.sender).to_owned());
                        view! {
                            <li>
                                <a
                                    class="mail-row"
                                    href=href
                                    aria-current=(selected == Some(row.mail.id)).then_some("true")
                                >
                                    <b>{sender}</b>
                                    <time datetime=row.mail.sent_at.to_rfc3339()>{row.time}</time>
                                    <span class="mail-subject">{subject(&row.mail)}</span>
                                    <span class="mail-note">{row.note}</span>
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            {next
                .map(|href| {
                    view! {
                        <a class="btn btn-quiet btn-sm mail-more" href=href>
                            "Show older email"
                        </a>
                    }
                })}
        </nav>
    }
    .into_any()
}
