//! The journey of an application: the stages it reached, how it ended, and when the employer first responded, from its events.

use crate::{
    MailMessageId,
    jobapps::{Outcome, StageKind},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// A move that is reversed within this time is a correction: the stage was not reached.
pub const CORRECTION_WINDOW: TimeDelta = TimeDelta::minutes(10);

/// An event of an application, reduced to what the metrics need. Events of emails that were undone are excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JourneyEvent {
    /// Kind of the stage before; `None` for the creation.
    pub from: Option<StageKind>,
    /// Kind of the stage after.
    pub to: StageKind,
    /// Outcome after.
    pub outcome: Option<Outcome>,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The email that caused the event. For a creation, only if that email is the only evidence of when the application was sent.
    pub mail: Option<MailMessageId>,
}

/// An application and its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationHistory {
    /// Where the job was found.
    pub source: String,
    /// The day of the application, in the user's time zone.
    pub apply_date: NaiveDate,
    /// Kind of the current stage.
    pub stage: StageKind,
    /// Outcome; `None` while the application is open.
    pub outcome: Option<Outcome>,
    /// The events, in any order.
    pub events: Vec<JourneyEvent>,
}

/// When an application reached a stage of a kind for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The kind.
    pub kind: StageKind,
    /// When.
    pub at: DateTime<Utc>,
}

/// The result of an application that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// Where the job was found.
    pub source: String,
    /// The day of the application, in the user's time zone.
    pub apply_date: NaiveDate,
    /// The stages in the order they were reached, each of a later kind than the one before.
    pub steps: Vec<Step>,
    /// Outcome; `None` while the application is open.
    pub outcome: Option<Outcome>,
    /// When it got the outcome.
    pub closed_at: Option<DateTime<Utc>>,
    /// When the employer first responded: a conversation, an offer, a rejection, or that the job was cancelled.
    pub responded_at: Option<DateTime<Utc>>,
    /// Whether nothing before the first response is known, so that the time to the response is unknown, too.
    pub is_start_unknown: bool,
}

impl Journey {
    /// The journey of an application; `None` if it was never sent.
    pub fn new(history: ApplicationHistory) -> Option<Self> {
        let ApplicationHistory {
            source,
            apply_date,
            stage,
            outcome,
            events,
        } = history;
        let mut events = without_corrections(events);
        events.sort_by_key(|e| (e.occurred_at, e.recorded_at));
        let mut steps: Vec<Step> = Vec::new();
        for event in &events {
            let is_later = steps.last().is_none_or(|step| event.to > step.kind);
            if event.to >= StageKind::Applied && is_later {
                steps.push(Step {
                    kind: event.to,
                    at: event.occurred_at,
                });
            }
        }
        if steps.is_empty() && stage >= StageKind::Applied {
            // The events that led to the stage were undone, but the application is still in it.
            let at = events.last().map(|e| e.occurred_at)?;
            steps.push(Step { kind: stage, at });
        }
        let first = steps.first()?;
        let is_closed_first = events
            .first()
            .is_some_and(|event| event.outcome.is_some_and(is_response));
        let closed_at = outcome.and_then(|outcome| {
            let last = events
                .iter()
                .rev()
                .take_while(|e| e.outcome == Some(outcome))
                .last();
            last.map(|e| e.occurred_at)
        });
        let conversation = steps
            .iter()
            .find(|s| s.kind >= StageKind::Screening)
            .map(|s| s.at);
        let verdict = outcome.filter(|o| is_response(*o)).and(closed_at);
        let responded_at = match (conversation, verdict) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        // The email with the response also created the application, so the apply date is only the date of that email.
        let created_by = events.first().filter(|e| e.from.is_none()).and_then(|e| e.mail);
        let is_dated_by_response = created_by.is_some()
            && events
                .iter()
                .any(|e| e.from.is_some() && e.mail == created_by && Some(e.occurred_at) == responded_at);
        let is_start_unknown = first.kind > StageKind::Applied || is_closed_first || is_dated_by_response;
        Some(Self {
            source,
            apply_date,
            steps,
            outcome,
            closed_at,
            responded_at,
            is_start_unknown,
        })
    }

    /// The latest kind of stage it reached.
    pub fn furthest(&self) -> StageKind {
        self.steps.last().map_or(StageKind::Applied, |step| step.kind)
    }

    /// Whether the application reached a stage of this kind or a later one.
    pub fn has_reached(&self, kind: StageKind) -> bool {
        self.furthest() >= kind
    }
}

/// Whether the outcome is a response of the employer. Silence and decisions of the user are not.
const fn is_response(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Rejected | Outcome::Cancelled | Outcome::Accepted => true,
        Outcome::Withdrawn | Outcome::Ghosted => false,
    }
}

/// The events without moves that were reversed within [`CORRECTION_WINDOW`].
fn without_corrections(mut events: Vec<JourneyEvent>) -> Vec<JourneyEvent> {
    events.sort_by_key(|e| e.recorded_at);
    let mut kept: Vec<JourneyEvent> = Vec::with_capacity(events.len());
    for event in events {
        let is_correction = kept.last().is_some_and(|last| {
            last.from == Some(event.to)
                && event.from == Some(last.to)
                && event.to < last.to
                && event.recorded_at - last.recorded_at <= CORRECTION_WINDOW
        });
        if is_correction {
            kept.pop();
        } else {
            kept.push(event);
        }
    }
    kept
}

