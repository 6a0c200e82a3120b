use super::*;
use chrono::TimeDelta;
use domain::jobapps::fold;
use uuid::Uuid;

const APPLIED: StageId = StageId(Uuid::from_u128(2));
const TO_APPLY: StageId = StageId(Uuid::from_u128(1));
const INTERVIEW: StageId = StageId(Uuid::from_u128(4));
const GROUND: Ground<'static> = Ground {
    applied: APPLIED,
    time_zone: "Europe/Berlin",
};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn mail(n: u128, kind: MailKind, platform: &str, company: &str, title: &str, sent: &str) -> Mail {
    let some = |s: &str| (!s.is_empty()).then(|| s.to_owned());
    Mail {
        id: MailMessageId(Uuid::from_u128(n)),
        kind,
        confidence: 0.95,
        platform: platform.into(),
        company: some(company),
        title: some(title),
        location: None,
        requisition: None,
        applied_on: None,
        sent_at: at(sent),
    }
}

fn receipt(n: u128, platform: &str, company: &str, title: &str, sent: &str) -> Mail {
    mail(n, MailKind::Confirmation, platform, company, title, sent)
}

fn rejection(n: u128, platform: &str, company: &str, title: &str, sent: &str) -> Mail {
    mail(n, MailKind::Rejection, platform, company, title, sent)
}

fn run(known: Vec<Known>, mails: &[Mail]) -> Settled {
    let mut next = 1000;
    let settled = settle(&GROUND, known, mails, || {
        next += 1;
        JobApplicationId(Uuid::from_u128(next))
    });
    for known in &settled.known {
        let entries: Vec<_> = settled
            .entries
            .iter()
            .filter(|e| e.application == known.id)
            .map(|e| e.recorded)
            .collect();
        if let Some(position) = fold(&entries) {
            assert_eq!(position, known.position, "the ledger tells where it stands");
        }
        assert!(
            entries.windows(2).all(|w| w[0].occurred_at <= w[1].occurred_at),
            "in order"
        );
    }
    assert_eq!(settled.links.len(), mails.len());
    assert_eq!(
        settled.created + settled.updated + settled.ignored,
        i64::try_from(mails.len()).expect("few")
    );
    settled
}

fn made(mails: &[Mail]) -> Vec<(String, String, String, String, bool)> {
    let all = run(Vec::new(), mails).known;
    all.into_iter()
        .map(|k| {
            (
                k.company,
                k.title,
                k.source,
                k.apply_date.to_string(),
                k.position.outcome == Some(Outcome::Rejected),
            )
        })
        .collect()
}

fn one(
    company: &str,
    title: &str,
    source: &str,
    date: &str,
    rejected: bool,
) -> (String, String, String, String, bool) {
    (company.into(), title.into(), source.into(), date.into(), rejected)
}

#[test]
fn the_day_is_the_persons() {
    // Half past midnight in Berlin is still the day before in UTC.
    assert_eq!(
        made(&[receipt(1, "Lever", "Tideline", "Cook", "2026-01-12T23:30:00Z")]),
        [one("Tideline", "Cook", "Lever", "2026-01-13", false)]
    );
}

#[test]
fn receipts_of_board_and_system_are_one_application() {
    let mails = [
        receipt(
            1,
            "Greenhouse",
            "Tideline GmbH",
            "Data Engineer (m/w/d)",
            "2026-01-12T10:00:00Z",
        ),
        receipt(2, "LinkedIn", "Tideline", "Data Engineer", "2026-01-12T10:00:05Z"),
    ];
    assert_eq!(
        made(&mails),
        [one(
            "Tideline GmbH",
            "Data Engineer (m/w/d)",
            "LinkedIn",
            "2026-01-12",
            false
        )]
    );
}

