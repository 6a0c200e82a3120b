//! Imports a batch of rows: new applications, filled-in fields, and the progress of the import.

use super::{
    compare::{differences, fill},
    import_job::ReadRow,
    matching::{ApplicationIndex, RowMatch},
    queries::{self, Progress, RunningImport},
    values::{CellError, ParsedRow},
};
use crate::{
    Error, Services,
    context::Caller,
    jobapps::{
        limits::{self, NoteTotals},
        notes::{NewNote, insert_notes},
        queries::{
            ApplicationRow, EventRow, USER_EDITABLE_FIELDS, company_key, insert_applications, insert_events,
            search_text,
        },
    },
    platform::{
        db::{CountedObject, TenantTx},
        storage_limits::{LimitScope, limit_message},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use csv::StringRecord;
use domain::{
    JobApplicationId,
    jobapps::{BadRow, CsvField, CsvRow, EventSource, MAX_LISTED_BAD_ROWS, MAX_LISTED_ROWS, RowVerdict},
};
use std::collections::HashMap;

/// Imports rows, and keeps state between batches.
pub(super) struct RowImporter<'a> {
    services: &'a Services,
    caller: &'a Caller,
    index: ApplicationIndex,
    dry_run: bool,
    fill_empty: bool,
    /// Number of applications that the preview would have created.
    previewed: i64,
    /// Notes that the preview would have created.
    previewed_notes: NoteTotals,
    listed_bad: usize,
    listed_warnings: usize,
    listed: HashMap<RowVerdict, usize>,
}

/// A batch of rows with their applications.
struct Batch {
    rows: Vec<(i64, ParsedRow, RowMatch)>,
    progress: Progress,
}

impl<'a> RowImporter<'a> {
    pub fn new(
        services: &'a Services,
        caller: &'a Caller,
        index: ApplicationIndex,
        import: &RunningImport,
    ) -> Self {
        let mut listed = HashMap::new();
        for row in &import.rows {
            *listed.entry(row.verdict).or_default() += 1;
        }
        Self {
            services,
            caller,
            index,
            dry_run: import.dry_run,
            fill_empty: import.fill_empty,
            previewed: if import.dry_run { import.created } else { 0 },
            previewed_notes: NoteTotals::default(),
            listed_bad: import.bad.len(),
            listed_warnings: import.warnings.len(),
            listed,
        }
    }

    /// Finds the applications of rows that were imported before the job was interrupted, so that later rows do not match them.
    pub fn skip(&mut self, rows: Vec<ReadRow>) {
        for row in rows {
            if let Ok((row, cells)) = row.result {
                self.index.take(&row, &cells);
            }
        }
    }

    /// Imports or previews a batch of rows in the caller's transaction.
    pub async fn import(&mut self, tx: &mut TenantTx, rows: Vec<ReadRow>) -> Result<Progress, Error> {
        let Batch { rows, mut progress } = self.matched(rows);
        let left = self.applications_left(tx).await?;
        let has_notes = rows.iter().any(|(_, row, _)| row.values.note.is_some());
        let notes_left = if has_notes {
            self.notes_left(tx).await?
        } else {
            NoteTotals::default()
        };
        let now = self.services.clock.now();
        let found = rows.iter().filter_map(|(_, _, found)| match found {
            RowMatch::Application(id) => Some(*id),
            _ => None,
        });
        let mut ids: Vec<JobApplicationId> = found.collect();
        ids.sort_unstable();
        let current = queries::lock_current(tx, &ids).await?;
        let current: HashMap<_, _> = current.into_iter().map(|row| (row.id, row)).collect();
        let (mut new, mut events, mut fills, mut notes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut added_notes = NoteTotals::default();
        for (number, row, found) in rows {
            let existing = match found {
                RowMatch::Application(id) => current.get(&id),
                _ => None,
            };
            match (found, existing) {
                (RowMatch::Repeated, _) => {
                    self.list(&mut progress, number, &row, RowVerdict::Same, None, Vec::new());
                }
                (RowMatch::Part(id), _) => {
                    self.list(
                        &mut progress,
                        number,
                        &row,
                        RowVerdict::Same,
                        Some(id),
                        Vec::new(),
                    );
                }
                (_, Some(existing)) => {
                    let fields = differences(&row, existing);
                    let verdict = if fields.is_empty() {
                        RowVerdict::Same
                    } else {
                        RowVerdict::Differs
                    };
                    if self.fill_empty {
                        fills.extend(fill(&row, existing));
                    }
                    self.list(&mut progress, number, &row, verdict, Some(existing.id), fields);
                }
                // The application may also have been deleted in the meantime.
                (_, None) => {
                    let note = row.values.note.as_deref();
                    if progress.created >= left {
                        self.add_bad(
                            &mut progress,
                            number,
                            CellError::of_row(limits::applications_message(self.services)),
                        );
                        continue;
                    }
                    if note.is_some_and(|note| !added_notes.add(note, notes_left)) {
                        self.add_bad(&mut progress, number, CellError::of_row(self.notes_message()));
                        continue;
                    }
                    let id = (!self.dry_run).then(|| self.services.id());
                    self.list(&mut progress, number, &row, RowVerdict::New, id, Vec::new());
                    if let Some(id) = id {
                        events.extend(self.events(id, &row, now));
                        notes.extend(self.note(id, &row));
                        new.push(application_row(id, row));
                    }
                }
            }
        }
        progress.updated = i64::try_from(fills.len()).unwrap_or(i64::MAX);
        if self.dry_run {
            self.previewed += progress.created;
            self.previewed_notes.count += added_notes.count;
            self.previewed_notes.bytes += added_notes.bytes;
            return Ok(progress);
        }
        if !new.is_empty() {
            insert_applications(tx, &new).await?;
            insert_events(tx, &events).await?;
            insert_notes(tx, &notes).await?;
        }
        if !fills.is_empty() {
            queries::fill(tx, &fills, now).await?;
        }
        Ok(progress)
    }

    /// The number of applications that may be added. An import holds the lock for counting them.
    async fn applications_left(&self, tx: &mut TenantTx) -> Result<i64, Error> {
        if self.dry_run {
            let left = limits::applications_left(self.services, tx).await?;
            return Ok(left - self.previewed);
        }
        limits::lock_applications_left(self.services, tx).await
    }

    /// The number of notes that may be added. An import holds the lock for counting them.
    async fn notes_left(&self, tx: &mut TenantTx) -> Result<NoteTotals, Error> {
        if !self.dry_run {
            tx.lock_objects(CountedObject::Notes).await?;
        }
        let left = limits::notes_left(self.services, tx).await?;
        Ok(NoteTotals {
            count: left.count - self.previewed_notes.count,
            bytes: left.bytes - self.previewed_notes.bytes,
        })
    }

    fn notes_message(&self) -> String {
        let limits = self.services.storage_limits;
        let limit = limits::notes_limit(limits.max_notes, limits.max_note_bytes);
        let message = limit_message(LimitScope::User, &limit);
        format!("{message} Import the file without the column of notes.")
    }

    /// The note of a new application. It gets the date of its row, so that it does not count as activity of today.
    fn note(&self, application: JobApplicationId, row: &ParsedRow) -> Option<NewNote> {
        Some(NewNote {
            id: self.services.id(),
            application_id: application,
            description: row.values.note.clone()?,
            created_at: row.last_date,
        })
    }

    fn matched(&mut self, read: Vec<ReadRow>) -> Batch {
        let mut progress = Progress::default();
        let mut rows = Vec::with_capacity(read.len());
        for ReadRow { number, result } in read {
            progress.last_row = number;
            progress.seen += 1;
            match result {
                Ok((row, cells)) => {
                    let found = self.index.take(&row, &cells);
                    rows.push((number, *row, found));
                }
                Err(error) => self.add_bad(&mut progress, number, error),
            }
        }
        Batch { rows, progress }
    }

    fn add_bad(&mut self, progress: &mut Progress, row: i64, CellError { column, detail }: CellError) {
        progress.bad_rows += 1;
        if self.listed_bad < MAX_LISTED_BAD_ROWS {
            self.listed_bad += 1;
            progress.bad.push(BadRow { row, column, detail });
        }
    }

    fn list(
        &mut self,
        progress: &mut Progress,
        number: i64,
        row: &ParsedRow,
        verdict: RowVerdict,
        application: Option<JobApplicationId>,
        fields: Vec<CsvField>,
    ) {
        match verdict {
            RowVerdict::New => progress.created += 1,
            RowVerdict::Same => progress.same += 1,
            RowVerdict::Differs => progress.differs += 1,
        }
        progress.rows_without_currency += i64::from(row.lacks_currency);
        progress.warned_rows += i64::from(!row.warnings.is_empty());
        for CellError { column, detail } in &row.warnings {
            if self.listed_warnings < MAX_LISTED_BAD_ROWS {
                self.listed_warnings += 1;
                progress.warnings.push(BadRow {
                    row: number,
                    column: column.clone(),
                    detail: detail.clone(),
                });
            }
        }
        let listed = self.listed.entry(verdict).or_default();
        if *listed >= MAX_LISTED_ROWS {
            return;
        }
        *listed += 1;
        progress.rows.push(CsvRow {
            row: number,
            verdict,
            company: row.values.company.clone(),
            job_title: row.values.job_title.clone(),
            apply_date: row.values.apply_date,
            stage: row.stage.value.clone(),
            outcome: row.outcome,
            jobapp_id: application,
            fields,
        });
    }

    fn events(&self, application: JobApplicationId, row: &ParsedRow, now: DateTime<Utc>) -> Vec<EventRow> {
        let mut from = None;
        // Distinct times keep the order of the history for events at the same time. Postgres stores microseconds.
        let recorded = (0..).map(|n| now + TimeDelta::microseconds(n));
        let events = row
            .events
            .iter()
            .zip(recorded)
            .map(|(event, recorded_at)| EventRow {
                id: self.services.id(),
                application_id: application,
                from_stage_id: from.replace(event.stage),
                to_stage_id: event.stage,
                // The application is new, so its creation is the only change.
                previous_outcome: None,
                outcome: event.outcome,
                occurred_at: event.occurred_at,
                recorded_at,
                cause: EventSource::Import,
                actor_id: Some(self.caller.user.id),
                mail_id: None,
            });
        events.collect()
    }
}

/// Builds the row of a new application. Its values from the file count as user edits, so that no email overwrites them.
fn application_row(id: JobApplicationId, row: ParsedRow) -> ApplicationRow {
    let stage_changed_at = row
        .events
        .last()
        .map_or(row.created_at, |event| event.occurred_at);
    let values = row.values;
    let is_given = |field: &&str| match *field {
        "job_title" => values.job_title.is_some(),
        "company" => values.company.is_some(),
        "apply_date" => values.apply_date.is_some(),
        _ => true,
    };
    let given = USER_EDITABLE_FIELDS.iter().copied().filter(is_given);
    ApplicationRow {
        id,
        search_text: search_text(values.job_title.as_deref(), values.company.as_deref()),
        match_key: company_key(values.company.as_deref()),
        requisition: None,
        stage_id: row.stage.id,
        outcome: row.outcome,
        stage_changed_at,
        apply_date: row.apply_date,
        user_edited_fields: given.map(str::to_owned).collect(),
        created_at: row.created_at,
        updated_at: row.updated_at,
        source: row.source,
        job_title: values.job_title,
        company: values.company,
        location: values.location,
        url: values.url,
        salary: values.salary,
        tags: values.tags,
    }
}

/// A row and its cells, as in [`ReadRow`].
pub(super) type ValidRow = (Box<ParsedRow>, StringRecord);
