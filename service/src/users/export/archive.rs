//! An export as a ZIP archive, which is compressed while it is sent.

use super::stream::{ExportSink, WriteError};
use crate::Error;
use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
};
use zip::{
    ZipWriter,
    result::ZipError,
    write::{SimpleFileOptions, StreamWriter},
};

/// Number of bytes that are compressed in one step, so that other tasks of the thread do not wait long.
const COMPRESSED_BYTES: usize = 64 * 1024;
/// Minimum size of the chunks in which the archive is sent.
const CHUNK_BYTES: usize = 64 * 1024;

/// File systems allow names of 255 bytes.
const MAX_NAME_BYTES: usize = 200;
const MAX_EXTENSION_BYTES: usize = 16;

/// The bytes that the writer of the archive has produced and that are not sent yet.
#[derive(Clone, Default)]
struct ChunkBuffer(Arc<Mutex<Vec<u8>>>);

impl ChunkBuffer {
    fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn take(&self) -> Vec<u8> {
        mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for ChunkBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A ZIP archive that is sent to the reader of an export.
pub(super) struct Archive {
    writer: ZipWriter<StreamWriter<ChunkBuffer>>,
    buffer: ChunkBuffer,
    options: SimpleFileOptions,
    sink: ExportSink,
}

impl Archive {
    /// An archive whose entries were last modified at `now`.
    pub fn new(sink: ExportSink, now: DateTime<Utc>) -> Self {
        let buffer = ChunkBuffer::default();
        // Compressed even where that saves little: programs that read an archive as a stream cannot find the end of a stored entry.
        let options = SimpleFileOptions::default()
            .last_modified_time(zip_time(now))
            .unix_permissions(0o600);
        Self {
            writer: ZipWriter::new_stream(buffer.clone()),
            buffer,
            options,
            sink,
        }
    }

    /// Begins an entry. The next writes are its content.
    pub fn start_entry(&mut self, path: &str) -> Result<(), WriteError> {
        self.writer.start_file(path, self.options).map_err(|e| failed(&e))
    }

    /// Appends to the entry.
    pub async fn write(&mut self, content: &[u8]) -> Result<(), WriteError> {
        for part in content.chunks(COMPRESSED_BYTES) {
            self.writer
                .write_all(part)
                .map_err(|e| failed(&ZipError::Io(e)))?;
            if self.buffer.len() >= CHUNK_BYTES {
                self.sink.send(self.buffer.take()).await?;
            } else {
                tokio::task::yield_now().await;
            }
        }
        Ok(())
    }

    /// Ends the archive.
    pub async fn finish(self) -> Result<(), WriteError> {
        self.writer.finish().map_err(|e| failed(&e))?;
        self.sink.send(self.buffer.take()).await
    }
}

fn failed(error: &ZipError) -> WriteError {
    Error::Internal(format!("archive of an export: {error}")).into()
}

/// In UTC, because an archive has no time zones.
fn zip_time(time: DateTime<Utc>) -> zip::DateTime {
    let small = |n: u32| u8::try_from(n).unwrap_or_default();
    zip::DateTime::from_date_and_time(
        u16::try_from(time.year()).unwrap_or_default(),
        small(time.month()),
        small(time.day()),
        small(time.hour()),
        small(time.minute()),
        small(time.second()),
    )
    .unwrap_or_default()
}

/// A file name that Windows and Linux accept, with its extension.
pub(super) fn portable_name(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| if "<>:\"|?*".contains(c) { '_' } else { c })
        .collect();
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= MAX_EXTENSION_BYTES => (stem, format!(".{extension}")),
        _ => (name.as_str(), String::new()),
    };
    let end = stem.floor_char_boundary(MAX_NAME_BYTES - extension.len());
    let stem = stem.get(..end).unwrap_or_default();
    format!("{stem}{extension}")
        .trim_end_matches(['.', ' '])
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portable_name_is_short_and_has_no_special_characters() {
        assert_eq!(portable_name("CV: \"final\"?.pdf"), "CV_ _final__.pdf");
        assert_eq!(portable_name("Résumé"), "Résumé");
        assert_eq!(portable_name("notes..."), "notes");
        let long = portable_name(&format!("{}.pdf", "Резюме".repeat(33)));
        assert!(long.len() <= MAX_NAME_BYTES && long.ends_with("е.pdf"), "{long}");
    }
}
