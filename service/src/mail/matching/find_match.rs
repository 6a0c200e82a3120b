//! Finds the application that a message belongs to. Names are compared only by their match keys. If several incomplete applications
//! match, none is chosen.

use super::{Candidate, UnmatchedMessage};
use crate::platform::time_zone::today;
use chrono::{NaiveDate, TimeDelta};
use domain::{JobApplicationId, mail::MessageKind};
use mail_reader::match_key;
use std::collections::HashMap;

/// Confirmations by a job board and by the employer's system within this many days belong together, even if one of them lacks the
/// title or the company.
const MATCH_WINDOW_DAYS: i64 = 3;
/// A confirmation of the same job after this many days counts as a new application.
const REAPPLICATION_AFTER_DAYS: i64 = 180;

/// Result of searching the application of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// Index of the candidate.
    Existing(usize),
    /// No candidate.
    New,
    /// Several candidates, or too little information.
    Ambiguous,
}

/// Match keys of the companies whose applications are candidates.
pub(in crate::mail) fn candidate_keys(messages: &[UnmatchedMessage]) -> Vec<String> {
    let mut keys: Vec<String> = messages
        .iter()
        .filter_map(|m| m.company.as_deref())
        .map(match_key::company)
        .collect();
    // Applications without a company have an empty key.
    keys.push(String::new());
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Apply dates of the candidates for messages without a company.
pub(in crate::mail) fn candidate_dates(messages: &[UnmatchedMessage], time_zone: &str) -> Vec<NaiveDate> {
    let mut dates: Vec<NaiveDate> = messages
        .iter()
        .filter(|m| m.company.is_none())
        .flat_map(|message| {
            let date = apply_date(message, time_zone);
            (-MATCH_WINDOW_DAYS..=MATCH_WINDOW_DAYS)
                .filter_map(move |days| date.checked_add_signed(TimeDelta::days(days)))
        })
        .collect();
    dates.sort_unstable();
    dates.dedup();
    dates
}

/// The apply date: the date in the message, but not after the day it was sent.
pub(super) fn apply_date(message: &UnmatchedMessage, time_zone: &str) -> NaiveDate {
    let sent_on = today(message.sent_at, time_zone);
    message.applied_on.map_or(sent_on, |date| date.min(sent_on))
}

/// Finds the application of a message with this [`apply_date`].
pub(super) fn find_match(
    candidates: &[Candidate],
    threads: &HashMap<String, JobApplicationId>,
    message: &UnmatchedMessage,
    apply_date: NaiveDate,
) -> Match {
    let query = Query {
        message,
        apply_date,
        company: message.company.as_deref().map(match_key::company),
        title: message.title.as_deref().map(match_key::title),
    };
    let in_thread = message.thread_ids.iter().find_map(|id| threads.get(id));
    // The requisition number is more reliable than the thread, and the thread is more reliable than the title.
    let criteria: [&dyn Fn(&Candidate) -> bool; 3] = [
        &|c| query.has_same_requisition(c),
        &|c| in_thread == Some(&c.id) && !query.differs(c),
        &|c| query.has_same_title(c),
    ];
    for is_same in criteria {
        let matches = filter(candidates, is_same);
        // There are several matches if the user applied again after a rejection. The latest one is chosen.
        let recency = |index: &usize| {
            candidates
                .get(*index)
                .map(|c| (c.apply_date, c.stage_changed_at, c.id))
        };
        if let Some(index) = matches.iter().max_by_key(|index| recency(index)) {
            return Match::Existing(*index);
        }
    }
    if query.company.is_none() && query.title.is_none() {
        return Match::Ambiguous;
    }
    if message.kind != MessageKind::Confirmation {
        match filter(candidates, |c| query.has_title_with_detail(c)).as_slice() {
            [] => {}
            [index] => return Match::Existing(*index),
            _ => return Match::Ambiguous,
        }
    }
    let is_complete = query.title.is_some() && query.company.is_some();
    match filter(candidates, |c| query.complements(c)).as_slice() {
        [index] => Match::Existing(*index),
        [] if message.kind != MessageKind::Confirmation && query.title.is_none() => Match::Ambiguous,
        [] => Match::New,
        _ if message.kind == MessageKind::Confirmation && is_complete => Match::New,
        _ => Match::Ambiguous,
    }
}

/// The indices of the matching candidates. Deleted candidates are returned only if no other ones match.
fn filter(candidates: &[Candidate], is_match: impl Fn(&Candidate) -> bool) -> Vec<usize> {
    let matches = || candidates.iter().enumerate().filter(|(_, c)| is_match(c));
    let live: Vec<usize> = matches()
        .filter(|(_, c)| !c.is_deleted)
        .map(|(index, _)| index)
        .collect();
    if live.is_empty() {
        matches().map(|(index, _)| index).collect()
    } else {
        live
    }
}

struct Query<'a> {
    message: &'a UnmatchedMessage,
    apply_date: NaiveDate,
    company: Option<String>,
    title: Option<String>,
}

