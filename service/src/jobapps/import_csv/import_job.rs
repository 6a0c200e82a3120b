//! The background job of a CSV import. It reads the file row by row. Each batch is one transaction together with its progress, so
//! that nothing is repeated after a crash.

use super::{
    FILE_NAME, PREVIEW_TTL,
    apply_rows::{RowImporter, ValidRow},
    imports::remaining,
    matching::ApplicationIndex,
    queries::{self, Progress, RunningImport},
    reader::{RowError, RowReader},
    values::{CellError, DateEvidence, RowParser, find_preset},
};
use crate::{
    Error, Services, auth,
    background::{Job, JobContext, JobError, JobHandler, JobKind, JobOutcome, Lane},
    context::{Caller, Grant, permit},
    jobapps::queries::list_stages,
    uploads,
};
use async_trait::async_trait;
use domain::{
    CsvImportId,
    jobapps::{CsvColumn, CsvField, MAX_CSV_COLUMNS, has_name},
    mail::ImportState,
    tenants::Action,
};
use std::{fs::File, path::PathBuf, time::Duration};
use tokio::{sync::mpsc, task::spawn_blocking};
use uuid::Uuid;

/// Files up to this size take less than about a second.
const MAX_SHORT_IMPORT_BYTES: u64 = 256 * 1024;
/// Maximum number of rows per transaction.
const BATCH_SIZE: usize = 500;
/// Maximum size of a batch; batches of long rows have fewer rows.
const BATCH_BYTES: usize = 1024 * 1024;
/// Maximum number of batches waiting to be imported.
const CHANNEL_CAPACITY: usize = 2;
/// Number of applications loaded per query.
const INDEX_PAGE_SIZE: i64 = 2_000;

/// A row of the file, parsed.
pub(super) struct ReadRow {
    pub number: i64,
    pub result: Result<ValidRow, CellError>,
}

/// Runs CSV imports.
pub(crate) struct ImportCsv;

impl ImportCsv {
    pub const KIND: JobKind = JobKind::new("import_csv", Lane::Bulk);

    /// The job kind for a file of this size.
    pub const fn kind_for(bytes: u64) -> JobKind {
        Self::KIND.short_if(bytes <= MAX_SHORT_IMPORT_BYTES)
    }
}

#[async_trait]
impl JobHandler for ImportCsv {
    fn kind(&self) -> JobKind {
        Self::KIND
    }

    fn max_attempts(&self) -> u32 {
        5
    }

    fn backoff(&self, failures: u32) -> Duration {
        Duration::from_secs(2) * failures
    }

    async fn run(&self, mut ctx: JobContext) -> Result<JobOutcome, JobError> {
        match job_caller(&ctx.services, ctx.job).await? {
            Some((caller, grant)) => ImportRun::new(&mut ctx, caller, grant).run().await,
            None => ctx.discard().await,
        }
    }

    /// Rows imported so far are kept.
    async fn give_up(&self, mut ctx: JobContext) -> Result<JobOutcome, JobError> {
        match job_caller(&ctx.services, ctx.job).await? {
            Some((caller, grant)) => {
                ImportRun::new(&mut ctx, caller, grant)
                    .end(ImportState::Failed)
                    .await
            }
            None => ctx.discard().await,
        }
    }
}

/// The user of a job. `None` if they may no longer import.
async fn job_caller(services: &Services, job: Job) -> Result<Option<(Caller, Grant)>, Error> {
    let Some(caller) = auth::find_job_caller(services, job).await? else {
        return Ok(None);
    };
    let grant = permit(&caller, Action::WriteApplications).ok();
    Ok(grant.map(|grant| (caller, grant)))
}

struct ImportRun<'a> {
    ctx: &'a mut JobContext,
    caller: Caller,
    grant: Grant,
    id: CsvImportId,
}

impl<'a> ImportRun<'a> {
    fn new(ctx: &'a mut JobContext, caller: Caller, grant: Grant) -> Self {
        Self {
            id: ctx.job.payload_id.into(),
            ctx,
            caller,
            grant,
        }
    }

    fn path(&self) -> PathBuf {
        uploads::path(&self.ctx.services, self.id.0).join(FILE_NAME)
    }