#[test]
fn another_title_or_number_or_company_is_another_application() {
    let mut numbered = [
        receipt(1, "Workday", "Halden", "Planner", "2026-01-12T10:00:00Z"),
        receipt(2, "Workday", "Halden", "Planner", "2026-01-12T11:00:00Z"),
    ];
    numbered[0].requisition = Some("R-1001".into());
    numbered[1].requisition = Some("R-1002".into());
    assert_eq!(made(&numbered).len(), 2);
    numbered[1].requisition = Some("R-1001".into());
    numbered[1].title = Some("Planner II".into());
    assert_eq!(made(&numbered).len(), 1, "the number goes before the title");
    let mails = [
        receipt(1, "Lever", "Tideline Labs", "Cook", "2026-01-12T10:00:00Z"),
        receipt(2, "Lever", "Tideline Foods", "Cook", "2026-01-12T11:00:00Z"),
        receipt(3, "Lever", "Tideline Foods", "Baker", "2026-01-12T12:00:00Z"),
    ];
    assert_eq!(made(&mails).len(), 3);
}

#[test]
fn a_missing_title_is_filled_by_the_other_receipt_whichever_comes_first() {
    let (with, without) = (
        receipt(1, "LinkedIn", "Moss", "Florist", "2026-01-12T10:00:00Z"),
        receipt(2, "Greenhouse", "Moss", "", "2026-01-12T10:01:00Z"),
    );
    let wanted = [one("Moss", "Florist", "LinkedIn", "2026-01-12", false)];
    assert_eq!(made(&[with.clone(), without.clone()]), wanted);
    assert_eq!(made(&[without.clone(), with.clone()]), wanted);
    // Two of the same system are two applications; weeks apart they are two as well.
    assert_eq!(
        made(&[
            without.clone(),
            receipt(3, "Greenhouse", "Moss", "", "2026-01-12T12:00:00Z")
        ])
        .len(),
        2
    );
    assert_eq!(
        made(&[with, receipt(3, "Greenhouse", "Moss", "", "2026-02-12T12:00:00Z")]).len(),
        2
    );
    assert_eq!(
        made(&[without]),
        [one("Moss", UNTITLED, "Greenhouse", "2026-01-12", false)]
    );
}

#[test]
fn a_missing_company_is_filled_and_what_fits_two_is_not_guessed() {
    let mails = [
        receipt(1, "Indeed", "", "Baker", "2026-01-12T10:00:00Z"),
        receipt(2, "Greenhouse", "Moss", "Baker", "2026-01-12T10:01:00Z"),
    ];
    assert_eq!(
        made(&mails),
        [one("Moss", "Baker", "Indeed", "2026-01-12", false)]
    );
    let two = [
        receipt(1, "Lever", "Moss", "Baker", "2026-01-12T10:00:00Z"),
        receipt(2, "Lever", "Fern", "Baker", "2026-01-12T10:01:00Z"),
        receipt(3, "Indeed", "", "Baker", "2026-01-12T10:02:00Z"),
    ];
    assert_eq!(made(&two).len(), 2);
}

#[test]
fn a_rejection_ends_the_open_application_and_keeps_its_receipt() {
    let mails = [
        receipt(1, "Lever", "Moss", "Baker", "2026-01-12T10:00:00Z"),
        rejection(2, "Lever", "Moss Inc.", "Baker", "2026-02-01T10:00:00Z"),
    ];
    let settled = run(Vec::new(), &mails);
    assert_eq!((settled.created, settled.updated, settled.ignored), (1, 1, 0));
    assert_eq!(settled.known[0].position.outcome, Some(Outcome::Rejected));
    assert_eq!(settled.entries.len(), 2);
    assert_eq!(
        settled.entries[0].recorded.occurred_at,
        at("2026-01-11T23:00:00Z"),
        "midnight of the apply date in the person's zone"
    );
    assert_eq!(settled.entries[1].recorded.from, Some(APPLIED));
    // A second one changes nothing.
    let again = run(
        settled.known,
        &[rejection(3, "LinkedIn", "Moss", "Baker", "2026-02-02T10:00:00Z")],
    );
    assert_eq!((again.entries.len(), again.ignored), (0, 1));
}

