//! Parses a row into an application.

mod cells;

use super::{
    presets::{Preset, status_words},
    words::{StatusWords, first_of_kind},
};
use crate::platform::time_zone::{midnight, today};
use cells::{Cells, with_scheme};
use chrono::{DateTime, NaiveDate, Utc};
use csv::StringRecord;
use domain::{
    StageId,
    jobapps::{
        CsvColumn, CsvField, CsvRowError, CsvRowInput, CsvRowValues, DEFAULT_SOURCE, Outcome, Stage,
        StageKind,
    },
};
use std::{collections::HashMap, ops::RangeInclusive};

/// The years in which dates are valid.
pub(in super::super) const YEARS: RangeInclusive<i32> = 1970..=2099;

/// An error in a cell, or in a whole row.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct CellError {
    /// The column. `None` for the whole row.
    pub column: Option<String>,
    pub detail: String,
}

impl CellError {
    /// An error of the whole row.
    pub fn of_row(detail: impl Into<String>) -> Self {
        Self {
            column: None,
            detail: detail.into(),
        }
    }
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
    /// Whether the row names the stage.
    pub has_stage: bool,
    /// The date of a new application.
    pub apply_date: NaiveDate,
    /// The history of a new application. The last event is its current state.
    pub events: Vec<NewEvent>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// The last date in the row, which becomes the date of the note.
    pub last_date: DateTime<Utc>,
    /// Whether its salary has no currency.
    pub lacks_currency: bool,
    /// Cells that were left out because they are not valid.
    pub warnings: Vec<CellError>,
}

/// Parses the rows of a file.
pub(in super::super) struct RowParser {
    columns: Vec<CsvColumn>,
    indexes: HashMap<CsvField, usize>,
    stages: Vec<Stage>,
    words: StatusWords,
    is_own: bool,
    /// The currency of salaries without a currency.
    currency: Option<String>,
    /// The source of rows without a source.
    source: String,
    time_zone: String,
    now: DateTime<Utc>,
}

impl RowParser {
    pub fn new(
        columns: Vec<CsvColumn>,
        stages: Vec<Stage>,
        preset: Option<&Preset>,
        currency: Option<String>,
        time_zone: &str,
        now: DateTime<Utc>,
    ) -> Self {
        let indexes = columns
            .iter()
            .enumerate()
            .filter_map(|(index, column)| Some((column.field?, index)));
        let source = match preset {
            None => "CSV",
            Some(preset) if preset.is_own => DEFAULT_SOURCE,
            Some(preset) => preset.source.as_deref().unwrap_or(&preset.name),
        };
        Self {
            indexes: indexes.collect(),
            columns,
            stages,
            words: status_words(),
            is_own: preset.is_some_and(|preset| preset.is_own),
            currency,
            source: source.to_owned(),
            time_zone: time_zone.to_owned(),
            now,
        }
    }

