//! Reads the files of an upload on a thread of its own and hands over what it found in small portions. One mail is in
//! memory at a time, and a few portions of what was read from them.

use super::{
    read::{
        FileKind, Flaw, Head, LetterReader, Mbox, Reader, Reading, file_kind::SNIFF_BYTES, mbox::MAX_MESSAGE,
    },
    upload::StoredFile,
};
use chrono::{DateTime, Utc};
use domain::mail::ImportError;
use std::{
    fs::File,
    io::{self, BufReader, Read as _, Seek as _, SeekFrom},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::mpsc::Sender;

/// Most mails of a portion.
const PORTION: i64 = 200;
/// A portion is handed over after this time, so that progress is seen.
const PATIENCE: Duration = Duration::from_millis(400);
/// Bytes read from a file at once.
const BUFFER: usize = 256 * 1024;

/// Where reading stands: this file is next, so many of its mails are done, and its next mail begins at this byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub file: usize,
    pub mails: u64,
    pub offset: u64,
}

/// A mail as it is kept: never its text.
#[derive(Clone, Debug)]
pub(super) struct Scanned {
    pub head: Head,
    pub reading: Option<Reading>,
}

/// What was found up to a place.
#[derive(Debug, Default)]
pub(super) struct Portion {
    pub mails: Vec<Scanned>,
    pub errors: Vec<ImportError>,
    /// Mails met, also those that could not be read.
    pub seen: i64,
    pub next: Place,
}

/// What reads mail, compiled once for all imports.
#[derive(Clone)]
pub(super) struct Readers {
    letters: Arc<LetterReader>,
    rules: Arc<Reader>,
}

impl Readers {
    pub fn new() -> Result<Self, crate::Error> {
        let rules = Reader::new().map_err(|e| crate::Error::Internal(e.to_string()))?;
        Ok(Self {
            letters: Arc::default(),
            rules: Arc::new(rules),
        })
    }

    /// The senders that some rules know: addresses and domains.
    pub fn senders(&self) -> Vec<String> {
        self.rules.senders()
    }

    /// Reads one mail. A panic of the parser is a flaw of this mail and of nothing else.
    pub fn read(&self, raw: &[u8], from_line: &[u8], now: DateTime<Utc>) -> Result<Scanned, Flaw> {
        let work = || {
            let head = self.letters.head(raw, from_line, now)?;
            if self.rules.wants_text(&head) {
                let letter = self.letters.letter(head, raw)?;
                let reading = self.rules.read(&letter);
                Ok(Scanned {
                    head: letter.head,
                    reading,
                })
            } else {
                let reading = self.rules.read_head(&head);
                Ok(Scanned { head, reading })
            }
        };
        catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Flaw::Broken))
    }
}

/// A run through the files of an upload.
pub(super) struct Scan {
    pub readers: Readers,
    pub folder: PathBuf,
    pub files: Vec<StoredFile>,
    pub from: Place,
    pub now: DateTime<Utc>,
    pub to: Sender<Portion>,
}

/// Nobody listens any more.
struct Gone;

impl Scan {
    /// Reads all that is left. Ends early when nobody listens any more.
    pub fn run(mut self) {
        let mut portion = Collecting::new(self.from);
        let files = std::mem::take(&mut self.files);
        for (n, file) in files.iter().enumerate().skip(self.from.file) {
            let start = if n == self.from.file {
                self.from
            } else {
                Place {
                    file: n,
                    ..Place::default()
                }
            };
            let path = self.folder.join(&file.path);
            match self.file(file, &path, start, &mut portion) {
                Ok(Ok(())) => {}
                Ok(Err(Gone)) => return,
                Err(error) => {
                    tracing::warn!(%error, "an uploaded file could not be read");
                    portion.error(
                        &file.name,
                        0,
                        "The server could not read this file any more. Upload it again.",
                    );
                }
            }
            portion.now.next = Place {
                file: n + 1,
                ..Place::default()
            };
            if portion.full() && self.hand_over(&mut portion).is_err() {
                return;
            }
        }
        let _ = self.hand_over(&mut portion);
    }

    fn hand_over(&self, portion: &mut Collecting) -> Result<(), Gone> {
        self.to.blocking_send(portion.take()).map_err(|_| Gone)
    }

    fn file(
        &self,
        file: &StoredFile,
        path: &Path,
        start: Place,
        portion: &mut Collecting,
    ) -> io::Result<Result<(), Gone>> {
        let mut opened = File::open(path)?;
        let mut beginning = Vec::with_capacity(SNIFF_BYTES);
        opened
            .by_ref()
            .take(SNIFF_BYTES as u64)
            .read_to_end(&mut beginning)?;
        match FileKind::of(&beginning) {
            FileKind::Unreadable(reason) => {
                portion.error(&file.name, 0, reason);
                Ok(Ok(()))
            }
            FileKind::Eml => {
                let mut raw = beginning;
                opened.take(MAX_MESSAGE as u64 + 1).read_to_end(&mut raw)?;
                let raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&raw);
                portion.mail(&file.name, 1, self.readers.read(raw, b"", self.now));
                Ok(Ok(()))
            }
            FileKind::Mbox => {
                opened.seek(SeekFrom::Start(start.offset))?;
                self.mbox(
                    &file.name,
                    Mbox::resume(
                        BufReader::with_capacity(BUFFER, opened),
                        start.offset,
                        start.mails,
                    ),
                    start.file,
                    portion,
                )
            }
        }
    }

    fn mbox(
        &self,
        name: &str,
        mut mbox: Mbox<BufReader<File>>,
        file: usize,
        portion: &mut Collecting,
    ) -> io::Result<Result<(), Gone>> {
        while let Some(piece) = mbox.next_piece()? {
            let read = match &piece.content {
                Ok(raw) => self.readers.read(raw, &piece.from_line, self.now),
                Err(too_large) => Err(Flaw::TooLarge(*too_large)),
            };
            portion.mail(name, piece.position, read);
            portion.now.next = Place {
                file,
                mails: piece.position,
                offset: piece.next_offset,
            };
            if portion.full() && self.hand_over(portion).is_err() {
                return Ok(Err(Gone));
            }
        }
        Ok(Ok(()))
    }
}

/// A portion that is being filled.
struct Collecting {
    now: Portion,
    since: Instant,
}

impl Collecting {
    fn new(from: Place) -> Self {
        Self {
            now: Portion {
                next: from,
                ..Portion::default()
            },
            since: Instant::now(),
        }
    }

    fn mail(&mut self, file: &str, position: u64, read: Result<Scanned, Flaw>) {
        self.now.seen += 1;
        match read {
            Ok(mail) => self.now.mails.push(mail),
            Err(flaw) => self.error(file, position, &flaw.to_string()),
        }
    }

    fn error(&mut self, file: &str, position: u64, detail: &str) {
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        self.now.errors.push(ImportError {
            file: file.to_owned(),
            position,
            detail: detail.to_owned(),
        });
    }

    fn full(&self) -> bool {
        self.now.seen >= PORTION || self.since.elapsed() > PATIENCE
    }

    fn take(&mut self) -> Portion {
        self.since = Instant::now();
        let next = self.now.next;
        std::mem::replace(
            &mut self.now,
            Portion {
                next,
                ..Portion::default()
            },
        )
    }
}
