//! A row as an application.

use super::{
    dates::{WrittenDate, in_order, read as read_date},
    history,
    presets::{Preset, status_words},
    salary,
    words::{StatusWords, first_of_kind},
};
use crate::{
    jobapps::import_csv::reading::visible,
    platform::{
        normalize::nfc,
        time_zone::{midnight, today},
    },
};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use csv::StringRecord;
use domain::{
    StageId,
    jobapps::{
        CsvColumn, CsvField, CsvRowInput, CsvRowValues, DEFAULT_SOURCE, DateOrder, Outcome, SalaryInput,
        SalaryPeriod, Stage, StageKind,
        csv::{split_values, unmark_formula},
    },
};
use std::{collections::HashMap, ops::RangeInclusive};

/// Events of one application.
const MAX_EVENTS: usize = 1_000;
/// Years of dates.
pub(super) const YEARS: RangeInclusive<i32> = 1970..=2099;
/// Characters of a value in an error.
const MAX_QUOTED_LEN: usize = 40;
/// What people write when they know nothing.
const PLACEHOLDERS: [&str; 8] = ["-", "–", "—", "n/a", "na", "none", "null", "tbd"];

/// A cell that is not valid, or a row.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct CellError {
    /// The column; `None` for the whole row.
    pub column: Option<String>,
    pub detail: String,
}

/// An event of a new application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct NewEvent {
    pub stage: StageId,
    pub outcome: Option<Outcome>,
    pub occurred_at: DateTime<Utc>,
}

/// A valid row.
#[derive(Debug)]
pub(in super::super) struct ParsedRow {
    pub values: CsvRowValues,
    /// The source of a new application.
    pub source: String,
    /// The stage of a new application.
    pub stage: Stage,
    /// The outcome of a new application.
    pub outcome: Option<Outcome>,
    /// Whether the row says the stage itself.
    pub has_stage: bool,
    /// The date of a new application.
    pub apply_date: NaiveDate,
    /// The history of a new application, the last event being its state.
    pub events: Vec<NewEvent>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Parses the rows of a file.
pub(in super::super) struct RowParser {
    columns: Vec<CsvColumn>,
    indexes: HashMap<CsvField, usize>,
    stages: Vec<Stage>,
    words: StatusWords,
    is_own: bool,
    source: Option<String>,
    time_zone: String,
    now: DateTime<Utc>,
}

/// The cells of a row by what they contain.
struct Cells<'a> {
    parser: &'a RowParser,
    cells: &'a StringRecord,
}

impl RowParser {
    pub fn new(
        columns: Vec<CsvColumn>,
        stages: Vec<Stage>,
        preset: Option<&Preset>,
        time_zone: &str,
        now: DateTime<Utc>,
    ) -> Self {
        let indexes = columns
            .iter()
            .enumerate()
            .filter_map(|(index, column)| Some((column.field?, index)));
        Self {
            indexes: indexes.collect(),
            columns,
            stages,
            words: status_words(),
            is_own: preset.is_some_and(|preset| preset.is_own),
            source: preset.and_then(|preset| preset.source.clone()),
            time_zone: time_zone.to_owned(),
            now,
        }
    }

