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

/// Matches the messages and checks what must hold for every report.
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

/// The applications that the messages create: company, title, source, apply date, whether rejected.
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

#[test]
fn confirmations_of_job_board_and_employer_are_one_application() {
    let messages = [
        confirmation(
            1,
            "Greenhouse",
            "Tideline GmbH",
            "Data Engineer (m/w/d)",
            "2026-01-12T10:00:00Z",
        ),
        confirmation(2, "LinkedIn", "Tideline", "Data Engineer", "2026-01-12T10:00:05Z"),
    ];
    assert_eq!(
        created(&messages),
        [application(
            "Tideline GmbH",
            "Data Engineer (m/w/d)",
            "LinkedIn",
            "2026-01-12",
            false
        )]
    );
}

#[test]
fn different_title_requisition_or_company_is_another_application() {
    let mut numbered = [
        confirmation(1, "Workday", "Halden", "Planner", "2026-01-12T10:00:00Z"),
        confirmation(2, "Workday", "Halden", "Planner", "2026-01-12T11:00:00Z"),
    ];
    numbered[0].requisition = Some("R-1001".into());
    numbered[1].requisition = Some("R-1002".into());
    assert_eq!(created(&numbered).len(), 2);
    numbered[1].requisition = Some("R-1001".into());
    numbered[1].title = Some("Planner II".into());
    assert_eq!(
        created(&numbered).len(),
        1,
        "the requisition has precedence over the title"
    );
    let messages = [
        confirmation(1, "Lever", "Tideline Labs", "Cook", "2026-01-12T10:00:00Z"),
        confirmation(2, "Lever", "Tideline Foods", "Cook", "2026-01-12T11:00:00Z"),
        confirmation(3, "Lever", "Tideline Foods", "Baker", "2026-01-12T12:00:00Z"),
    ];
    assert_eq!(created(&messages).len(), 3);
}

#[test]
fn missing_title_is_filled_by_the_other_confirmation_in_any_order() {
    let (with, without) = (
        confirmation(1, "LinkedIn", "Moss", "Florist", "2026-01-12T10:00:00Z"),
        confirmation(2, "Greenhouse", "Moss", "", "2026-01-12T10:01:00Z"),
    );
    let expected = [application("Moss", "Florist", "LinkedIn", "2026-01-12", false)];
    assert_eq!(created(&[with.clone(), without.clone()]), expected);
    assert_eq!(created(&[without.clone(), with.clone()]), expected);
    // Two of the same platform are two applications, and so are two that are weeks apart.
    assert_eq!(
        created(&[
            without.clone(),
            confirmation(3, "Greenhouse", "Moss", "", "2026-01-12T12:00:00Z")
        ])
        .len(),
        2
    );
    assert_eq!(
        created(&[
            with,
            confirmation(3, "Greenhouse", "Moss", "", "2026-02-12T12:00:00Z")
        ])
        .len(),
        2
    );
    assert_eq!(
        created(&[without]),
        [application("Moss", "", "Greenhouse", "2026-01-12", false)]
    );
}

#[test]
fn missing_company_is_filled_unless_ambiguous() {
    let messages = [
        confirmation(1, "Indeed", "", "Baker", "2026-01-12T10:00:00Z"),
        confirmation(2, "Greenhouse", "Moss", "Baker", "2026-01-12T10:01:00Z"),
    ];
    assert_eq!(
        created(&messages),
        [application("Moss", "Baker", "Indeed", "2026-01-12", false)]
    );
    let two = [
        confirmation(1, "Lever", "Moss", "Baker", "2026-01-12T10:00:00Z"),
        confirmation(2, "Lever", "Fern", "Baker", "2026-01-12T10:01:00Z"),
        confirmation(3, "Indeed", "", "Baker", "2026-01-12T10:02:00Z"),
    ];
    assert_eq!(created(&two).len(), 2);
}

#[test]
fn rejection_closes_the_open_application() {
    let messages = [
        confirmation(1, "Lever", "Moss", "Baker", "2026-01-12T10:00:00Z"),
        rejection(2, "Lever", "Moss Inc.", "Baker", "2026-02-01T10:00:00Z"),
    ];
    let report = run(Vec::new(), &messages);
    assert_eq!((report.created, report.updated, report.ignored), (1, 1, 0));
    assert_eq!(report.candidates[0].state.outcome, Some(Outcome::Rejected));
    assert_eq!(report.events.len(), 2);
    assert_eq!(
        report.events[0].event.occurred_at,
        at("2026-01-11T23:00:00Z"),
        "midnight of the apply date in the user's time zone"
    );
    assert_eq!(report.events[1].event.from, Some(APPLIED));
    // A second rejection changes nothing, and belongs to the application.
    let again = run(
        report.candidates,
        &[rejection(3, "LinkedIn", "Moss", "Baker", "2026-02-02T10:00:00Z")],
    );
    assert_eq!((again.events.len(), again.updated, again.ignored), (0, 1, 0));
}

