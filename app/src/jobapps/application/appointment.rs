//! Interviews that emails without a calendar file name in their text, and that a person may add.

use super::page::PageContext;
use chrono::{DateTime, Datelike as _, Days, NaiveDateTime, Utc};
use domain::{MailMessageId, interviews::Interview};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::collections::HashMap;

/// The parameter of the page that fills in when a new interview begins.
const PARAMETER: &str = "interview";
/// The value of an input of type `datetime-local`.
const FORMAT: &str = "%Y-%m-%dT%H:%M";
/// An interview that is so many days ago can still be added.
const MAX_DAYS_AGO: u64 = 14;

/// When the interviews begin, in the user's time zone, that emails name and that may be missing.
pub fn missing_interviews(
    page: &PageContext,
    appointments: HashMap<MailMessageId, DateTime<Utc>>,
    interviews: &[Interview],
) -> HashMap<MailMessageId, NaiveDateTime> {
    appointments
        .into_iter()
        .map(|(mail, starts_at)| (mail, page.local(starts_at)))
        .filter(|(_, starts_at)| may_be_added(page, *starts_at, interviews))
        .collect()
}

/// Whether the user may add an interview at this time: there is none on that day, and it is not long ago.
fn may_be_added(page: &PageContext, starts_at: NaiveDateTime, interviews: &[Interview]) -> bool {
    let is_known = interviews
        .iter()
        .any(|interview| page.local(interview.starts_at).date() == starts_at.date());
    let oldest = page.now().checked_sub_days(Days::new(MAX_DAYS_AGO));
    page.may_write && !is_known && oldest.is_some_and(|oldest| starts_at >= oldest)
}

/// When the interview begins that the address of the page asks to add, as an input of type `datetime-local` takes it.
pub fn requested_start(page: &PageContext, interviews: &[Interview]) -> Option<String> {
    let value = use_query_map().read_untracked().get(PARAMETER)?;
    let starts_at = NaiveDateTime::parse_from_str(&value, FORMAT).ok()?;
    may_be_added(page, starts_at, interviews).then(|| starts_at.format(FORMAT).to_string())
}

/// Leads to the form of a new interview at this time.
#[component]
pub fn AddInterviewLink(
    /// The page.
    page: PageContext,
    /// When it begins, in the user's time zone.
    starts_at: NaiveDateTime,
) -> impl IntoView {
    let href = format!("?{PARAMETER}={}#add-interview", starts_at.format(FORMAT));
    let year = if starts_at.year() == page.now().year() {
        ""
    } else {
        " %Y"
    };
    let when = starts_at.format(&format!("%a %-d %b{year}, %H:%M")).to_string();
    view! {
        <div class="section-actions">
            <a class="btn btn-line btn-xs" href=href>
                {format!("Add interview on {when}")}
            </a>
        </div>
    }
    .into_any()
}
