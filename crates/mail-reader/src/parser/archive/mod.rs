//! Reads messages from archives: ZIP files with mailboxes or emails, such as a Google Takeout, and mailboxes compressed with
//! gzip. Archives are streamed; the sizes and counts that they declare are not trusted.

mod budget;
mod directory;

use budget::Budget;

use super::{FileType, MAX_MESSAGE_BYTES, Mbox, SNIFF_BYTES, TooLarge, normalize_line_breaks, strip_bom};
use flate2::read::MultiGzDecoder;
use std::{
    borrow::Cow,
    io::{self, BufRead, BufReader, Cursor, Read, Seek},
    ops::ControlFlow,
};
use zip::{
    ZipArchive,
    read::{ArchiveOffset, Config},
    result::ZipError,
};

const READ_BUFFER_BYTES: usize = 256 * 1024;
/// Maximum length of a file name in characters; the rest is ignored.
const MAX_NAME_LEN: usize = 200;

const NESTED: &str = "This is an archive within an archive and was skipped. Extract it and upload its files.";
const DAMAGED: &str = "This archive is damaged. Everything before the damage was read. Export it again, or extract it and upload its files.";
const TOO_MANY: &str =
    "This archive has more than 50,000 files. Extract it and upload only the .mbox or .eml files.";
const BOMB: &str = "This archive is too large when extracted, so reading it was stopped. Extract it and upload the .mbox or .eml files.";
const ENCRYPTED: &str = "This file is protected by a password. Extract the archive and upload its files.";
const METHOD: &str =
    "This file is compressed in a way that we do not support. Extract the archive and upload its files.";
const NO_EMAIL: &str =
    "This archive contains no email. Upload a .mbox file, or the .zip file of a Google Takeout of Gmail.";
const LINKEDIN: &str =
    "This is an archive of your LinkedIn data. It cannot be imported yet; upload email instead.";

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveType {
    /// An archive of many files.
    Zip,
    /// A single compressed file.
    Gzip,
}

/// The position of the next event, from which an interrupted reader continues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ArchivePosition {
    /// Index of the file in the archive.
    pub entry: u32,
    /// Number of events of that file before this position.
    pub event: u32,
}

impl ArchivePosition {
    /// Encodes the position as one number, to store it in place of a byte offset.
    pub const fn to_offset(self) -> u64 {
        (self.entry as u64) << 32 | self.event as u64
    }

    /// Decodes a number from [`to_offset`](Self::to_offset).
    #[expect(
        clippy::cast_possible_truncation,
        reason = "each half of the number fits into 32 bits"
    )]
    pub const fn from_offset(offset: u64) -> Self {
        Self {
            entry: (offset >> 32) as u32,
            event: offset as u32,
        }
    }
}

/// A message or an error in an archive.
#[derive(Debug, PartialEq, Eq)]
pub enum ArchiveEvent {
    /// The next message.
    Message {
        /// The separator line of a message in an mbox file; otherwise empty.
        from_line: Vec<u8>,
        /// The raw message.
        content: Result<Vec<u8>, TooLarge>,
    },
    /// A file, or the archive itself, cannot be read. The text is shown to users.
    Error(&'static str),
}

/// An event, the name of its file in the archive, and the position after it.
#[derive(Debug, PartialEq, Eq)]
pub struct ArchiveItem<'a> {
    /// Path of the file in the archive; empty for the archive itself.
    pub name: &'a str,
    /// The message or error.
    pub event: ArchiveEvent,
    /// Where to continue after this event.
    pub next: ArchivePosition,
}

