mod changes;
mod same_application;

use super::{find_match::apply_date, *};
use domain::jobapps::{
    Outcome,
    state_machine::{State, replay},
};
use std::sync::LazyLock;
use uuid::Uuid;

const APPLIED: StageId = StageId(Uuid::from_u128(2));
const TO_APPLY: StageId = StageId(Uuid::from_u128(1));
const INTERVIEW: StageId = StageId(Uuid::from_u128(4));
const SCREENING: StageId = StageId(Uuid::from_u128(3));
const OFFER: StageId = StageId(Uuid::from_u128(5));
static STAGES: LazyLock<Vec<Stage>> = LazyLock::new(|| {
    let stage = |(position, (id, kind)): (i32, (StageId, StageKind))| Stage {
        id,
        value: format!("{kind:?}"),
        kind,
        position,
        color: None,
    };
    let all = [
        (TO_APPLY, StageKind::ToApply),
        (APPLIED, StageKind::Applied),
        (SCREENING, StageKind::Screening),
        (INTERVIEW, StageKind::Interview),
        (OFFER, StageKind::Offer),
    ];
    (0..).zip(all).map(stage).collect()
});
static CONTEXT: LazyLock<MatchContext<'static>> = LazyLock::new(|| MatchContext {
    stages: &STAGES,
    applied_stage: APPLIED,
    time_zone: "Europe/Berlin",
    job_boards: vec!["LinkedIn", "Indeed"],
    max_new: i64::MAX,
    ignored_senders: HashSet::new(),
});

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn message(
    n: u128,
    kind: MessageKind,
    platform: &str,
    company: &str,
    title: &str,
    sent: &str,
) -> UnmatchedMessage {
    let some = |s: &str| (!s.is_empty()).then(|| s.to_owned());
    UnmatchedMessage {
        id: MailMessageId(Uuid::from_u128(n)),
        message_id: format!("{n}@mail.example"),
        thread_ids: Vec::new(),
        sender: "jobs@example.org".into(),
        kind,
        confidence: 0.95,
        platform: platform.into(),
        company: some(company),
        title: some(title),
        location: None,
        requisition: None,
        applied_on: None,
        sent_at: at(sent),
        calendar_uid: None,
        words: String::new(),
    }
}

fn confirmation(n: u128, platform: &str, company: &str, title: &str, sent: &str) -> UnmatchedMessage {
    message(n, MessageKind::Confirmation, platform, company, title, sent)
}

fn rejection(n: u128, platform: &str, company: &str, title: &str, sent: &str) -> UnmatchedMessage {
    message(n, MessageKind::Rejection, platform, company, title, sent)
}

/// Matches the messages and checks the invariants of every report.
fn run(candidates: Vec<Candidate>, messages: &[UnmatchedMessage]) -> MatchReport {
    let mut next = 1000;
    let report = match_messages(&CONTEXT, candidates, HashMap::new(), messages, || {
        next += 1;
        JobApplicationId(Uuid::from_u128(next))
    });
    for candidate in &report.candidates {
        let events: Vec<_> = report
            .events
            .iter()
            .filter(|e| e.application == candidate.id)
            .map(|e| e.event)
            .collect();
        if let Some(state) = replay(&events) {
            assert_eq!(state, candidate.state, "the events lead to the state");
        }
        assert!(
            events.windows(2).all(|w| w[0].occurred_at <= w[1].occurred_at),
            "events are in order"
        );
    }
    assert_eq!(report.links.len(), messages.len());
    assert_eq!(
        report.created + report.updated + report.in_review + report.ignored,
        i64::try_from(messages.len()).expect("few")
    );
    report
}

type Application = (Option<String>, Option<String>, String, String, bool);

/// The applications that the messages create: company, title, source, apply date, and whether they are rejected.
fn created(messages: &[UnmatchedMessage]) -> Vec<Application> {
    run(Vec::new(), messages)
        .candidates
        .into_iter()
        .map(|c| {
            (
                c.company,
                c.title,
                c.source,
                c.apply_date.to_string(),
                c.state.outcome == Some(Outcome::Rejected),
            )
        })
        .collect()
}

fn application(company: &str, title: &str, source: &str, date: &str, is_rejected: bool) -> Application {
    let some = |s: &str| (!s.is_empty()).then(|| s.to_owned());
    (
        some(company),
        some(title),
        source.into(),
        date.into(),
        is_rejected,
    )
}

/// An application that the user added.
fn manual_candidate() -> Candidate {
    Candidate {
        id: JobApplicationId(Uuid::from_u128(7)),
        company: Some("Moss".into()),
        title: Some("Baker".into()),
        requisitions: Vec::new(),
        state: State {
            stage: TO_APPLY,
            outcome: None,
        },
        stage_kind: StageKind::ToApply,
        stage_changed_at: at("2026-01-10T23:00:00Z"),
        apply_date: NaiveDate::from_ymd_opt(2026, 1, 11).expect("a day"),
        source: "Manual".into(),
        location: None,
        user_edited_fields: ["job_title", "company", "apply_date", "source"]
            .map(str::to_owned)
            .into(),
        is_deleted: false,
        silent_since: None,
        confirmations: Vec::new(),
        merged_titles: Vec::new(),
        merged_requisitions: Vec::new(),
        keys: MatchKeys::new(Some("Moss"), Some("Baker")),
        is_new: false,
        is_changed: false,
    }
}

#[test]
fn apply_date_is_in_the_users_time_zone() {
    // Half past midnight in Berlin is still the day before in UTC.
    assert_eq!(
        created(&[confirmation(
            1,
            "Lever",
            "Tideline",
            "Cook",
            "2026-01-12T23:30:00Z"
        )]),
        [application("Tideline", "Cook", "Lever", "2026-01-13", false)]
    );
}
