//! Reads uploaded files on a blocking thread and sends the parsed messages in batches with checkpoints. Only one raw message
//! is in memory at a time.

use super::queries::imports::{Checkpoint, StoredFile};
use chrono::{DateTime, Utc};
use domain::mail::ImportError;
use mail_reader::{
    MailReader, ParsedMessage,
    parser::{
        ArchiveType, FileType, MAX_MESSAGE_BYTES, Mbox, ParseError, SNIFF_BYTES,
        archive::{self, ArchiveEvent, ArchiveItem, ArchivePosition, is_ignored_name},
        normalize_line_breaks, strip_bom,
    },
};
use std::{
    fs::File,
    io::{self, BufReader, Read as _, Seek as _, SeekFrom},
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tokio::sync::mpsc::Sender;

const BATCH_SIZE: i64 = 200;
/// A batch is sent after this time even if it is not full, to show progress to the user.
const BATCH_INTERVAL: Duration = Duration::from_millis(400);
const READ_BUFFER_BYTES: usize = 256 * 1024;

/// The messages and errors between two checkpoints.
#[derive(Debug, Default)]
pub struct Batch {
    pub messages: Vec<ParsedMessage>,
    pub errors: Vec<ImportError>,
    /// Number of messages, including those that could not be parsed.
    pub seen: i64,
    /// Number of messages that are spam, drafts or chats.
    pub excluded: i64,
    pub next: Checkpoint,
}

/// Reads the files of an import.
pub struct FileReader {
    pub reader: &'static MailReader,
    pub dir: PathBuf,
    pub files: Vec<StoredFile>,
    pub start: Checkpoint,
    pub now: DateTime<Utc>,
    pub sender: Sender<Batch>,
}

/// The receiver of the batches was dropped.
struct ReceiverClosed;

impl FileReader {
    /// Reads from the checkpoint to the end of the last file, or until the receiver is dropped.
    pub fn run(mut self) {
        let mut batch = BatchBuilder::new(self.start);
        let files = std::mem::take(&mut self.files);
        for (index, file) in files.iter().enumerate().skip(self.start.file) {
            let start = if index == self.start.file {
                self.start
            } else {
                Checkpoint {
                    file: index,
                    ..Checkpoint::default()
                }
            };
            let path = self.dir.join(&file.path);
            match self.read_file(file, &path, start, &mut batch) {
                Ok(Ok(())) => {}
                Ok(Err(ReceiverClosed)) => return,
                Err(error) => {
                    tracing::warn!(%error, "failed to read uploaded file");
                    batch.add_error(
                        &file.name,
                        0,
                        "The server could not read this file. Upload it again.",
                    );
                }
            }
            let next = Checkpoint {
                file: index + 1,
                ..Checkpoint::default()
            };
            if self.advance(&mut batch, next).is_err() {
                return;
            }
        }
        let _ = self.send(&mut batch);
    }

    /// Sets the checkpoint of a batch, and sends the batch if it is due.
    fn advance(&self, batch: &mut BatchBuilder, next: Checkpoint) -> Result<(), ReceiverClosed> {
        batch.current.next = next;
        if batch.is_due() { self.send(batch) } else { Ok(()) }
    }

    fn send(&self, batch: &mut BatchBuilder) -> Result<(), ReceiverClosed> {
        self.sender
            .blocking_send(batch.take())
            .map_err(|_| ReceiverClosed)
    }

    fn read_file(
        &self,
        file: &StoredFile,
        path: &Path,
        start: Checkpoint,
        batch: &mut BatchBuilder,
    ) -> io::Result<Result<(), ReceiverClosed>> {
        let mut opened = File::open(path)?;
        let mut beginning = Vec::with_capacity(SNIFF_BYTES);
        opened
            .by_ref()
            .take(SNIFF_BYTES as u64)
            .read_to_end(&mut beginning)?;
        match FileType::detect(&beginning) {
            // A file next to the mailbox in a dropped folder.
            FileType::Unsupported(_) if is_ignored_name(&file.name) => Ok(Ok(())),
            FileType::Archive(archive_type) => {
                self.read_archive(&file.name, opened, archive_type, start, batch)
            }
            FileType::Unsupported(reason) => {
                batch.add_error(&file.name, 0, reason);
                Ok(Ok(()))
            }
            FileType::Eml => {
                let mut raw = beginning;
                opened.take(MAX_MESSAGE_BYTES as u64 + 1).read_to_end(&mut raw)?;
                let raw = normalize_line_breaks(raw);
                batch.add_message(&file.name, 1, self.reader.read(strip_bom(&raw), b"", self.now));
                Ok(Ok(()))
            }
            FileType::Mbox => {
                opened.seek(SeekFrom::Start(start.offset))?;
                let mbox = Mbox::resume(
                    BufReader::with_capacity(READ_BUFFER_BYTES, opened),
                    start.offset,
                    start.messages,
                );
                self.read_mbox(&file.name, mbox, start.file, batch)
            }
        }
    }

    /// Reads an archive. After an interruption, the archive member at the checkpoint is extracted and split into messages again;
    /// messages before the checkpoint are not parsed.
    fn read_archive(
        &self,
        name: &str,
        opened: File,
        archive_type: ArchiveType,
        start: Checkpoint,
        batch: &mut BatchBuilder,
    ) -> io::Result<Result<(), ReceiverClosed>> {
        let mut messages = start.messages;
        let mut visit = |item: ArchiveItem<'_>| {
            let label = if item.name.is_empty() {
                name.to_owned()
            } else {
                format!("{name}: {}", item.name)
            };
            match item.event {
                ArchiveEvent::Message { from_line, content } => {
                    messages += 1;
                    let result = content
                        .map_err(ParseError::TooLarge)
                        .and_then(|raw| self.reader.read(&raw, &from_line, self.now));
                    batch.add_message(&label, messages, result);
                }
                ArchiveEvent::Error(reason) => batch.add_error(&label, 0, reason),
            }
            let next = Checkpoint {
                file: start.file,
                messages,
                offset: item.next.to_offset(),
            };
            match self.advance(batch, next) {
                Ok(()) => ControlFlow::Continue(()),
                Err(ReceiverClosed) => ControlFlow::Break(()),
            }
        };
        let position = ArchivePosition::from_offset(start.offset);
        let reader = BufReader::with_capacity(READ_BUFFER_BYTES, opened);
        let flow = archive::read(reader, archive_type, position, &mut visit)?;
        Ok(if flow.is_break() {
            Err(ReceiverClosed)
        } else {
            Ok(())
        })
    }

    fn read_mbox(
        &self,
        name: &str,
        mut mbox: Mbox<BufReader<File>>,
        file: usize,
        batch: &mut BatchBuilder,
    ) -> io::Result<Result<(), ReceiverClosed>> {
        while let Some(message) = mbox.next_message()? {
            let result = match &message.content {
                Ok(raw) => self.reader.read(raw, &message.from_line, self.now),
                Err(too_large) => Err(ParseError::TooLarge(*too_large)),
            };
            batch.add_message(name, message.position, result);
            let next = Checkpoint {
                file,
                messages: message.position,
                offset: message.next_offset,
            };
            if self.advance(batch, next).is_err() {
                return Ok(Err(ReceiverClosed));
            }
        }
        Ok(Ok(()))
    }
}

