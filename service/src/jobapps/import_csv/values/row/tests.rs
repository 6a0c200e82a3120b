//! Tests with rows of known programs and invalid cells.

use super::*;
use crate::jobapps::import_csv::values::detect;
use domain::jobapps::SalaryPeriod;
use uuid::Uuid;

fn stages() -> Vec<Stage> {
    let stage = |(n, kind): (usize, &StageKind)| Stage {
        id: Uuid::from_u128(n as u128 + 1).into(),
        value: kind.default_name().into(),
        kind: *kind,
        position: 0,
        color: None,
    };
    StageKind::ALL.iter().enumerate().map(stage).collect()
}

/// Parses one row under this header. The columns are mapped by their names.
fn parse(head: &str, row: &[&str]) -> Result<ParsedRow, CellError> {
    let column = |name: &str| CsvColumn {
        name: name.to_owned(),
        field: None,
        samples: Vec::new(),
        date_order: None,
        is_date_order_assumed: false,
    };
    let mut columns: Vec<CsvColumn> = head.split(',').map(column).collect();
    let preset = detect(&mut columns);
    let now = "2026-11-28T12:00:00Z".parse().expect("a time");
    let parser = RowParser::new(columns, stages(), preset, None, "Europe/Berlin", now);
    parser.parse(&StringRecord::from(row.to_vec()))
}

#[test]
fn linkedin_row_is_an_application_on_its_local_day() {
    let head = "Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Job Url,Resume Name,Question And Answers";
    let row = [
        "10/5/24, 2:15 PM",
        "",
        "",
        "Acme, Inc.",
        "Java Developer",
        "www.linkedin.com/jobs/view/1",
        "cv.pdf",
        "a\nb",
    ];
    let row = parse(head, &row).expect("valid");
    assert_eq!(row.values.apply_date, NaiveDate::from_ymd_opt(2024, 10, 5));
    assert_eq!((row.source.as_str(), row.values.source), ("LinkedIn", None));
    assert_eq!(
        row.values.url.as_deref(),
        Some("https://www.linkedin.com/jobs/view/1")
    );
    assert_eq!(
        (row.stage.kind, row.outcome, row.has_stage),
        (StageKind::Applied, None, false)
    );
    assert_eq!(row.events.len(), 1);
    assert_eq!(
        row.events[0].occurred_at.to_rfc3339(),
        "2024-10-04T22:00:00+00:00"
    );
}

#[test]
fn status_words_become_stage_and_outcome_with_their_date() {
    let head = "Company,Status,Applied,Status Date";
    let state = |row: &[&str]| {
        let row = parse(head, row).expect("valid");
        (row.stage.kind, row.outcome, row.events.len())
    };
    assert_eq!(
        state(&["a", "Rejected", "2026-01-02", ""]),
        (StageKind::Applied, Some(Outcome::Rejected), 1)
    );
    assert_eq!(
        state(&["a", "Rejected", "2026-01-02", "2026-01-09"]),
        (StageKind::Applied, Some(Outcome::Rejected), 2)
    );
    assert_eq!(
        state(&["a", "Interviewing", "2026-01-02", "2026-01-09"]),
        (StageKind::Interview, None, 2)
    );
    assert_eq!(
        state(&["a", "Accepted", "2026-01-02", "n/a"]),
        (StageKind::Offer, Some(Outcome::Accepted), 1)
    );
    assert_eq!(state(&["a", "Wishlist", "-", ""]), (StageKind::ToApply, None, 1));
    let row = parse(head, &["a", "Dream\u{0}", "", ""]).expect("valid");
    assert_eq!((row.stage.kind, row.has_stage), (StageKind::Applied, false));
    let warning = &row.warnings[0];
    assert_eq!(warning.column.as_deref(), Some("Status"));
    assert!(
        warning.detail.starts_with("\u{201c}Dream\u{201d} is neither"),
        "{}",
        warning.detail
    );
}

#[test]
fn salary_comes_from_one_column_or_several() {
    let salary = |head: &str, row: &[&str]| {
        let row = parse(head, row).expect("an application");
        match row.warnings.into_iter().next() {
            Some(warning) => {
                assert_eq!(row.values.salary, None);
                Err(warning.column)
            }
            None => Ok(row.values.salary),
        }
    };
    let eur = salary("Company,Salary", &["a", "€80k - 95k"])
        .expect("valid")
        .expect("a salary");
    assert_eq!(
        (eur.min, eur.max, eur.currency.as_str()),
        (Some(80_000), Some(95_000), "EUR")
    );
    let head = "Company,Min salary,Max salary,Currency,Salary per";
    let usd = salary(head, &["a", "", "$40.4", "", "hour"])
        .expect("valid")
        .expect("a salary");
    assert_eq!(
        (usd.min, usd.max, usd.currency.as_str(), usd.period),
        (None, Some(40), "USD", SalaryPeriod::Hour)
    );
    assert_eq!(salary(head, &["a", "", "", "EUR", "hour"]), Ok(None));
    assert_eq!(salary("Company,Salary", &["a", "competitive"]), Ok(None));
    for (row, column) in [
        (["a", "1", "2", "", ""], "Min salary"),
        (["a", "x", "2", "EUR", ""], "Min salary"),
        (["a", "9", "2", "EUR", ""], "Min salary"),
        (["a", "1", "2", "ZZZ", ""], "Currency"),
        (["a", "1", "2", "EUR", "week"], "Salary per"),
    ] {
        assert_eq!(salary(head, &row), Err(Some(column.into())), "{row:?}");
    }
}