    /// Parses a row.
    pub fn parse(&self, cells: &StringRecord) -> Result<ParsedRow, CellError> {
        let width = self.columns.len();
        if cells.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
            return Err(CellError {
                column: None,
                detail: format!(
                    "The row has {} cells, and the file {width} columns. A text with the delimiter in it needs quotes.",
                    cells.len()
                ),
            });
        }
        let cells = Cells { parser: self, cells };
        let apply_date = cells.date(CsvField::ApplyDate)?;
        let added_at = cells.instant(CsvField::AddedAt)?;
        let updated_at = cells.instant(CsvField::UpdatedAt)?;
        let stage_date = cells.date(CsvField::StageDate)?;
        let values = CsvRowInput {
            company: cells.line(CsvField::Company),
            job_title: cells.line(CsvField::JobTitle),
            apply_date,
            source: cells.line(CsvField::Source),
            location: cells.line(CsvField::Location),
            url: cells.value(CsvField::Url).map(|url| with_scheme(&url)),
            salary: cells.salary()?,
            tags: cells.tags(),
        };
        let values = values.parse().map_err(|error| CellError {
            column: error.field.and_then(|field| self.column_of(field)),
            detail: error.detail,
        })?;
        let (stage, outcome, has_stage) = cells.state()?;
        let local_day = |at: DateTime<Utc>| today(at, &self.time_zone);
        let apply_date = apply_date
            .or_else(|| added_at.map(local_day))
            .unwrap_or_else(|| local_day(self.now));
        let created_at = added_at.unwrap_or(self.now).min(self.now);
        let updated_at = updated_at.unwrap_or(self.now).clamp(created_at, self.now);
        let state = NewEvent {
            stage: stage.id,
            outcome,
            occurred_at: midnight(apply_date, &self.time_zone),
        };
        let events = match cells.history()? {
            Some(mut events) => {
                let last = events.last().copied().unwrap_or(state);
                if (last.stage, last.outcome) != (state.stage, state.outcome) {
                    events.push(NewEvent {
                        occurred_at: updated_at.max(last.occurred_at),
                        ..state
                    });
                }
                events
            }
            None => self.events(state, &stage, stage_date.filter(|date| *date > apply_date)),
        };
        let source = values.source.clone().or_else(|| self.source.clone());
        Ok(ParsedRow {
            source: source.unwrap_or_else(|| DEFAULT_SOURCE.into()),
            values,
            stage,
            outcome,
            has_stage,
            apply_date,
            events,
            created_at,
            updated_at,
        })
    }

    /// The events of an application of which only the state is known, and perhaps since when. When it came there is not known
    /// otherwise, so that it is in this state from the beginning.
    fn events(&self, state: NewEvent, stage: &Stage, since: Option<NaiveDate>) -> Vec<NewEvent> {
        let applied = first_of_kind(&self.stages, StageKind::Applied);
        match (since, applied) {
            (Some(since), Some(applied))
                if stage.kind > StageKind::Applied || (state.outcome.is_some() && stage.id == applied.id) =>
            {
                let start = NewEvent {
                    stage: applied.id,
                    outcome: None,
                    ..state
                };
                let occurred_at = midnight(since, &self.time_zone);
                vec![start, NewEvent { occurred_at, ..state }]
            }
            _ => vec![state],
        }
    }

    /// The column of a field, or of the salary for its parts.
    fn column_of(&self, field: CsvField) -> Option<String> {
        let index = self.indexes.get(&field).or_else(|| match field {
            CsvField::SalaryMin | CsvField::SalaryMax | CsvField::SalaryCurrency | CsvField::SalaryPeriod => {
                [CsvField::Salary, CsvField::SalaryMin, CsvField::SalaryMax]
                    .iter()
                    .find_map(|field| self.indexes.get(field))
            }
            _ => None,
        })?;
        Some(self.columns.get(*index)?.name.clone())
    }
}

