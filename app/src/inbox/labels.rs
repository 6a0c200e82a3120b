//! Texts about emails and the decisions about them.

use crate::jobapps::{emails::kind_name, labels::day_format};
use chrono::NaiveDateTime;
use domain::{
    inbox::{DecidedMail, ReviewItem, SuggestedAction},
    jobapps::title_label,
    mail::{MailDecision, Message, MessageKind},
};

/// The kinds that a user can choose, in the order of a hiring process.
pub const KINDS: [MessageKind; 9] = [
    MessageKind::Confirmation,
    MessageKind::Viewed,
    MessageKind::Assessment,
    MessageKind::Interview,
    MessageKind::Offer,
    MessageKind::OnHold,
    MessageKind::Rejection,
    MessageKind::Cancelled,
    MessageKind::Withdrawn,
];

/// The kind as the object of "We read this as".
pub const fn kind_phrase(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Confirmation => "a confirmation of your application",
        MessageKind::Viewed => "a note that your application was viewed",
        MessageKind::Rejection => "a rejection",
        MessageKind::Interview => "an invitation to an interview",
        MessageKind::Assessment => "an invitation to an assessment",
        MessageKind::Offer => "an offer",
        MessageKind::OnHold => "a pause in hiring",
        MessageKind::Cancelled => "a job that was cancelled",
        MessageKind::Withdrawn => "a withdrawal of your application",
        MessageKind::Referral => "a referral",
        MessageKind::Recruiter => "a message from a recruiter",
        MessageKind::Alert => "a job alert or an ad",
        MessageKind::Other => "not about an application",
    }
}

/// The question that the user has to decide about an email, in a few words.
pub fn question(item: &ReviewItem) -> String {
    let kind = kind_name(item.suggestion.kind);
    let reason = match (item.suggestion.action, item.candidates.len()) {
        (SuggestedAction::Update, count) if count > 1 => format!("{count} applications fit"),
        (SuggestedAction::Update, _) => match item.candidates.first() {
            Some(only) => format!("For {}", title_label(only.job_title.as_deref())),
            None => "The email is ambiguous".to_owned(),
        },
        (SuggestedAction::Create, _) => match (&item.suggestion.company, &item.suggestion.job_title) {
            (Some(_), None) => "No application at this company".to_owned(),
            (None, _) => "No company is named".to_owned(),
            _ => "No application fits".to_owned(),
        },
        (SuggestedAction::Ignore, _) => "No company is named".to_owned(),
    };
    format!("{kind}? {reason}")
}

/// The result of an email, in a few words.
pub fn outcome_text(message: &Message) -> String {
    let what = kind_name(message.kind);
    match message.decision {
        MailDecision::Automatic => format!("{what}, added automatically"),
        MailDecision::Accepted | MailDecision::Changed => format!("{what}, decided by you"),
        MailDecision::Undone => format!("{what}, undone"),
        MailDecision::Review => format!("{what}?"),
        MailDecision::Dismissed => "Dismissed by you".to_owned(),
        MailDecision::Ignored => what.to_owned(),
    }
}

/// Reports a decision.
pub fn decision_text(decided: &DecidedMail) -> String {
    match &decided.jobapp {
        None => "Marked as not about an application.".to_owned(),
        Some(application) => format!(
            "{} added to {}, {}.",
            kind_name(decided.mail.kind),
            application.company_label(),
            application.title_label()
        ),
    }
}

/// Reports that the decision about an email was undone.
pub fn undo_text(undone: &DecidedMail) -> String {
    match &undone.jobapp {
        None if undone.mail.decision == MailDecision::Review => {
            "Undone. The email waits for your review again.".to_owned()
        }
        Some(application) => format!(
            "Undone. {} is in {}.",
            application.company_label(),
            application.application_status.value
        ),
        None => "Undone. The email no longer changes anything.".to_owned(),
    }
}

/// The time of an email in a list: the time of day for today, the weekday for the last week, otherwise the date.
pub fn short_time(at: NaiveDateTime, now: NaiveDateTime) -> String {
    let days = (now.date() - at.date()).num_days();
    match days {
        0 => at.format("%H:%M").to_string(),
        1..=6 => at.format("%a").to_string(),
        _ => at.format(day_format(at, now)).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_in_list_is_shorter_the_nearer_it_is() {
        let at = |text: &str| -> NaiveDateTime { text.parse().expect("a time") };
        let now = at("2026-11-26T12:00:00");
        for (sent, text) in [
            ("2026-11-26T08:12:00", "08:12"),
            ("2026-11-22T08:12:00", "Sun"),
            ("2026-11-19T23:59:00", "19 Nov"),
            ("2025-12-31T23:59:00", "31 Dec 2025"),
            ("2026-11-27T01:00:00", "27 Nov"),
        ] {
            assert_eq!(short_time(at(sent), now), text);
        }
    }
}