struct BatchBuilder {
    current: Batch,
    started: Instant,
}

impl BatchBuilder {
    fn new(start: Checkpoint) -> Self {
        Self {
            current: Batch {
                next: start,
                ..Batch::default()
            },
            started: Instant::now(),
        }
    }

    fn add_message(&mut self, file: &str, position: u64, result: Result<ParsedMessage, ParseError>) {
        self.current.seen += 1;
        match result {
            Ok(message) => self.current.messages.push(message),
            Err(ParseError::Excluded) => self.current.excluded += 1,
            Err(error) => self.add_error(file, position, &error.to_string()),
        }
    }

    fn add_error(&mut self, file: &str, position: u64, detail: &str) {
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        self.current.errors.push(ImportError {
            file: file.to_owned(),
            position,
            detail: detail.to_owned(),
        });
    }

    fn is_due(&self) -> bool {
        self.current.seen >= BATCH_SIZE || self.started.elapsed() > BATCH_INTERVAL
    }

    fn take(&mut self) -> Batch {
        self.started = Instant::now();
        let next = self.current.next;
        std::mem::replace(
            &mut self.current,
            Batch {
                next,
                ..Batch::default()
            },
        )
    }
}

#[cfg(test)]
#[path = "file_reader_tests.rs"]
mod tests;