#[test]
fn rejection_without_title_requires_exactly_one_open_application() {
    let open = |n, title| confirmation(n, "Lever", "Moss", title, "2026-01-12T10:00:00Z");
    let rejected = rejection(9, "Lever", "Moss", "", "2026-02-01T10:00:00Z");
    assert!(created(&[open(1, "Baker"), rejected.clone()])[0].4);
    assert!(
        created(&[open(1, "Baker"), open(2, "Cook"), rejected.clone()])
            .iter()
            .all(|a| !a.4)
    );
    assert!(created(&[rejected]).is_empty());
}

#[test]
fn two_applications_without_title_are_ambiguous() {
    let untitled = |n| confirmation(n, "LinkedIn", "Moss", "", "2026-01-12T10:00:00Z");
    let rejected = rejection(9, "Lever", "Moss", "Baker", "2026-02-01T10:00:00Z");
    assert!(created(&[untitled(1), rejected.clone()])[0].4);
    let report = run(Vec::new(), &[untitled(1), untitled(2), rejected]);
    assert_eq!((report.created, report.in_review), (2, 1));
    let complete = confirmation(3, "Lever", "Moss", "Baker", "2026-01-12T10:00:00Z");
    assert_eq!(
        created(&[untitled(1), untitled(2), complete]).len(),
        3,
        "a complete confirmation creates an application"
    );
}

#[test]
fn certain_rejection_alone_creates_a_rejected_application() {
    let mut rejected = rejection(1, "LinkedIn", "Moss", "Baker", "2026-02-01T10:00:00Z");
    rejected.applied_on = NaiveDate::from_ymd_opt(2026, 1, 5);
    assert_eq!(
        created(&[rejected.clone()]),
        [application("Moss", "Baker", "LinkedIn", "2026-01-05", true)]
    );
    rejected.confidence = 0.8;
    assert!(created(&[rejected]).is_empty());
}

