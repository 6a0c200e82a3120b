//! Which messages are about the same application.

use super::*;

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
fn title_with_a_detail_is_the_same_application_unless_there_are_two() {
    let confirmed = |n, title| confirmation(n, "Lever", "Halden", title, "2026-01-12T10:00:00Z");
    let rejected = |title| rejection(9, "Lever", "Halden", title, "2026-01-20T10:00:00Z");
    let expected = |title| [application("Halden", title, "Lever", "2026-01-12", true)];
    for (first, second) in [
        ("Data Analyst, Fleet Reliability", "Data Analyst"),
        ("Data Analyst", "Data Analyst (Fleet)"),
    ] {
        assert_eq!(created(&[confirmed(1, first), rejected(second)]), expected(first));
    }
    let two = [
        confirmed(1, "Engineer, Backend"),
        confirmed(2, "Engineer, Frontend"),
        rejected("Engineer"),
    ];
    let report = run(Vec::new(), &two);
    assert_eq!((report.created, report.in_review), (2, 1));
    let other = [confirmed(1, "Engineer II"), rejected("Engineer")];
    assert_eq!(created(&other).len(), 2);
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
    // Two confirmations by the same platform are two applications, and so are two that are weeks apart.
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
    // A second rejection belongs to the application and changes nothing.
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
    // Another title with the same requisition number is another job.
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
