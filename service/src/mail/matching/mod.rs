//! From mails to applications: which application a mail speaks of, and what it changes. Pure, so that the same mails in
//! the same order always give the same applications.
//!
//! Mails come in the order in which they were sent. Applications that exist already are given as [`Known`]; new ones join
//! them as they are made, so that the next mail finds them.

mod find;
#[cfg(test)]
mod tests;

use super::read::keys;
use crate::jobapps::{midnight, today};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    JobApplicationId, MailMessageId, StageId,
    jobapps::{Change, Outcome, Position, Recorded, StageKind, plan},
    mail::MailKind,
};

/// What stands for a title that no mail names. A later mail or the person fills it in.
pub const UNTITLED: &str = "(title not in the mail)";
/// What stands for a company that no mail names.
pub const UNNAMED: &str = "(company not in the mail)";

/// From this confidence on, a mail makes or changes an application by itself.
const SURE: f32 = 0.7;
/// From this confidence on, a rejection without an application makes one.
const CERTAIN: f32 = 0.9;
/// Platforms where jobs are found. An application found there and confirmed by the employer's system keeps the board as
/// its source.
const BOARDS: [&str; 2] = ["LinkedIn", "Indeed"];

/// A mail that was read and waits for its application.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mail {
    pub id: MailMessageId,
    pub kind: MailKind,
    pub confidence: f32,
    pub platform: String,
    pub company: Option<String>,
    pub title: Option<String>,
    pub location: Option<String>,
    pub requisition: Option<String>,
    pub applied_on: Option<NaiveDate>,
    pub sent_at: DateTime<Utc>,
}

/// The first confirmation of a platform that an application has already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Receipt {
    pub platform: String,
    pub at: DateTime<Utc>,
}

/// An application as matching sees it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Known {
    pub id: JobApplicationId,
    pub company: String,
    pub title: String,
    pub requisitions: Vec<String>,
    pub position: Position,
    pub stage_kind: StageKind,
    /// When its last ledger entry happened.
    pub moved_at: DateTime<Utc>,
    pub apply_date: NaiveDate,
    pub source: String,
    pub location: Option<String>,
    /// Fields that a person wrote.
    pub edited: Vec<String>,
    pub deleted: bool,
    pub receipts: Vec<Receipt>,
    /// Company and title as they are compared.
    pub keys: Keys,
    /// Made by this very run.
    pub new: bool,
    /// Differs from what the database holds.
    pub changed: bool,
}

/// Company and title without what varies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Keys {
    pub company: String,
    pub title: String,
}

impl Keys {
    pub fn of(company: &str, title: &str) -> Self {
        Self {
            company: keys::company(company),
            title: keys::title(title),
        }
    }
}

impl Known {
    fn untitled(&self) -> bool {
        self.title == UNTITLED
    }

    fn unnamed(&self) -> bool {
        self.company == UNNAMED
    }

    fn edited(&self, field: &str) -> bool {
        self.edited.iter().any(|f| f == field)
    }
}

/// A ledger entry that a mail makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub application: JobApplicationId,
    pub recorded: Recorded,
    pub mail: MailMessageId,
}

/// What the workspace and the person give.
pub(super) struct Ground<'a> {
    /// Where new applications start.
    pub applied: StageId,
    /// The person's.
    pub time_zone: &'a str,
}

/// What came of some mails.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// All applications, old and new.
    pub known: Vec<Known>,
    /// Ledger entries, in order.
    pub entries: Vec<Entry>,
    /// Each mail and the application that it belongs to.
    pub links: Vec<(MailMessageId, Option<JobApplicationId>)>,
    /// Applications made.
    pub created: i64,
    /// Mails that changed an application.
    pub updated: i64,
    /// Mails that changed nothing.
    pub ignored: i64,
}

/// Settles the mails one after the other.
pub(super) fn settle(
    ground: &Ground<'_>,
    known: Vec<Known>,
    mails: &[Mail],
    mut new_id: impl FnMut() -> JobApplicationId,
) -> Settled {
    let mut settled = Settled {
        known,
        ..Settled::default()
    };
    for mail in mails {
        settled.take(ground, mail, &mut new_id);
    }
    settled
}

/// The companies for which known applications are needed, as keys.
pub(super) fn keys_of(mails: &[Mail]) -> Vec<String> {
    let mut all: Vec<String> = mails
        .iter()
        .filter_map(|m| m.company.as_deref())
        .map(keys::company)
        .collect();
    all.push(keys::company(UNNAMED));
    all.sort_unstable();
    all.dedup();
    all
}