#[test]
fn a_rejection_without_a_title_needs_exactly_one_open_application() {
    let open = |n, title| receipt(n, "Lever", "Moss", title, "2026-01-12T10:00:00Z");
    let no = rejection(9, "Lever", "Moss", "", "2026-02-01T10:00:00Z");
    assert!(made(&[open(1, "Baker"), no.clone()])[0].4);
    assert!(
        made(&[open(1, "Baker"), open(2, "Cook"), no.clone()])
            .iter()
            .all(|a| !a.4)
    );
    assert!(made(&[no]).is_empty());
}

#[test]
fn of_two_that_lack_a_title_none_is_guessed() {
    let untitled = |n| receipt(n, "LinkedIn", "Moss", "", "2026-01-12T10:00:00Z");
    let no = rejection(9, "Lever", "Moss", "Baker", "2026-02-01T10:00:00Z");
    assert!(made(&[untitled(1), no.clone()])[0].4);
    let settled = run(Vec::new(), &[untitled(1), untitled(2), no]);
    assert_eq!((settled.created, settled.ignored), (2, 1));
    let yes = receipt(3, "Lever", "Moss", "Baker", "2026-01-12T10:00:00Z");
    assert_eq!(
        made(&[untitled(1), untitled(2), yes]).len(),
        3,
        "a receipt that says all is not lost"
    );
}

#[test]
fn a_certain_rejection_alone_makes_a_rejected_application() {
    let mut no = rejection(1, "LinkedIn", "Moss", "Baker", "2026-02-01T10:00:00Z");
    no.applied_on = NaiveDate::from_ymd_opt(2026, 1, 5);
    assert_eq!(
        made(&[no.clone()]),
        [one("Moss", "Baker", "LinkedIn", "2026-01-05", true)]
    );
    no.confidence = 0.8;
    assert!(made(&[no]).is_empty());
}

#[test]
fn applying_again_after_a_rejection_or_half_a_year_is_a_new_application() {
    let mails = [
        receipt(1, "Lever", "Moss", "Baker", "2026-01-12T10:00:00Z"),
        rejection(2, "Lever", "Moss", "Baker", "2026-02-01T10:00:00Z"),
        receipt(3, "Lever", "Moss", "Baker", "2026-03-01T10:00:00Z"),
        rejection(4, "Lever", "Moss", "Baker", "2026-03-05T10:00:00Z"),
        receipt(5, "Lever", "Moss", "Baker", "2026-12-01T10:00:00Z"),
    ];
    let rejected: Vec<bool> = made(&mails).iter().map(|a| a.4).collect();
    assert_eq!(rejected, [true, true, false]);
    assert_eq!(made(&[mails[0].clone(), mails[4].clone()]).len(), 2);
}

/// An application that a person added.
fn by_hand() -> Known {
    Known {
        id: JobApplicationId(Uuid::from_u128(7)),
        company: "Moss".into(),
        title: "Baker".into(),
        requisitions: Vec::new(),
        position: Position {
            stage: TO_APPLY,
            outcome: None,
        },
        stage_kind: StageKind::ToApply,
        moved_at: at("2026-01-10T23:00:00Z"),
        apply_date: NaiveDate::from_ymd_opt(2026, 1, 11).expect("a day"),
        source: "Manual".into(),
        location: None,
        edited: ["job_title", "company", "apply_date", "source"]
            .map(str::to_owned)
            .into(),
        deleted: false,
        receipts: Vec::new(),
        keys: Keys::of("Moss", "Baker"),
        new: false,
        changed: false,
    }
}