impl Cells<'_> {
    /// The text of a cell as it was before it was made safe for spreadsheets; `None` if it is blank.
    fn text(&self, field: CsvField) -> Option<&str> {
        let index = *self.parser.indexes.get(&field)?;
        let text = unmark_formula(self.cells.get(index)?).trim();
        (!text.is_empty()).then_some(text)
    }

    /// As [`text`](Self::text), without words for an unknown value.
    fn value(&self, field: CsvField) -> Option<String> {
        let text = self.text(field)?;
        let is_placeholder = PLACEHOLDERS.contains(&text.to_lowercase().as_str());
        (!is_placeholder).then(|| nfc(text))
    }

    /// The text of a cell on one line.
    fn line(&self, field: CsvField) -> Option<String> {
        let text = self.text(field)?;
        if text.contains(['\n', '\r', '\t']) {
            let words: Vec<&str> = text.split_whitespace().collect();
            return Some(nfc(&words.join(" ")));
        }
        Some(nfc(text))
    }

    fn error(&self, field: CsvField, detail: impl Into<String>) -> CellError {
        CellError {
            column: self.parser.column_of(field),
            detail: detail.into(),
        }
    }

    fn written_date(&self, field: CsvField) -> Result<Option<WrittenDate>, CellError> {
        let Some(text) = self.value(field) else {
            return Ok(None);
        };
        match read_date(&text) {
            Some(date) => Ok(Some(date)),
            None => {
                let detail = format!("{} is not a date. Write it like 2026-11-28.", quoted(&text));
                Err(self.error(field, detail))
            }
        }
    }

    fn day(&self, field: CsvField, written: WrittenDate) -> Result<NaiveDate, CellError> {
        let day = match written {
            WrittenDate::Day(date) | WrittenDate::Ordered(date, _) => Some(date),
            WrittenDate::Instant(at) => Some(today(at, &self.parser.time_zone)),
            WrittenDate::Ambiguous { first, second, year } => {
                let column = self.parser.indexes.get(&field);
                let column = column.and_then(|index| self.parser.columns.get(*index));
                let order = column.and_then(|column| column.date_order);
                in_order(first, second, year, order.unwrap_or(DateOrder::MonthFirst))
            }
        };
        day.filter(|day| YEARS.contains(&day.year()))
            .ok_or_else(|| self.error(field, "Use a date between 1970-01-01 and 2099-12-31."))
    }

    fn date(&self, field: CsvField) -> Result<Option<NaiveDate>, CellError> {
        let written = self.written_date(field)?;
        written.map(|written| self.day(field, written)).transpose()
    }

    fn instant(&self, field: CsvField) -> Result<Option<DateTime<Utc>>, CellError> {
        let Some(written) = self.written_date(field)? else {
            return Ok(None);
        };
        let day = self.day(field, written)?;
        match written {
            WrittenDate::Instant(at) => Ok(Some(at)),
            _ => Ok(Some(midnight(day, &self.parser.time_zone))),
        }
    }

    /// Stage, outcome, and whether the row says the stage.
    fn state(&self) -> Result<(Stage, Option<Outcome>, bool), CellError> {
        let parser = self.parser;
        let (stage, word) = match self.value(CsvField::Stage) {
            None => (None, None),
            Some(text) => parser.words.status(&text, &parser.stages).ok_or_else(|| {
                let detail = format!(
                    "{} is neither a stage nor an outcome. Add a stage of this name, or don't import this column.",
                    quoted(&text)
                );
                self.error(CsvField::Stage, detail)
            })?,
        };
        let outcome = match self.value(CsvField::Outcome) {
            None => word,
            Some(text) => Some(parser.words.outcome(&text).ok_or_else(|| {
                let detail = format!(
                    "{} is not an outcome, such as rejected or accepted.",
                    quoted(&text)
                );
                self.error(CsvField::Outcome, detail)
            })?),
        };
        let kind = if outcome == Some(Outcome::Accepted) {
            StageKind::Offer
        } else {
            StageKind::Applied
        };
        let new = stage
            .or_else(|| first_of_kind(&parser.stages, kind))
            .ok_or_else(|| self.error(CsvField::Stage, "The workspace has no stage for this."))?;
        Ok((new.clone(), outcome, stage.is_some()))
    }

    fn tags(&self) -> Vec<String> {
        let Some(text) = self.line(CsvField::Tags) else {
            return Vec::new();
        };
        if self.parser.is_own || text.contains(';') {
            return split_values(&text);
        }
        let tags = text.split(',').map(|tag| tag.trim().to_owned());
        tags.filter(|tag| !tag.is_empty()).collect()
    }

    fn salary(&self) -> Result<Option<SalaryInput>, CellError> {
        let amount = |field| match self.value(field) {
            None => Ok(None),
            Some(text) => match salary::read_amount(&text) {
                Some(amount) => Ok(Some(amount)),
                None => {
                    let detail = format!("{} is not an amount, such as 85000.", quoted(&text));
                    Err(self.error(field, detail))
                }
            },
        };
        let (min, max) = (amount(CsvField::SalaryMin)?, amount(CsvField::SalaryMax)?);
        let text = self.value(CsvField::Salary);
        let mut read = match (min, max, &text) {
            (None, None, None) => return Ok(None),
            (None, None, Some(text)) if !text.contains(|c: char| c.is_ascii_digit()) => return Ok(None),
            (None, None, Some(text)) => salary::read(text).ok_or_else(|| {
                let detail = format!("{} is not a salary, such as $80k - $95k.", quoted(text));
                self.error(CsvField::Salary, detail)
            })?,
            (min, max, _) => SalaryInput {
                min,
                max,
                currency: String::new(),
                period: SalaryPeriod::Year,
            },
        };
        let given = self.value(CsvField::SalaryCurrency);
        let amounts =
            [CsvField::SalaryMin, CsvField::SalaryMax].map(|field| self.value(field).unwrap_or_default());
        if let Some(given) = given {
            read.currency = salary::currency(&given.to_uppercase()).unwrap_or(given);
        } else if read.currency.is_empty() {
            read.currency = amounts
                .iter()
                .find_map(|amount| salary::currency(amount))
                .unwrap_or_default();
        }
        if read.currency.is_empty() {
            let detail = "The salary has no currency, such as USD. Add it, or don't import this column.";
            return Err(self.error(CsvField::SalaryMin, detail));
        }
        if let Some(text) = self.value(CsvField::SalaryPeriod) {
            read.period = salary::period(&text).ok_or_else(|| {
                let detail = format!("{} is not hour, day, month or year.", quoted(&text));
                self.error(CsvField::SalaryPeriod, detail)
            })?;
        }
        Ok(Some(read))
    }

    fn history(&self) -> Result<Option<Vec<NewEvent>>, CellError> {
        let Some(text) = self.text(CsvField::History) else {
            return Ok(None);
        };
        let events = history::read(text, &self.parser.stages)
            .map_err(|detail| self.error(CsvField::History, visible(&detail, 300)))?;
        if events.len() > MAX_EVENTS {
            let detail = format!("A history has at most {MAX_EVENTS} events.");
            return Err(self.error(CsvField::History, detail));
        }
        Ok((!events.is_empty()).then_some(events))
    }
}

