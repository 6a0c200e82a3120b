//! Interviews mentioned in the text of emails without a calendar file. The user may add them.

use super::{interview_input::LOCAL_FORMAT, page::PageContext};
use crate::jobapps::labels::day_format;
use chrono::{DateTime, Days, NaiveDateTime, Utc};
use domain::{MailMessageId, interviews::Interview};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::collections::HashMap;

/// The parameter of the page that fills in the start of a new interview.
const PARAMETER: &str = "interview";
/// Maximum age in days of an interview that can be added.
const MAX_DAYS_AGO: u64 = 14;

/// Start times of interviews that emails mention and that may not be entered yet, in the user's time zone.
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

/// Whether to offer adding an interview at this time: there is none on that day, and the time is not too long ago.
fn may_be_added(page: &PageContext, starts_at: NaiveDateTime, interviews: &[Interview]) -> bool {
    let is_known = interviews
        .iter()
        .any(|interview| page.local(interview.starts_at).date() == starts_at.date());
    let oldest = page.now().checked_sub_days(Days::new(MAX_DAYS_AGO));
    page.may_write && !is_known && oldest.is_some_and(|oldest| starts_at >= oldest)
}

/// The start of the interview to add, from the page's URL, in the format of a `datetime-local` input.
pub fn requested_start(page: &PageContext, interviews: &[Interview]) -> Option<String> {
    let value = use_query_map().read_untracked().get(PARAMETER)?;
    let starts_at = NaiveDateTime::parse_from_str(&value, LOCAL_FORMAT).ok()?;
    may_be_added(page, starts_at, interviews).then(|| starts_at.format(LOCAL_FORMAT).to_string())
}

/// The link to the form for a new interview at this time.
#[component]
pub fn AddInterviewLink(
    /// The page.
    page: PageContext,
    /// The start in the user's time zone.
    starts_at: NaiveDateTime,
) -> impl IntoView {
    let href = format!("?{PARAMETER}={}#add-interview", starts_at.format(LOCAL_FORMAT));
    let format = day_format(starts_at, page.now());
    let when = starts_at.format(&format!("%a {format}, %H:%M")).to_string();
    view! {
        <div class="section-actions">
            <a class="btn btn-line btn-xs" href=href>
                {format!("Add interview on {when}")}
            </a>
        </div>
    }
    .into_any()
}