#[test]
fn bad_cells_name_their_column() {
    let column = |head: &str, row: &[&str]| parse(head, row).expect_err("bad").column;
    let head = "Company,Job title,Applied,Link";
    assert_eq!(column(head, &["", " ", "", ""]), None);
    let warned = parse(head, &["a", "", "soon", "javascript:alert(1)"]).expect("valid");
    let columns: Vec<_> = warned.warnings.iter().map(|w| w.column.as_deref()).collect();
    assert_eq!(columns, [Some("Applied"), Some("Link")]);
    assert_eq!((warned.values.apply_date, warned.values.url), (None, None));
    assert_eq!(column(head, &["a\u{0}", "", "", ""]).as_deref(), Some("Company"));
    assert_eq!(column(head, &["a", "b", "", "", "more"]), None);
    assert!(parse(head, &["a", "b", "", "", " "]).is_ok());
    let short = parse(head, &["'=a", "two\nlines"]).expect("valid");
    assert_eq!(short.values.company.as_deref(), Some("=a"));
    assert_eq!(short.values.job_title.as_deref(), Some("two lines"));
}

#[test]
fn bad_date_explains_the_date_of_a_new_application() {
    let head = "Company,Status,Applied,Date Added";
    let ending = |status: &str, added: &str| {
        let row = parse(head, &["a", status, "soon", added]).expect("valid");
        let detail = row.warnings[0].detail.clone();
        let (_, ending) = detail.split_once("left out").expect("a note");
        ending.to_owned()
    };
    let applied_today = ", and a new application counts as applied today.";
    assert_eq!(ending("Applied", ""), applied_today);
    assert_eq!(
        ending("Wishlist", ""),
        ", and a new application counts as added today."
    );
    assert_eq!(
        ending("Applied", "2026-11-02"),
        ", and a new application counts as applied on the day it was added."
    );
}

#[test]
fn own_history_is_restored_and_ends_in_the_state_of_the_row() {
    let head =
        "Company,Job title,Stage,Outcome,Applied on,Source,Location,Link,Tags,Added at,Updated at,History";
    let history = "2026-03-01T00:00:00Z open Applied\n2026-03-05T09:00:00Z rejected Onsite Interview";
    let row = |stage: &str, outcome: &str, history: &str| {
        let cells = [
            "a",
            "b",
            stage,
            outcome,
            "2026-03-01",
            "x",
            "",
            "",
            "p\\;q; r,s",
            "2026-03-01T08:00:00.123456Z",
            "2026-03-06T10:00:00Z",
            history,
        ];
        parse(head, &cells)
    };
    let same = row("Onsite Interview", "rejected", history).expect("valid");
    assert_eq!(same.events.len(), 2);
    assert_eq!(same.values.tags, ["p;q", "r,s"]);
    assert_eq!(same.created_at.to_rfc3339(), "2026-03-01T08:00:00.123456+00:00");
    let changed = row("Offer", "", history).expect("valid");
    assert_eq!(changed.events.len(), 3);
    let last = changed.events[2];
    assert_eq!((last.stage, last.outcome), (changed.stage.id, None));
    assert_eq!(last.occurred_at, changed.updated_at);
    for bad in [
        "yesterday open Applied",
        "2026-03-01T00:00:00Z open Nowhere",
        "2026-03-01T00:00:00Z odd Applied",
    ] {
        let row = row("Offer", "", bad).expect("valid");
        assert_eq!(row.warnings[0].column.as_deref(), Some("History"), "{bad}");
        assert_eq!(row.events.len(), 1, "{bad}");
    }
}

#[test]
fn row_without_source_has_that_of_its_file() {
    let source = |head: &str, row: &[&str]| parse(head, row).expect("valid").source;
    assert_eq!(source("Firma,Company", &["", "a"]), "CSV");
    assert_eq!(source("Company,Source", &["a", "A friend"]), "A friend");
    let teal = "Job Position,Company,Status,Date Saved";
    assert_eq!(source(teal, &["b", "a", "Applied", ""]), "Teal");
}