fn quoted(text: &str) -> String {
    format!("\u{201c}{}\u{201d}", visible(text, MAX_QUOTED_LEN))
}

/// A link with its scheme, which people leave out.
fn with_scheme(url: &str) -> String {
    let is_bare = !url.contains(':') && !url.contains(char::is_whitespace) && url.contains('.');
    if is_bare {
        format!("https://{url}")
    } else {
        url.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobapps::import_csv::values::detect;
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

    /// Parses one row under this head; the columns contain what their names say.
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
        let parser = RowParser::new(columns, stages(), preset, "Europe/Berlin", now);
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
        let error = parse(head, &["a", "Dream\u{0}", "", ""]).expect_err("unknown");
        assert_eq!(error.column.as_deref(), Some("Status"));
        assert!(
            error.detail.starts_with("\u{201c}Dream\u{201d} is neither"),
            "{}",
            error.detail
        );
    }

    #[test]
    fn salary_comes_from_one_column_or_several() {
        let salary = |head: &str, row: &[&str]| {
            parse(head, row)
                .map(|row| row.values.salary)
                .map_err(|error| error.column)
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
        assert_eq!(column(head, &["a", "", "soon", ""]).as_deref(), Some("Applied"));
        assert_eq!(
            column(head, &["a", "", "", "javascript:alert(1)"]).as_deref(),
            Some("Link")
        );
        assert_eq!(column(head, &["a\u{0}", "", "", ""]).as_deref(), Some("Company"));
        assert_eq!(column(head, &["a", "b", "", "", "more"]), None);
        assert!(parse(head, &["a", "b", "", "", " "]).is_ok());
        let short = parse(head, &["'=a", "two\nlines"]).expect("valid");
        assert_eq!(short.values.company.as_deref(), Some("=a"));
        assert_eq!(short.values.job_title.as_deref(), Some("two lines"));
    }

    #[test]
    fn own_history_is_restored_and_ends_in_the_state_of_the_row() {
        let head = "Company,Job title,Stage,Outcome,Applied on,Source,Location,Link,Tags,Added at,Updated at,History";
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
            assert_eq!(
                row("Offer", "", bad).expect_err("bad").column.as_deref(),
                Some("History"),
                "{bad}"
            );
        }
    }
}
