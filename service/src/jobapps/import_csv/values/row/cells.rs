//! Access to the cells of a row by field.

use super::{CellError, NewEvent, RowParser, YEARS};
use crate::{
    jobapps::import_csv::{
        reader::visible,
        values::{
            dates::{WrittenDate, in_order, read as read_date},
            history, salary,
            words::first_of_kind,
        },
    },
    platform::{
        normalize::nfc,
        time_zone::{midnight, today},
    },
};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use csv::StringRecord;
use domain::jobapps::{
    CsvField, DateOrder, Outcome, SalaryInput, SalaryPeriod, Stage, StageKind,
    csv::{split_values, unmark_formula},
};

/// Maximum number of events of one application.
const MAX_EVENTS: usize = 1_000;
/// Maximum number of characters of a value quoted in an error.
const MAX_QUOTED_LEN: usize = 40;
/// Texts that stand for an unknown value.
const PLACEHOLDERS: [&str; 8] = ["-", "–", "—", "n/a", "na", "none", "null", "tbd"];

/// The cells of a row by field.
pub(super) struct Cells<'a> {
    parser: &'a RowParser,
    cells: &'a StringRecord,
}

impl<'a> Cells<'a> {
    pub fn new(parser: &'a RowParser, cells: &'a StringRecord) -> Self {
        Self { parser, cells }
    }

    /// The text of a cell, without the mark that makes it safe for spreadsheets. `None` if the cell is blank.
    fn text(&self, field: CsvField) -> Option<&str> {
        let index = *self.parser.indexes.get(&field)?;
        let text = unmark_formula(self.cells.get(index)?).trim();
        (!text.is_empty()).then_some(text)
    }

    /// Like [`text`](Self::text), but `None` for placeholders for an unknown value.
    pub fn value(&self, field: CsvField) -> Option<String> {
        let text = self.text(field)?;
        let is_placeholder = PLACEHOLDERS.contains(&text.to_lowercase().as_str());
        (!is_placeholder).then(|| nfc(text))
    }

    /// The text of a cell, joined to one line.
    pub fn line(&self, field: CsvField) -> Option<String> {
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
        let date = read_date(&text).ok_or_else(|| {
            let detail = format!("{} is not a date. Write it like 2026-11-28.", quoted(&text));
            self.error(field, detail)
        })?;
        Ok(Some(date))
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

    pub fn date(&self, field: CsvField) -> Result<Option<NaiveDate>, CellError> {
        let written = self.written_date(field)?;
        written.map(|written| self.day(field, written)).transpose()
    }

    pub fn instant(&self, field: CsvField) -> Result<Option<DateTime<Utc>>, CellError> {
        let Some(written) = self.written_date(field)? else {
            return Ok(None);
        };
        let day = self.day(field, written)?;
        match written {
            WrittenDate::Instant(at) => Ok(Some(at)),
            _ => Ok(Some(midnight(day, &self.parser.time_zone))),
        }
    }

    /// Stage, outcome, and whether the row names the stage. Unknown words are treated as empty.
    pub fn state(&self, warnings: &mut Vec<CellError>) -> Result<(Stage, Option<Outcome>, bool), CellError> {
        let parser = self.parser;
        let status = self.value(CsvField::Stage).and_then(|text| {
            let status = parser.words.status(&text, &parser.stages);
            if status.is_none() {
                let detail = format!(
                    "{} is neither a stage nor an outcome, so the row counts as applied. Add a stage of this name to keep it.",
                    quoted(&text)
                );
                warnings.push(self.error(CsvField::Stage, detail));
            }
            status
        });
        let (stage, word) = status.unwrap_or_default();
        let outcome = self.value(CsvField::Outcome).and_then(|text| {
            let outcome = parser.words.outcome(&text);
            if outcome.is_none() {
                let detail = format!("{} is not an outcome, such as rejected.", quoted(&text));
                warnings.push(self.error(CsvField::Outcome, detail));
            }
            outcome
        });
        let outcome = outcome.or(word);
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

    pub fn tags(&self) -> Vec<String> {
        let Some(text) = self.line(CsvField::Tags) else {
            return Vec::new();
        };
        if self.parser.is_own || text.contains(';') {
            return split_values(&text);
        }
        let tags = text.split(',').map(|tag| tag.trim().to_owned());
        tags.filter(|tag| !tag.is_empty()).collect()
    }

    /// The salary. `lacks_currency` is set if it has no currency, so that the currency of the file applies.
    pub fn salary(&self, lacks_currency: &mut bool) -> Result<Option<SalaryInput>, CellError> {
        let amount = |field| match self.value(field) {
            None => Ok(None),
            Some(text) => {
                let amount = salary::read_amount(&text).ok_or_else(|| {
                    let detail = format!("{} is not an amount, such as 85000.", quoted(&text));
                    self.error(field, detail)
                })?;
                Ok(Some(amount))
            }
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
            *lacks_currency = true;
            let detail =
                "The salary has no currency. Choose one for the file, or add a column with one, such as USD.";
            let currency = self.parser.currency.clone();
            read.currency = currency.ok_or_else(|| self.error(CsvField::SalaryMin, detail))?;
        }
        if let Some(text) = self.value(CsvField::SalaryPeriod) {
            read.period = salary::period(&text).ok_or_else(|| {
                let detail = format!("{} is not hour, day, month or year.", quoted(&text));
                self.error(CsvField::SalaryPeriod, detail)
            })?;
        }
        Ok(Some(read))
    }

    pub fn history(&self) -> Result<Option<Vec<NewEvent>>, CellError> {
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

/// Adds the scheme to a link without one, because people often omit it.
pub(super) fn with_scheme(url: &str) -> String {
    let is_bare = !url.contains(':') && !url.contains(char::is_whitespace) && url.contains('.');
    if is_bare {
        format!("https://{url}")
    } else {
        url.to_owned()
    }
}