/// The days on which applications may have been sent that a mail without a company speaks of.
pub(super) fn days_of(mails: &[Mail], time_zone: &str) -> Vec<NaiveDate> {
    let unnamed = mails.iter().filter(|m| m.company.is_none());
    let days = unnamed.flat_map(|m| {
        let day = applied(m, time_zone);
        (-find::SAME_TIME..=find::SAME_TIME)
            .filter_map(move |n| day.checked_add_signed(chrono::TimeDelta::days(n)))
    });
    let mut days: Vec<NaiveDate> = days.collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// A rejection tells of an application only where it names company and title.
fn certain(mail: &Mail) -> bool {
    mail.confidence >= CERTAIN && mail.company.is_some() && mail.title.is_some()
}

/// The day of applying that a mail tells of.
fn applied(mail: &Mail, time_zone: &str) -> NaiveDate {
    let sent = today(mail.sent_at, time_zone);
    mail.applied_on.map_or(sent, |day| day.min(sent))
}

impl Settled {
    fn take(&mut self, ground: &Ground<'_>, mail: &Mail, new_id: &mut impl FnMut() -> JobApplicationId) {
        let counts =
            matches!(mail.kind, MailKind::Confirmation | MailKind::Rejection) && mail.confidence >= SURE;
        let day = applied(mail, ground.time_zone);
        let found = if counts {
            find::find(&self.known, mail, day)
        } else {
            find::Found::Nothing
        };
        match found {
            find::Found::This(at) => {
                let Some(known) = self.known.get_mut(at) else {
                    return;
                };
                self.links.push((mail.id, Some(known.id)));
                let entry = if known.deleted {
                    None
                } else {
                    Some(known.hear(mail, day, ground))
                };
                match entry {
                    Some((true, recorded)) => {
                        self.updated += 1;
                        let application = known.id;
                        self.entries.extend(recorded.map(|recorded| Entry {
                            application,
                            recorded,
                            mail: mail.id,
                        }));
                    }
                    _ => self.ignored += 1,
                }
            }
            find::Found::New if mail.kind == MailKind::Confirmation || certain(mail) => {
                let id = new_id();
                self.links.push((mail.id, Some(id)));
                self.create(ground, mail, day, id);
                self.created += 1;
            }
            find::Found::New | find::Found::Nothing => {
                self.links.push((mail.id, None));
                self.ignored += 1;
            }
        }
    }

    fn create(&mut self, ground: &Ground<'_>, mail: &Mail, day: NaiveDate, id: JobApplicationId) {
        let start = Position {
            stage: ground.applied,
            outcome: None,
        };
        let occurred_at = midnight(day, ground.time_zone);
        let company = mail.company.clone().unwrap_or_else(|| UNNAMED.into());
        let title = mail.title.clone().unwrap_or_else(|| UNTITLED.into());
        let mut known = Known {
            id,
            keys: Keys::of(&company, &title),
            company,
            title,
            requisitions: mail.requisition.clone().into_iter().collect(),
            position: start,
            stage_kind: StageKind::Applied,
            moved_at: occurred_at,
            apply_date: day,
            source: mail.platform.clone(),
            location: mail.location.clone(),
            edited: Vec::new(),
            deleted: false,
            receipts: Vec::new(),
            new: true,
            changed: false,
        };
        let made = Recorded {
            from: None,
            to: start,
            occurred_at,
        };
        let (_, rejected) = known.hear(mail, day, ground);
        let entries = std::iter::once(made).chain(rejected);
        self.entries.extend(entries.map(|recorded| Entry {
            application: id,
            recorded,
            mail: mail.id,
        }));
        self.known.push(known);
    }
}

impl Known {
    /// Takes what a mail says. Answers whether anything changed, and the ledger entry.
    fn hear(&mut self, mail: &Mail, day: NaiveDate, ground: &Ground<'_>) -> (bool, Option<Recorded>) {
        let mut changed = self.complete(mail);
        let mut change = Change::default();
        if mail.kind == MailKind::Confirmation {
            changed |= self.confirm(mail, day);
            if self.stage_kind == StageKind::ToApply && self.position.outcome.is_none() {
                change.stage = Some(ground.applied);
            }
        } else if self.position.outcome.is_none() {
            change.outcome = Some(Some(Outcome::Rejected));
        }
        // What happened later, above all what a person did later, stays as it is.
        let recorded = if mail.sent_at >= self.moved_at {
            plan(self.position, change, mail.sent_at)
        } else {
            None
        };
        if let Some(recorded) = recorded {
            self.position = recorded.to;
            self.moved_at = recorded.occurred_at;
            if change.stage.is_some() {
                self.stage_kind = StageKind::Applied;
            }
            changed = true;
        }
        self.changed |= changed;
        (changed, recorded)
    }

    /// Fills in what was missing; never what a person wrote.
    fn complete(&mut self, mail: &Mail) -> bool {
        let mut changed = false;
        if let Some(title) = mail.title.as_ref().filter(|_| self.untitled()) {
            self.title.clone_from(title);
            changed = true;
        }
        if let Some(company) = mail.company.as_ref().filter(|_| self.unnamed()) {
            self.company.clone_from(company);
            changed = true;
        }
        if changed {
            self.keys = Keys::of(&self.company, &self.title);
        }
        if self.location.is_none() && mail.location.is_some() && !self.edited("location") {
            self.location.clone_from(&mail.location);
            changed = true;
        }
        if let Some(requisition) = mail
            .requisition
            .as_ref()
            .filter(|r| !self.requisitions.contains(r))
        {
            changed |= self.requisitions.is_empty();
            self.requisitions.push(requisition.clone());
        }
        changed
    }

    /// The earliest receipt gives date and source; a board goes before the employer's system.
    fn confirm(&mut self, mail: &Mail, day: NaiveDate) -> bool {
        let mut changed = false;
        if day < self.apply_date && !self.edited("apply_date") {
            self.apply_date = day;
            changed = true;
        }
        let board = |p: &str| BOARDS.contains(&p);
        let first = self.receipts.iter().all(|r| mail.sent_at < r.at);
        let better = match (board(&mail.platform), board(&self.source)) {
            (true, false) => true,
            (false, true) => false,
            _ => first && !self.receipts.is_empty(),
        };
        let ours = self.new || !self.receipts.is_empty();
        if better && ours && self.source != mail.platform && !self.edited("source") {
            self.source.clone_from(&mail.platform);
            changed = true;
        }
        match self.receipts.iter_mut().find(|r| r.platform == mail.platform) {
            Some(receipt) => receipt.at = receipt.at.min(mail.sent_at),
            None => self.receipts.push(Receipt {
                platform: mail.platform.clone(),
                at: mail.sent_at,
            }),
        }
        changed
    }
}