/// Histories for tests.
#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use uuid::Uuid;

    pub(in crate::metrics) fn at(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    /// A history that starts on day 0; stages and the outcome are given with the day they are reached.
    pub(in crate::metrics) fn history(
        steps: &[(StageKind, i64)],
        end: Option<(Outcome, i64)>,
    ) -> ApplicationHistory {
        let mut events = Vec::new();
        let mut from = None;
        for (kind, day) in steps {
            events.push(event(from, *kind, None, *day));
            from = Some(*kind);
        }
        let stage = from.unwrap_or(StageKind::ToApply);
        if let Some((outcome, day)) = end {
            events.push(event(from, stage, Some(outcome), day));
        }
        ApplicationHistory {
            source: "LinkedIn".into(),
            apply_date: at(0).date_naive(),
            stage,
            outcome: end.map(|(outcome, _)| outcome),
            events,
        }
    }

    fn event(from: Option<StageKind>, to: StageKind, outcome: Option<Outcome>, day: i64) -> JourneyEvent {
        JourneyEvent {
            from,
            to,
            outcome,
            occurred_at: at(day),
            recorded_at: at(day),
            mail: None,
        }
    }

    fn kinds(journey: &Journey) -> Vec<StageKind> {
        journey.steps.iter().map(|step| step.kind).collect()
    }

    #[test]
    fn application_that_was_never_sent_has_no_journey() {
        assert_eq!(Journey::new(history(&[(StageKind::ToApply, 0)], None)), None);
    }

    #[test]
    fn rejection_after_an_interview_still_has_the_interview() {
        let steps = [
            (StageKind::Applied, 0),
            (StageKind::Screening, 4),
            (StageKind::Interview, 9),
        ];
        let journey = Journey::new(history(&steps, Some((Outcome::Rejected, 20)))).expect("a journey");
        assert_eq!(
            kinds(&journey),
            [StageKind::Applied, StageKind::Screening, StageKind::Interview]
        );
        assert_eq!(journey.responded_at, Some(at(4)));
        assert_eq!(journey.closed_at, Some(at(20)));
        assert!(journey.has_reached(StageKind::Interview) && !journey.has_reached(StageKind::Offer));
    }

    #[test]
    fn move_that_is_taken_back_at_once_reaches_no_stage() {
        let mut mistake = history(&[(StageKind::Applied, 0)], None);
        let forth = event(Some(StageKind::Applied), StageKind::Offer, None, 2);
        let mut back = event(Some(StageKind::Offer), StageKind::Applied, None, 2);
        back.recorded_at += CORRECTION_WINDOW;
        back.occurred_at = back.recorded_at;
        mistake.events.extend([forth, back]);
        assert_eq!(
            kinds(&Journey::new(mistake.clone()).expect("a journey")),
            [StageKind::Applied]
        );
        let last = mistake.events.last_mut().expect("an event");
        last.recorded_at += TimeDelta::seconds(1);
        assert_eq!(
            kinds(&Journey::new(mistake).expect("a journey")),
            [StageKind::Applied, StageKind::Offer]
        );
    }

    #[test]
    fn silence_and_withdrawal_are_no_response() {
        for outcome in [Outcome::Ghosted, Outcome::Withdrawn] {
            let journey =
                Journey::new(history(&[(StageKind::Applied, 0)], Some((outcome, 30)))).expect("a journey");
            assert_eq!(journey.responded_at, None);
        }
    }

    #[test]
    fn application_added_when_it_was_rejected_has_no_known_start() {
        let mut rejected = history(&[(StageKind::Applied, 0)], None);
        rejected.outcome = Some(Outcome::Rejected);
        rejected.events[0].outcome = rejected.outcome;
        let journey = Journey::new(rejected).expect("a journey");
        assert!(journey.is_start_unknown);
        assert!(journey.responded_at.is_some());
    }

    #[test]
    fn application_of_its_own_response_has_no_known_start() {
        let email = MailMessageId(Uuid::from_u128(1));
        let of_emails = |creation: Option<MailMessageId>, response: Option<MailMessageId>| {
            let mut rejected = history(&[(StageKind::Applied, 0)], Some((Outcome::Rejected, 0)));
            (rejected.events[0].mail, rejected.events[1].mail) = (creation, response);
            Journey::new(rejected).expect("a journey")
        };
        let journey = of_emails(Some(email), Some(email));
        assert!(journey.is_start_unknown);
        assert_eq!(journey.responded_at, Some(at(0)));
        assert!(!of_emails(None, Some(email)).is_start_unknown);
        let other = MailMessageId(Uuid::from_u128(2));
        assert!(!of_emails(Some(email), Some(other)).is_start_unknown);
    }

    #[test]
    fn application_added_after_the_first_conversation_has_no_known_start() {
        let journey = Journey::new(history(&[(StageKind::Screening, 0)], None)).expect("a journey");
        assert!(journey.is_start_unknown);
        assert!(journey.has_reached(StageKind::Applied));
    }
}
