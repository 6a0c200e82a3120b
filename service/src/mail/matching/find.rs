//! Which application a mail speaks of. Names are equal or not; where two applications fit, none is taken.

use super::{Known, Mail};
use crate::mail::read::keys;
use chrono::NaiveDate;
use domain::mail::MailKind;

/// Days within which a receipt of the board and one of the employer's system belong together although one of them names
/// no title or no company.
pub(super) const SAME_TIME: i64 = 3;
/// Days after which a receipt for the same job is another application.
const ANOTHER: i64 = 180;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The application at this place.
    This(usize),
    /// None of these: a new one.
    New,
    /// It cannot be said.
    Nothing,
}

/// Looks for the application of a mail that tells of applying on `day`.
pub(super) fn find(known: &[Known], mail: &Mail, day: NaiveDate) -> Found {
    let judge = Judge {
        mail,
        day,
        company: mail.company.as_deref().map(keys::company),
        title: mail.title.as_deref().map(keys::title),
    };
    if judge.company.is_none() && judge.title.is_none() {
        return Found::Nothing;
    }
    // The surest ground first: number of the job, then title.
    for same in [Judge::same_number, Judge::same_title] {
        let fit = places(known, |k| same(&judge, k));
        // The same job several times was closed and applied for again: the latest before the mail.
        let latest = |n: &usize| known.get(*n).map(|k| (k.apply_date, k.moved_at, k.id));
        if let Some(found) = fit.iter().max_by_key(|n| latest(n)) {
            return Found::This(*found);
        }
    }
    // Then what is incomplete. Several that fit are not guessed, but a receipt that says all is not lost for that.
    let whole = judge.title.is_some() && judge.company.is_some();
    match places(known, |k| judge.completes(k)).as_slice() {
        [one] => Found::This(*one),
        [] if mail.kind == MailKind::Rejection && judge.title.is_none() => Found::Nothing,
        [] => Found::New,
        _ if mail.kind == MailKind::Confirmation && whole => Found::New,
        _ => Found::Nothing,
    }
}

/// Where those stand that fit. Deleted ones count only where no other fits.
fn places(known: &[Known], fits: impl Fn(&Known) -> bool) -> Vec<usize> {
    let all = || known.iter().enumerate().filter(|(_, k)| fits(k));
    let live: Vec<usize> = all().filter(|(_, k)| !k.deleted).map(|(n, _)| n).collect();
    if live.is_empty() {
        all().map(|(n, _)| n).collect()
    } else {
        live
    }
}

struct Judge<'a> {
    mail: &'a Mail,
    day: NaiveDate,
    company: Option<String>,
    title: Option<String>,
}

impl Judge<'_> {
    fn same_company(&self, known: &Known) -> bool {
        self.company.as_deref().is_some_and(|c| c == known.keys.company)
    }

    fn title_equal(&self, known: &Known) -> bool {
        self.title.as_deref().is_some_and(|t| t == known.keys.title)
    }

    /// Both name a number and they have none in common.
    fn other_number(&self, known: &Known) -> bool {
        let number = self.mail.requisition.as_ref();
        number.is_some_and(|n| !known.requisitions.is_empty() && !known.requisitions.contains(n))
    }

    /// A receipt for a job that was closed before, or half a year from it, is another application.
    fn another_time(&self, known: &Known) -> bool {
        if self.mail.kind != MailKind::Confirmation {
            return known.apply_date
                > self.day.max(crate::jobapps::today(self.mail.sent_at, "UTC")) + chrono::TimeDelta::days(1);
        }
        let closed = known.position.outcome.is_some() && self.mail.sent_at > known.moved_at;
        closed || (self.day - known.apply_date).num_days().abs() > ANOTHER
    }

    fn same_number(&self, known: &Known) -> bool {
        let number = self
            .mail
            .requisition
            .as_ref()
            .is_some_and(|n| known.requisitions.contains(n));
        number && self.same_company(known) && !self.another_time(known)
    }

    fn same_title(&self, known: &Known) -> bool {
        self.same_company(known)
            && self.title_equal(known)
            && !self.other_number(known)
            && !self.another_time(known)
    }

    /// One of the two lacks title or company, and nothing speaks against their being the same.
    fn completes(&self, known: &Known) -> bool {
        if self.other_number(known) || self.another_time(known) {
            return false;
        }
        if self.mail.kind == MailKind::Rejection {
            // Any time later; it may be the first mail that names the title.
            let open = known.position.outcome.is_none() && known.moved_at <= self.mail.sent_at;
            return open && self.same_company(known) && (self.title.is_none() || known.untitled());
        }
        // Each platform confirms an application once: a second receipt of the same one is a second application.
        let confirmed = known.receipts.iter().any(|r| r.platform == self.mail.platform);
        let near = (self.day - known.apply_date).num_days().abs() <= SAME_TIME;
        let lacks_title = self.same_company(known) && (self.title.is_none() || known.untitled());
        let lacks_company = self.title_equal(known) && (self.company.is_none() || known.unnamed());
        near && !confirmed && (lacks_title || lacks_company)
    }
}