    /// Parses a row. Invalid cells are left out, except for the names, without which the row is not an application.
    pub fn parse(&self, cells: &StringRecord) -> Result<ParsedRow, CellError> {
        let width = self.columns.len();
        if cells.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
            return Err(CellError::of_row(format!(
                "The row has {} cells, and the file {width} columns. A text with the delimiter in it needs quotes.",
                cells.len()
            )));
        }
        let cells = Cells::new(self, cells);
        let mut warnings = Vec::new();
        let apply_date = valid(&mut warnings, cells.date(CsvField::ApplyDate));
        let is_date_bad = !warnings.is_empty();
        let added_at = valid(&mut warnings, cells.instant(CsvField::AddedAt));
        let updated_at = valid(&mut warnings, cells.instant(CsvField::UpdatedAt));
        let stage_date = valid(&mut warnings, cells.date(CsvField::StageDate));
        let mut lacks_currency = false;
        let values = CsvRowInput {
            company: cells.line(CsvField::Company),
            job_title: cells.line(CsvField::JobTitle),
            apply_date,
            source: cells.line(CsvField::Source),
            location: cells.line(CsvField::Location),
            url: cells.value(CsvField::Url).map(|url| with_scheme(&url)),
            salary: valid(&mut warnings, cells.salary(&mut lacks_currency)),
            tags: cells.tags(),
            note: cells.value(CsvField::Note),
        };
        let cell_error = |error: CsvRowError| CellError {
            column: error.field.and_then(|field| self.column_of(field)),
            detail: error.detail,
        };
        let (values, errors) = values.parse().map_err(cell_error)?;
        warnings.extend(errors.into_iter().map(cell_error));
        let (stage, outcome, has_stage) = cells.state(&mut warnings)?;
        if let Some(warning) = warnings.first_mut().filter(|_| is_date_bad) {
            warning
                .detail
                .push_str(without_date(stage.kind, added_at.is_some()));
        }
        let local_day = |at: DateTime<Utc>| today(at, &self.time_zone);
        let apply_date = apply_date
            .or_else(|| added_at.map(local_day))
            .unwrap_or_else(|| local_day(self.now));
        let created_at = added_at.unwrap_or(self.now).min(self.now);
        let written_at = updated_at.max(added_at);
        let updated_at = updated_at.unwrap_or(self.now).clamp(created_at, self.now);
        let current = NewEvent {
            stage: stage.id,
            outcome,
            occurred_at: midnight(apply_date, &self.time_zone),
        };
        let events = match valid(&mut warnings, cells.history()) {
            Some(mut events) => {
                let last = events.last().copied().unwrap_or(current);
                if (last.stage, last.outcome) != (current.stage, current.outcome) {
                    events.push(NewEvent {
                        occurred_at: updated_at.max(last.occurred_at),
                        ..current
                    });
                }
                events
            }
            None => self.events(current, &stage, stage_date.filter(|date| *date > apply_date)),
        };
        let last_event = events.last().map(|event| event.occurred_at);
        let entered_at = stage_date.map(|date| midnight(date, &self.time_zone));
        let last_date = written_at.max(last_event).max(entered_at);
        Ok(ParsedRow {
            source: values.source.clone().unwrap_or_else(|| self.source.clone()),
            values,
            stage,
            outcome,
            has_stage,
            apply_date,
            events,
            created_at,
            updated_at,
            last_date: last_date.unwrap_or(self.now).min(self.now),
            lacks_currency,
            warnings,
        })
    }

    /// The events of an application with a known state but no history. Without a date for the state, the application has this state
    /// from the beginning.
    fn events(&self, last: NewEvent, stage: &Stage, since: Option<NaiveDate>) -> Vec<NewEvent> {
        let applied = first_of_kind(&self.stages, StageKind::Applied);
        match (since, applied) {
            (Some(since), Some(applied))
                if stage.kind > StageKind::Applied || (last.outcome.is_some() && stage.id == applied.id) =>
            {
                let start = NewEvent {
                    stage: applied.id,
                    outcome: None,
                    ..last
                };
                let occurred_at = midnight(since, &self.time_zone);
                vec![start, NewEvent { occurred_at, ..last }]
            }
            _ => vec![last],
        }
    }

    /// The column of a field. For parts of the salary, this can be the column of the whole salary.
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

/// Explains the effect of a missing date on a new application.
const fn without_date(kind: StageKind, has_added_at: bool) -> &'static str {
    match (kind, has_added_at) {
        (StageKind::ToApply, false) => " It is left out, and a new application counts as added today.",
        (StageKind::ToApply, true) => " It is left out.",
        (_, false) => " It is left out, and a new application counts as applied today.",
        (_, true) => " It is left out, and a new application counts as applied on the day it was added.",
    }
}

/// The value of a cell. For an invalid cell, `None` and a warning.
fn valid<T>(warnings: &mut Vec<CellError>, cell: Result<Option<T>, CellError>) -> Option<T> {
    cell.unwrap_or_else(|error| {
        warnings.push(error);
        None
    })
}

#[cfg(test)]
mod tests;