/// Reads an archive from `start` on and calls `visit` for each event until it breaks. Files before `start` are skipped; the file
/// at `start` is extracted and split into messages again, but events before `start` are not visited.
///
/// # Errors
/// I/O errors of the reader. Defects of the archive are reported as events.
pub fn read<R: Read + Seek>(
    mut reader: R,
    archive_type: ArchiveType,
    start: ArchivePosition,
    visit: &mut dyn FnMut(ArchiveItem<'_>) -> ControlFlow<()>,
) -> io::Result<ControlFlow<()>> {
    let len = reader.seek(io::SeekFrom::End(0))?;
    read_within(&Budget::for_archive(len), reader, archive_type, start, visit)
}

fn read_within<R: Read + Seek>(
    budget: &Budget,
    mut reader: R,
    archive_type: ArchiveType,
    start: ArchivePosition,
    visit: &mut dyn FnMut(ArchiveItem<'_>) -> ControlFlow<()>,
) -> io::Result<ControlFlow<()>> {
    let mut entries = EntryReader {
        start,
        next: ArchivePosition::default(),
        count: 0,
        budget,
        visit,
    };
    let result = match archive_type {
        ArchiveType::Zip => entries.read_zip(reader),
        ArchiveType::Gzip => {
            reader.rewind()?;
            let decoder = MultiGzDecoder::new(BufReader::with_capacity(READ_BUFFER_BYTES, reader));
            entries.read_entry("", &mut budget.limit(decoder), IsReported::Always)
        }
    };
    match result {
        Ok(flow) => Ok(flow),
        Err(error) => entries.report_damage("", &error).ok_or(error),
    }
}

/// Whether to report a file that is not email.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum IsReported {
    Always,
    /// Only if its name suggests email.
    IfNamedLikeEmail,
}

struct EntryReader<'a> {
    start: ArchivePosition,
    /// The position of the next event.
    next: ArchivePosition,
    /// Number of events of all files. Skipped files count as one each.
    count: u64,
    budget: &'a Budget,
    visit: &'a mut dyn FnMut(ArchiveItem<'_>) -> ControlFlow<()>,
}

