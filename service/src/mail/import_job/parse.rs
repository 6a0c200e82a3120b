//! The first phase of an import: its files are parsed, and their messages stored.

use super::ImportRun;
use crate::{
    Error, Services,
    background::JobError,
    mail::{
        file_reader::{Batch, FileReader},
        mail_reader,
        queries::{
            findings,
            imports::{Checkpoint, Progress, RunningImport},
            messages::{self, MessageRow},
        },
    },
    platform::storage_limits::{LimitScope, count, limit_message},
    uploads,
};
use domain::mail::ImportError;
use tokio::sync::mpsc;

/// Maximum number of stored errors; further ones are only counted.
const MAX_ERRORS: usize = 100;
/// Maximum number of batches waiting to be stored.
const CHANNEL_CAPACITY: usize = 2;

impl ImportRun<'_> {
    /// Parses the files from the checkpoint. Returns false if the job should yield before the end.
    pub(super) async fn parse(&mut self, import: &RunningImport) -> Result<bool, JobError> {
        let (sender, mut batches) = mpsc::channel::<Batch>(CHANNEL_CAPACITY);
        let end = import.files.len();
        let file_reader = FileReader {
            reader: mail_reader()?,
            dir: uploads::path(&self.ctx.services, self.id.0),
            files: import.files.clone(),
            start: import.checkpoint,
            now: self.ctx.services.clock.now(),
            sender,
        };
        let reading = tokio::task::spawn_blocking(move || file_reader.run());
        let mut error_count = import.error_count;
        let mut is_done = import.checkpoint.file >= end;
        let mut message_count = self.count_messages(import).await?;
        while let Some(mut batch) = batches.recv().await {
            is_done = batch.next.file >= end;
            message_count += i64::try_from(batch.messages.len()).unwrap_or(i64::MAX);
            if message_count > self.ctx.services.storage_limits.max_messages {
                // The count includes duplicates. Counting the stored messages may show that there is still room.
                message_count = self.count_messages(import).await?;
                if message_count >= self.ctx.services.storage_limits.max_messages {
                    batch.messages.clear();
                    batch.errors.push(limit_error(&self.ctx.services));
                    batch.next = Checkpoint {
                        file: end,
                        ..Checkpoint::default()
                    };
                    return self.store(import, batch, &mut error_count, true).await;
                }
            }
            if !self.store(import, batch, &mut error_count, is_done).await? {
                return Ok(false);
            }
            if !is_done && self.ctx.should_yield().await? {
                return Ok(false);
            }
        }
        let result = reading.await;
        if result.is_err() || !is_done {
            return Err(Error::Internal("file reader stopped before the last file".into()).into());
        }
        Ok(true)
    }

    async fn count_messages(&self, import: &RunningImport) -> Result<i64, Error> {
        let services = &self.ctx.services;
        let max = services.storage_limits.max_messages;
        let mut tx = services.db.begin(self.grant).await?;
        let mut count = messages::count(&mut tx, max).await?;
        if import.dry_run {
            count += findings::count(&mut tx, self.id, max).await?;
        }
        tx.commit().await?;
        Ok(count)
    }

    /// Stores a batch and its checkpoint in one transaction. Returns false if the user has cancelled the import.
    async fn store(
        &self,
        import: &RunningImport,
        mut batch: Batch,
        error_count: &mut usize,
        is_done: bool,
    ) -> Result<bool, JobError> {
        let services = &self.ctx.services;
        let now = services.clock.now();
        let rows: Vec<_> = batch
            .messages
            .into_iter()
            .map(|message| MessageRow::new(services.id(), message))
            .collect();
        let remaining = MAX_ERRORS.saturating_sub(*error_count);
        let truncated = batch.errors.len().saturating_sub(remaining);
        batch.errors.truncate(remaining);
        let mut tx = self.ctx.job.begin_step(services, self.grant).await?;
        let unmatched = if import.dry_run {
            findings::insert_findings(&mut tx, self.id, &rows).await?
        } else {
            messages::insert_messages(&mut tx, import.mailbox, self.id.into(), &rows, now).await?
        };
        let parsed = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let progress = Progress {
            checkpoint: Some(batch.next),
            is_storing_done: is_done,
            seen: batch.seen,
            ignored: parsed - unmatched + batch.excluded,
            errors: &batch.errors,
            errors_truncated: i64::try_from(truncated).unwrap_or(i64::MAX),
            ..Progress::default()
        };
        let is_running = self.commit_step(tx, &progress).await?;
        ::metrics::counter!("jobhax_messages_read_total").increment(rows.len() as u64);
        *error_count += batch.errors.len();
        Ok(is_running)
    }
}

fn limit_error(services: &Services) -> ImportError {
    let message = limit_message(
        LimitScope::User,
        &count(services.storage_limits.max_messages, "emails"),
    );
    ImportError {
        file: "upload".into(),
        position: 0,
        detail: format!("{message} The remaining emails were not imported."),
    }
}