#[test]
fn confirmation_after_rejection_or_half_a_year_is_a_new_application() {
    let messages = [
        confirmation(1, "Lever", "Moss", "Baker", "2026-01-12T10:00:00Z"),
        rejection(2, "Lever", "Moss", "Baker", "2026-02-01T10:00:00Z"),
        confirmation(3, "Lever", "Moss", "Baker", "2026-03-01T10:00:00Z"),
        rejection(4, "Lever", "Moss", "Baker", "2026-03-05T10:00:00Z"),
        confirmation(5, "Lever", "Moss", "Baker", "2026-12-01T10:00:00Z"),
    ];
    let is_rejected: Vec<bool> = created(&messages).iter().map(|a| a.4).collect();
    assert_eq!(is_rejected, [true, true, false]);
    assert_eq!(created(&[messages[0].clone(), messages[4].clone()]).len(), 2);
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
fn confirmation_moves_planned_application_and_keeps_user_edits() {
    let report = run(
        vec![manual_candidate()],
        &[confirmation(
            1,
            "LinkedIn",
            "MOSS Ltd",
            "baker",
            "2026-01-12T10:00:00Z",
        )],
    );
    let candidate = &report.candidates[0];
    assert_eq!(
        (
            candidate.state.stage,
            candidate.title.as_deref(),
            candidate.source.as_str()
        ),
        (APPLIED, Some("Baker"), "Manual")
    );
    assert_eq!(candidate.apply_date, manual_candidate().apply_date);
    assert_eq!((report.created, report.updated), (0, 1));
}

#[test]
fn field_cleared_by_user_stays_empty() {
    let mut message = confirmation(1, "LinkedIn", "Moss", "Baker", "2026-01-12T10:00:00Z");
    message.location = Some("Rome".into());
    let location_after = |is_edited: bool| {
        let mut candidate = manual_candidate();
        if is_edited {
            candidate.user_edited_fields.push("location".into());
        }
        run(vec![candidate], &[message.clone()]).candidates[0]
            .location
            .clone()
    };
    assert_eq!(location_after(true), None);
    assert_eq!(location_after(false).as_deref(), Some("Rome"));
}

#[test]
fn later_change_by_user_is_kept() {
    let mut candidate = manual_candidate();
    candidate.state.stage = INTERVIEW;
    candidate.stage_kind = StageKind::Interview;
    candidate.stage_changed_at = at("2026-03-01T10:00:00Z");
    let report = run(
        vec![candidate.clone()],
        &[rejection(1, "Lever", "Moss", "Baker", "2026-02-01T10:00:00Z")],
    );
    assert_eq!(report.candidates[0], candidate);
    candidate.state.outcome = Some(Outcome::Withdrawn);
    let report = run(
        vec![candidate.clone()],
        &[rejection(1, "Lever", "Moss", "Baker", "2026-04-01T10:00:00Z")],
    );
    assert_eq!(report.candidates[0], candidate);
}

#[test]
fn invitation_after_a_rejection_is_asked_about_and_reopens_if_accepted() {
    let mut closed = manual_candidate();
    closed.state.outcome = Some(Outcome::Rejected);
    closed.stage_changed_at = at("2026-03-01T10:00:00Z");
    let say = |sent| message(1, MessageKind::Interview, "Lever", "Moss", "Baker", sent);
    let late = say("2026-03-05T10:00:00Z");
    let report = run(vec![closed.clone()], std::slice::from_ref(&late));
    assert_eq!((report.in_review, &report.candidates[0]), (1, &closed));
    // One from before explains itself.
    let report = run(vec![closed.clone()], &[say("2026-02-20T10:00:00Z")]);
    assert_eq!((report.updated, &report.candidates[0]), (1, &closed));
    let mut report = MatchReport {
        candidates: vec![closed.clone()],
        ..MatchReport::default()
    };
    report.add_decided(&CONTEXT, &late, Some(closed.id), MailDecision::Accepted, || {
        closed.id
    });
    let reopened = State {
        stage: INTERVIEW,
        outcome: None,
    };
    assert_eq!(report.candidates[0].state, reopened);
    closed.state.outcome = Some(Outcome::Accepted);
    assert_eq!(run(vec![closed], &[late]).updated, 1);
}

#[test]
fn company_that_a_user_named_is_that_of_its_email() {
    let stated = |read: &str, company: &str| StatedCompany {
        read: read.into(),
        company: company.into(),
    };
    let names = MergedApplications::new(
        Vec::new(),
        &[
            stated("Tessera", "Tessera Labs"),
            stated("Tessera Labs", "Mosaic"),
            stated("Careers", "Moss"),
            stated("Careers", "Fern"),
        ],
    );
    let company_of = |read: &str| {
        let mut message = rejection(1, "Lever", read, "Baker", "2026-02-01T10:00:00Z");
        names.rename_company(&mut message);
        message.company.expect("a company")
    };
    assert_eq!(
        ["Tessera", "Tessera Labs", "Careers"].map(company_of),
        ["Mosaic", "Mosaic", "Careers"]
    );
    let keys = names.with_aliases(vec![match_key::company("Mosaic")]);
    assert_eq!(
        keys,
        ["Mosaic", "Tessera", "Tessera Labs"].map(match_key::company)
    );
}

#[test]
fn deleted_application_is_not_restored() {
    let mut candidate = manual_candidate();
    candidate.is_deleted = true;
    let messages = [
        confirmation(1, "Lever", "Moss", "Baker", "2026-01-12T10:00:00Z"),
        rejection(2, "Lever", "Moss", "Baker", "2026-02-12T10:00:00Z"),
    ];
    let report = run(vec![candidate.clone()], &messages);
    assert_eq!(report.candidates, [candidate]);
    assert_eq!((report.created, report.ignored), (0, 2));
}

#[test]
fn unlikely_and_irrelevant_messages_create_nothing() {
    let mut unlikely = confirmation(1, "Workday", "Moss", "Baker", "2026-01-12T10:00:00Z");
    unlikely.confidence = 0.69;
    let other = message(
        2,
        MessageKind::Alert,
        "Lever",
        "Moss",
        "Baker",
        "2026-01-12T10:00:00Z",
    );
    assert!(created(&[unlikely, other]).is_empty());
}

#[test]
fn earlier_confirmation_read_later_gives_the_apply_date() {
    let first = run(
        Vec::new(),
        &[confirmation(
            1,
            "Greenhouse",
            "Moss",
            "Baker",
            "2026-01-12T10:00:00Z",
        )],
    )
    .candidates;
    let first: Vec<Candidate> = first
        .into_iter()
        .map(|c| Candidate { is_new: false, ..c })
        .collect();
    let report = run(
        first,
        &[confirmation(2, "Lever", "Moss", "Baker", "2026-01-12T10:00:00Z")],
    );
    assert_eq!(report.candidates[0].source, "Greenhouse");
    let earlier = confirmation(3, "Lever", "Moss", "Baker", "2026-01-10T10:00:00Z");
    let report = run(report.candidates, std::slice::from_ref(&earlier));
    assert_eq!(
        (
            report.candidates[0].source.as_str(),
            report.candidates[0].apply_date
        ),
        ("Lever", apply_date(&earlier, "UTC"))
    );
    assert_eq!(
        candidate_dates(
            &[confirmation(1, "Indeed", "", "Baker", "2026-01-12T10:00:00Z")],
            "UTC"
        )
        .len(),
        7
    );
}

#[test]
fn application_moves_forward_with_each_kind_of_message_and_never_back() {
    let say = |n, kind, sent| message(n, kind, "Lever", "Moss", "Baker", sent);
    let steps = [
        say(1, MessageKind::Confirmation, "2026-01-12T10:00:00Z"),
        say(2, MessageKind::Viewed, "2026-01-13T10:00:00Z"),
        say(3, MessageKind::Assessment, "2026-01-14T10:00:00Z"),
        say(4, MessageKind::Interview, "2026-01-20T10:00:00Z"),
        say(5, MessageKind::Assessment, "2026-01-22T10:00:00Z"),
        say(6, MessageKind::Offer, "2026-02-02T10:00:00Z"),
    ];
    for (count, stage) in [
        (2, APPLIED),
        (3, SCREENING),
        (4, INTERVIEW),
        (5, INTERVIEW),
        (6, OFFER),
    ] {
        let report = run(Vec::new(), steps.get(..count).expect("steps"));
        let stages: Vec<StageId> = report.candidates.iter().map(|c| c.state.stage).collect();
        assert_eq!(stages, [stage], "after {count} messages");
    }
}

#[test]
fn application_ends_as_the_message_says() {
    for (kind, outcome) in [
        (MessageKind::Rejection, Some(Outcome::Rejected)),
        (MessageKind::Cancelled, Some(Outcome::Cancelled)),
        (MessageKind::Withdrawn, Some(Outcome::Withdrawn)),
        (MessageKind::OnHold, None),
        (MessageKind::Viewed, None),
    ] {
        let report = run(
            Vec::new(),
            &[
                confirmation(1, "Lever", "Moss", "Baker", "2026-01-12T10:00:00Z"),
                message(2, kind, "Lever", "Moss", "Baker", "2026-01-20T10:00:00Z"),
            ],
        );
        let outcomes: Vec<_> = report.candidates.iter().map(|c| c.state.outcome).collect();
        assert_eq!(outcomes, [outcome], "{kind:?}");
    }
}

#[test]
fn same_requisition_with_another_employer_name_is_one_application() {
    let with_number = |mut m: UnmatchedMessage, number: &str| {
        m.requisition = Some(number.into());
        m
    };
    let sent = with_number(
        confirmation(
            1,
            "LinkedIn",
            "Collaborative Robotics",
            "Welder",
            "2026-01-12T10:00:00Z",
        ),
        "R-1042",
    );
    let rejected = rejection(2, "Greenhouse", "Cobot", "", "2026-01-20T10:00:00Z");
    let report = run(Vec::new(), &[sent.clone(), with_number(rejected, "R-1042")]);
    assert_eq!(report.candidates.len(), 1);
    assert_eq!(
        report.candidates.first().and_then(|c| c.state.outcome),
        Some(Outcome::Rejected)
    );
    // Another title with the same number is another job.
    let other = rejection(3, "Greenhouse", "Cobot", "Painter", "2026-01-20T10:00:00Z");
    let report = run(Vec::new(), &[sent, with_number(other, "R-1042")]);
    assert_eq!(report.candidates.len(), 2);
}

#[test]
fn reply_in_a_thread_belongs_to_its_application() {
    let mut reply = message(3, MessageKind::Interview, "Email", "", "", "2026-01-20T10:00:00Z");
    reply.thread_ids = vec!["1@mail.example".into()];
    let report = run(
        Vec::new(),
        &[
            confirmation(1, "Email", "Moss", "Baker", "2026-01-12T10:00:00Z"),
            confirmation(2, "Email", "Moss", "Florist", "2026-01-12T11:00:00Z"),
            reply,
        ],
    );
    let stage_of = |title: &str| {
        let candidate = report
            .candidates
            .iter()
            .find(|c| c.title.as_deref() == Some(title));
        candidate.map(|c| c.state.stage)
    };
    assert_eq!(
        (stage_of("Baker"), stage_of("Florist")),
        (Some(INTERVIEW), Some(APPLIED))
    );
}