impl EntryReader<'_> {
    /// Visits an event, unless it is before the start position.
    fn emit(&mut self, name: &str, event: ArchiveEvent) -> ControlFlow<()> {
        self.count += 1;
        let is_done = self.next < self.start;
        self.next.event += 1;
        if is_done {
            return ControlFlow::Continue(());
        }
        let name: String = name.chars().take(MAX_NAME_LEN).collect();
        (self.visit)(ArchiveItem {
            name: &name,
            event,
            next: self.next,
        })
    }

    fn begin_entry(&mut self, index: u32) {
        self.next = ArchivePosition {
            entry: index,
            event: 0,
        };
    }

    fn read_zip<R: Read + Seek>(&mut self, mut reader: R) -> io::Result<ControlFlow<()>> {
        if !directory::is_bounded(&mut reader)? {
            return Ok(self.emit("", ArchiveEvent::Error(TOO_MANY)));
        }
        let config = Config {
            archive_offset: ArchiveOffset::Known(0),
        };
        let mut archive = match ZipArchive::with_config(config, reader) {
            Ok(archive) => archive,
            Err(ZipError::Io(error)) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
            Err(_) => return Ok(self.emit("", ArchiveEvent::Error(DAMAGED))),
        };
        if archive.len() > directory::MAX_ENTRIES {
            return Ok(self.emit("", ArchiveEvent::Error(TOO_MANY)));
        }
        let mut is_linkedin = false;
        for index in 0..archive.len() {
            let entry_index = u32::try_from(index).unwrap_or(u32::MAX);
            if entry_index < self.start.entry {
                // An earlier run visited the events of this file.
                self.count += 1;
                continue;
            }
            self.begin_entry(entry_index);
            let mut file = match archive.by_index(index) {
                Ok(file) => file,
                Err(error) => {
                    let reason = match error {
                        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => ENCRYPTED,
                        ZipError::UnsupportedArchive(_) => METHOD,
                        _ => DAMAGED,
                    };
                    if self.emit("", ArchiveEvent::Error(reason)).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                    continue;
                }
            };
            let name = file.name().map(Cow::into_owned).unwrap_or_default();
            if file.is_dir() || is_ignored_name(&name) {
                continue;
            }
            is_linkedin = is_linkedin || name.ends_with("Job Applications.csv");
            let mut limited = self.budget.limit(&mut file);
            let flow = match self.read_entry(&name, &mut limited, IsReported::IfNamedLikeEmail) {
                Ok(flow) => flow,
                Err(error) => match self.report_damage(&name, &error) {
                    // The archive may be a decompression bomb, so the other files are not read.
                    Some(flow) if budget::is_exceeded(&error) => return Ok(flow),
                    Some(flow) => flow,
                    None => return Err(error),
                },
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
        if self.count > 0 {
            return Ok(ControlFlow::Continue(()));
        }
        self.begin_entry(u32::MAX);
        let reason = if is_linkedin { LINKEDIN } else { NO_EMAIL };
        Ok(self.emit("", ArchiveEvent::Error(reason)))
    }

    /// Reports damaged data or too much data as an event. `None` for other errors, such as disk errors.
    fn report_damage(&mut self, name: &str, error: &io::Error) -> Option<ControlFlow<()>> {
        let reason = if budget::is_exceeded(error) {
            BOMB
        } else {
            match error.kind() {
                io::ErrorKind::Unsupported => METHOD,
                io::ErrorKind::InvalidData
                | io::ErrorKind::InvalidInput
                | io::ErrorKind::UnexpectedEof
                | io::ErrorKind::Other => DAMAGED,
                _ => return None,
            }
        };
        Some(self.emit(name, ArchiveEvent::Error(reason)))
    }

    /// Reads one file of the archive, or its content if it is compressed with gzip.
    fn read_entry(
        &mut self,
        name: &str,
        reader: &mut dyn Read,
        reported: IsReported,
    ) -> io::Result<ControlFlow<()>> {
        let mut beginning = Vec::with_capacity(SNIFF_BYTES);
        reader.take(SNIFF_BYTES as u64).read_to_end(&mut beginning)?;
        match FileType::detect(&beginning) {
            FileType::Mbox => {
                let all = Cursor::new(beginning).chain(reader);
                self.read_mbox(name, BufReader::with_capacity(READ_BUFFER_BYTES, all))
            }
            FileType::Eml => {
                let mut raw = beginning;
                reader.take(MAX_MESSAGE_BYTES as u64 + 1).read_to_end(&mut raw)?;
                let content = if raw.len() > MAX_MESSAGE_BYTES {
                    Err(TooLarge::Message)
                } else {
                    Ok(strip_bom(&normalize_line_breaks(raw)).to_vec())
                };
                Ok(self.emit(
                    name,
                    ArchiveEvent::Message {
                        from_line: Vec::new(),
                        content,
                    },
                ))
            }
            FileType::Archive(ArchiveType::Gzip) if reported == IsReported::IfNamedLikeEmail => {
                let all = Cursor::new(beginning).chain(reader);
                let decoder = MultiGzDecoder::new(BufReader::with_capacity(READ_BUFFER_BYTES, all));
                let budget = self.budget;
                self.read_entry(name, &mut budget.limit(decoder), IsReported::Always)
            }
            FileType::Archive(_) => Ok(self.emit(name, ArchiveEvent::Error(NESTED))),
            FileType::Unsupported(reason) => {
                let is_empty = beginning.is_empty() && reported == IsReported::IfNamedLikeEmail;
                if is_empty || (reported == IsReported::IfNamedLikeEmail && !is_named_like_email(name)) {
                    return Ok(ControlFlow::Continue(()));
                }
                Ok(self.emit(name, ArchiveEvent::Error(reason)))
            }
        }
    }

    fn read_mbox(&mut self, name: &str, reader: impl BufRead) -> io::Result<ControlFlow<()>> {
        let mut mbox = Mbox::new(reader);
        while let Some(message) = mbox.next_message()? {
            let event = ArchiveEvent::Message {
                from_line: message.from_line,
                content: message.content,
            };
            if self.emit(name, event).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// Whether a file is metadata that operating systems and email programs store next to email.
pub fn is_ignored_name(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    path.starts_with("__MACOSX/")
        || name.starts_with("._")
        || [".ds_store", "thumbs.db", "desktop.ini", "table_of_contents"].contains(&lower.as_str())
        || lower
            .rsplit_once('.')
            .is_some_and(|(_, extension)| extension == "msf")
}

/// Whether a file name has an extension of email or archives, or no extension.
fn is_named_like_email(path: &str) -> bool {
    const EXTENSIONS: [&str; 9] = ["mbox", "mbx", "eml", "emlx", "msg", "pst", "ost", "zip", "gz"];
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rsplit_once('.')
        .is_none_or(|(_, extension)| EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
#[path = "archive_tests.rs"]
mod tests;
