//! What messages change in an application.

use super::*;

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
    // A message from before the application was closed needs no review.
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