#[test]
fn a_receipt_moves_a_planned_application_and_overwrites_nothing_that_a_person_wrote() {
    let settled = run(
        vec![by_hand()],
        &[receipt(
            1,
            "LinkedIn",
            "MOSS Ltd",
            "baker",
            "2026-01-12T10:00:00Z",
        )],
    );
    let known = &settled.known[0];
    assert_eq!(
        (known.position.stage, known.title.as_str(), known.source.as_str()),
        (APPLIED, "Baker", "Manual")
    );
    assert_eq!(known.apply_date, by_hand().apply_date);
    assert_eq!((settled.created, settled.updated), (0, 1));
}

#[test]
fn what_a_person_cleared_stays_empty() {
    let mut mail = receipt(1, "LinkedIn", "Moss", "Baker", "2026-01-12T10:00:00Z");
    mail.location = Some("Rome".into());
    let cleared = |edited: bool| {
        let mut known = by_hand();
        if edited {
            known.edited.push("location".into());
        }
        run(vec![known], &[mail.clone()]).known[0].location.clone()
    };
    assert_eq!(cleared(true), None);
    assert_eq!(cleared(false).as_deref(), Some("Rome"));
}

#[test]
fn what_a_person_did_later_stays() {
    let mut known = by_hand();
    known.position.stage = INTERVIEW;
    known.stage_kind = StageKind::Interview;
    known.moved_at = at("2026-03-01T10:00:00Z");
    let settled = run(
        vec![known.clone()],
        &[rejection(1, "Lever", "Moss", "Baker", "2026-02-01T10:00:00Z")],
    );
    assert_eq!(settled.known[0], known);
    known.position.outcome = Some(Outcome::Withdrawn);
    let settled = run(
        vec![known.clone()],
        &[rejection(1, "Lever", "Moss", "Baker", "2026-04-01T10:00:00Z")],
    );
    assert_eq!(settled.known[0], known);
}

#[test]
fn a_deleted_application_is_not_revived() {
    let mut known = by_hand();
    known.deleted = true;
    let mails = [
        receipt(1, "Lever", "Moss", "Baker", "2026-01-12T10:00:00Z"),
        rejection(2, "Lever", "Moss", "Baker", "2026-02-12T10:00:00Z"),
    ];
    let settled = run(vec![known.clone()], &mails);
    assert_eq!(settled.known, [known]);
    assert_eq!((settled.created, settled.ignored), (0, 2));
}

#[test]
fn the_unsure_and_the_rest_make_nothing() {
    let mut unsure = receipt(1, "Workday", "Moss", "Baker", "2026-01-12T10:00:00Z");
    unsure.confidence = 0.69;
    let other = mail(
        2,
        MailKind::Interview,
        "Lever",
        "Moss",
        "Baker",
        "2026-01-12T10:00:00Z",
    );
    assert!(made(&[unsure, other]).is_empty());
}

#[test]
fn an_earlier_receipt_that_comes_later_gives_the_date() {
    let first = run(
        Vec::new(),
        &[receipt(1, "Greenhouse", "Moss", "Baker", "2026-01-12T10:00:00Z")],
    )
    .known;
    let first: Vec<Known> = first.into_iter().map(|k| Known { new: false, ..k }).collect();
    let settled = run(
        first,
        &[receipt(2, "Lever", "Moss", "Baker", "2026-01-12T10:00:00Z")],
    );
    assert_eq!(settled.known[0].source, "Greenhouse");
    let earlier = receipt(3, "Lever", "Moss", "Baker", "2026-01-10T10:00:00Z");
    let settled = run(settled.known, std::slice::from_ref(&earlier));
    assert_eq!(
        (settled.known[0].source.as_str(), settled.known[0].apply_date),
        ("Lever", applied(&earlier, "UTC"))
    );
    assert_eq!(
        days_of(
            &[receipt(1, "Indeed", "", "Baker", "2026-01-12T10:00:00Z")],
            "UTC"
        )
        .len(),
        7
    );
    assert_eq!(TimeDelta::days(find::SAME_TIME).num_days(), 3);
}