    async fn run(mut self) -> Result<JobOutcome, JobError> {
        let mut tx = self.ctx.services.db.begin(self.grant).await?;
        let import = queries::find_running(&mut tx, self.id).await?;
        let stages = list_stages(&mut tx).await?;
        tx.commit().await?;
        let Some(mut import) = import else {
            return self.wait_or_end().await;
        };
        if has_name(import.columns.iter().map(|column| column.field)) {
            if import.last_row == 0 {
                self.decide_dates(&mut import).await?;
            }
            let preset = import.preset.as_deref().and_then(find_preset);
            let parser = RowParser::new(
                import.columns.clone(),
                stages,
                preset,
                import.currency.clone(),
                &self.caller.user.time_zone,
                self.ctx.services.clock.now(),
            );
            if !self.import(&import, parser).await? {
                return Ok(JobOutcome::Yielded);
            }
        }
        if import.dry_run {
            return self.show_preview().await;
        }
        self.end(ImportState::Done).await
    }

    /// Detects the order of day and month in the dates of the file.
    async fn decide_dates(&self, import: &mut RunningImport) -> Result<(), JobError> {
        let (path, format, mut columns) = (self.path(), import.format, import.columns.clone());
        let preset = import.preset.as_deref().and_then(find_preset);
        let preset = preset.and_then(|preset| preset.date_order);
        let (chosen, time_zone) = (import.date_order, self.caller.user.time_zone.clone());
        let decide = move || -> Result<Vec<CsvColumn>, Error> {
            let mut rows = open(path, format)?;
            // Skips the header.
            let _ = rows.next_row();
            let mut evidence = DateEvidence::new(columns.len());
            while let Some(Ok(row)) = rows.next_row() {
                for (index, column) in columns.iter().enumerate() {
                    if column.field.is_some_and(CsvField::is_date)
                        && let Some(cell) = row.cells.get(index)
                    {
                        evidence.add(index, cell);
                    }
                }
            }
            evidence.decide(&mut columns, chosen, preset, &time_zone);
            Ok(columns)
        };
        import.columns = spawn_blocking(decide).await.map_err(join_error)??;
        let mut tx = self.ctx.job.begin_step(&self.ctx.services, self.grant).await?;
        let currency = import.currency.as_deref();
        queries::set_columns(&mut tx, self.id, &import.columns, chosen, currency).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Imports the rows after the checkpoint. Returns false if the job should yield before the end of the file.
    async fn import(&mut self, import: &RunningImport, parser: RowParser) -> Result<bool, JobError> {
        let services = self.ctx.services.clone();
        let caller = self.caller.clone();
        let index = self.load_index().await?;
        let mut importer = RowImporter::new(&services, &caller, index, import);
        let (sender, mut batches) = mpsc::channel(CHANNEL_CAPACITY);
        let (path, format) = (self.path(), import.format);
        let reading = spawn_blocking(move || read_rows(open(path, format)?, &parser, &sender));
        while let Some(mut rows) = batches.recv().await {
            let rest = rows.partition_point(|row: &ReadRow| row.number <= import.last_row);
            let remaining = rows.split_off(rest);
            importer.skip(rows);
            if remaining.is_empty() {
                continue;
            }
            let mut tx = self.ctx.job.begin_step(&services, self.grant).await?;
            let progress: Progress = importer.import(&mut tx, remaining).await?;
            if !queries::add_progress(&mut tx, self.id, &progress, services.clock.now()).await? {
                tx.rollback().await?;
                return Ok(false);
            }
            tx.commit().await?;
            if self.ctx.should_yield().await? {
                return Ok(false);
            }
        }
        reading.await.map_err(join_error)??;
        Ok(true)
    }

    async fn load_index(&self) -> Result<ApplicationIndex, Error> {
        let mut index = ApplicationIndex::default();
        let mut after = Uuid::nil();
        loop {
            let mut tx = self.ctx.services.db.begin(self.grant).await?;
            let page = queries::list_existing(&mut tx, after, INDEX_PAGE_SIZE).await?;
            tx.commit().await?;
            for (_, row) in &page {
                index.add(row);
            }
            match page.last() {
                Some((id, _)) => after = *id,
                None => return Ok(index),
            }
        }
    }

    /// Finishes a preview, and waits for the user to apply it.
    async fn show_preview(&self) -> Result<JobOutcome, JobError> {
        let services = &self.ctx.services;
        let mut tx = self.ctx.job.reschedule(services, self.grant, PREVIEW_TTL).await?;
        queries::end_import(&mut tx, self.id, ImportState::Done, services.clock.now()).await?;
        tx.commit().await?;
        Ok(JobOutcome::Completed)
    }

    async fn end(&self, state: ImportState) -> Result<JobOutcome, JobError> {
        let services = &self.ctx.services;
        let mut tx = self.ctx.job.finish(services, self.grant).await?;
        queries::end_import(&mut tx, self.id, state, services.clock.now()).await?;
        tx.commit().await?;
        uploads::delete_uploaded_files(&self.ctx.services, self.id.0).await;
        Ok(JobOutcome::Completed)
    }

    /// Waits while the import is a preview that can still be applied, then discards it. Ends the job if the import has ended.
    async fn wait_or_end(&self) -> Result<JobOutcome, JobError> {
        let services = &self.ctx.services;
        let now = services.clock.now();
        let left = {
            let mut tx = services.db.begin(self.grant).await?;
            let locked = queries::lock_import(&mut tx, self.id).await?;
            tx.commit().await?;
            locked.and_then(|import| remaining(&import, now))
        };
        if let Some(left) = left {
            self.ctx.job.postpone(services, left).await?;
            return Ok(JobOutcome::Completed);
        }
        let mut tx = self.ctx.job.finish(services, self.grant).await?;
        queries::discard(&mut tx, self.id, now).await?;
        tx.commit().await?;
        uploads::delete_uploaded_files(&self.ctx.services, self.id.0).await;
        Ok(JobOutcome::Completed)
    }
}

fn open(path: PathBuf, format: queries::FileFormat) -> Result<RowReader<File>, Error> {
    let rows = File::open(path).and_then(|file| RowReader::new(file, format.encoding, format.dialect));
    rows.map_err(|error| Error::Internal(format!("CSV file: {error}")))
}

fn join_error(error: tokio::task::JoinError) -> Error {
    Error::Internal(format!("reading a CSV file: {error}"))
}

/// Reads and parses all rows in batches, until the receiver is dropped.
fn read_rows(
    mut rows: RowReader<File>,
    parser: &RowParser,
    sender: &mpsc::Sender<Vec<ReadRow>>,
) -> Result<(), Error> {
    // Skips the header.
    let _ = rows.next_row();
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next_row() {
        match row {
            Ok(row) => {
                bytes += row.cells.as_slice().len();
                let result = parser.parse(&row.cells);
                batch.push(ReadRow {
                    number: row.number,
                    result: result.map(|parsed| (Box::new(parsed), row.cells)),
                });
            }
            Err(error) => batch.push(unreadable(error)?),
        }
        if (batch.len() >= BATCH_SIZE || bytes >= BATCH_BYTES) && !send(sender, &mut batch) {
            return Ok(());
        }
        if batch.is_empty() {
            bytes = 0;
        }
    }
    send(sender, &mut batch);
    Ok(())
}

/// Returns false if the receiver was dropped.
fn send(sender: &mpsc::Sender<Vec<ReadRow>>, batch: &mut Vec<ReadRow>) -> bool {
    batch.is_empty() || sender.blocking_send(std::mem::take(batch)).is_ok()
}

fn unreadable(error: RowError) -> Result<ReadRow, Error> {
    let (number, detail) = match error {
        RowError::Unclosed { number } => (
            number,
            "A quote in this row is never closed, or the row is longer than 1 MiB. It and the rows after it can't be read.".to_owned(),
        ),
        RowError::Columns { number } => (
            number,
            format!("The row has more than {MAX_CSV_COLUMNS} cells. It and the rows after it can't be read."),
        ),
        RowError::Io(error) => return Err(Error::Internal(format!("CSV file: {error}"))),
    };
    Ok(ReadRow {
        number,
        result: Err(CellError::of_row(detail)),
    })
}