impl Query<'_> {
    fn is_same_company(&self, candidate: &Candidate) -> bool {
        self.company.is_some() && self.company == candidate.keys.company
    }

    fn is_same_title(&self, candidate: &Candidate) -> bool {
        self.title
            .as_ref()
            .is_some_and(|t| Some(t) == candidate.keys.title.as_ref() || candidate.merged_titles.contains(t))
    }

    /// Whether one title is the other one plus a detail: "Data Analyst" and "Data Analyst, Fleet Reliability".
    fn differs_by_detail(&self, candidate: &Candidate) -> bool {
        let (Some(own), Some(other)) = (&self.message.title, &candidate.title) else {
            return false;
        };
        let (Some(own_key), Some(other_key)) = (&self.title, &candidate.keys.title) else {
            return false;
        };
        has_detail(own, other_key) || has_detail(other, own_key)
    }

    /// Whether both have requisition numbers, and none in common.
    fn has_other_requisition(&self, candidate: &Candidate) -> bool {
        let requisition = self.message.requisition.as_ref();
        requisition.is_some_and(|r| {
            let mut known = candidate
                .requisitions
                .iter()
                .chain(&candidate.merged_requisitions)
                .peekable();
            known.peek().is_some() && !known.any(|k| k == r)
        })
    }

    /// Whether the message is about another application for the same job: a confirmation sent after the candidate was closed, or
    /// half a year apart from it; or another message sent before the candidate.
    fn is_reapplication(&self, candidate: &Candidate) -> bool {
        if self.message.kind != MessageKind::Confirmation {
            let sent_on = today(self.message.sent_at, "UTC");
            return candidate.apply_date > self.apply_date.max(sent_on) + TimeDelta::days(1);
        }
        let was_closed =
            candidate.state.outcome.is_some() && self.message.sent_at > candidate.stage_changed_at;
        was_closed || (self.apply_date - candidate.apply_date).num_days().abs() > REAPPLICATION_AFTER_DAYS
    }

    /// Whether names and requisition number show that the message is about another job.
    fn differs(&self, candidate: &Candidate) -> bool {
        let differs_by_title = self.title.is_some()
            && candidate.title.is_some()
            && !self.is_same_title(candidate)
            && !self.differs_by_detail(candidate);
        differs_by_title || self.has_other_requisition(candidate) || self.is_reapplication(candidate)
    }

    /// Whether both have the same requisition number and company. The company names may differ if nothing else does, because job
    /// boards and employers name a company differently.
    fn has_same_requisition(&self, candidate: &Candidate) -> bool {
        let is_same =
            self.message.requisition.as_ref().is_some_and(|r| {
                candidate.requisitions.contains(r) || candidate.merged_requisitions.contains(r)
            });
        let is_same_job = self.is_same_company(candidate)
            || self.is_same_title(candidate)
            || self.title.is_none()
            || candidate.title.is_none();
        is_same && is_same_job && !self.is_reapplication(candidate)
    }

    fn has_same_title(&self, candidate: &Candidate) -> bool {
        self.is_same_company(candidate)
            && self.is_same_title(candidate)
            && !self.has_other_requisition(candidate)
            && !self.is_reapplication(candidate)
    }

    fn has_title_with_detail(&self, candidate: &Candidate) -> bool {
        self.is_same_company(candidate)
            && self.differs_by_detail(candidate)
            && !self.has_other_requisition(candidate)
            && !self.is_reapplication(candidate)
    }

    /// Whether the message or the candidate lacks the title, a detail of it or the company, and nothing else differs.
    fn complements(&self, candidate: &Candidate) -> bool {
        if self.has_other_requisition(candidate) || self.is_reapplication(candidate) {
            return false;
        }
        let lacks_title = self.title.is_none() || candidate.title.is_none();
        if self.message.kind != MessageKind::Confirmation {
            // There is no time limit after the application. The rejection may be the first message with a title.
            let is_open = (candidate.state.outcome.is_none()
                && candidate.stage_changed_at <= self.message.sent_at)
                || candidate.is_reopened_at(self.message.sent_at);
            return is_open && self.is_same_company(candidate) && lacks_title;
        }
        // A platform confirms an application only once: a second confirmation is about a second application.
        let is_confirmed = candidate
            .confirmations
            .iter()
            .any(|c| c.platform == self.message.platform);
        let is_near = (self.apply_date - candidate.apply_date).num_days().abs() <= MATCH_WINDOW_DAYS;
        let differs_by_title =
            self.is_same_company(candidate) && (lacks_title || self.differs_by_detail(candidate));
        let differs_by_company =
            self.is_same_title(candidate) && (self.company.is_none() || candidate.company.is_none());
        is_near && !is_confirmed && (differs_by_title || differs_by_company)
    }
}

/// Whether the title is one with this key, followed by a separator and a detail.
fn has_detail(title: &str, key: &str) -> bool {
    [", ", " - ", " – ", " — ", " (", ": ", " | "]
        .iter()
        .flat_map(|mark| title.match_indices(mark))
        .any(|(at, _)| {
            title
                .get(..at)
                .is_some_and(|front| match_key::title(front) == key)
        })
}
