//! Splits an mbox file into messages while reading it. Only one message is in memory at a time.
//!
//! A message begins with a line `From …`. Mail programs quote such lines of a body with `>`, which is removed here. Some do
//! not, so a `From ` line is a separator only if it ends in a date, or if it follows a blank line (or begins the file) and a
//! header follows.

use super::{
    error::TooLarge,
    limits::{MAX_HEADER_BYTES, MAX_MESSAGE_BYTES},
};
use std::io::{self, BufRead};

/// Maximum length of a separator line, in bytes.
const MAX_FROM_LINE_LEN: usize = 1024;

/// A message of an mbox file.
#[derive(Debug, PartialEq, Eq)]
pub struct MboxMessage {
    /// Number of the message in the file, from 1.
    pub position: u64,
    /// Byte offset of the next message.
    pub next_offset: u64,
    /// The separator line without line break; it may contain the date of delivery.
    pub from_line: Vec<u8>,
    /// The raw message.
    pub content: Result<Vec<u8>, TooLarge>,
}

/// Reads an mbox file message by message.
pub struct Mbox<R> {
    reader: R,
    offset: u64,
    position: u64,
    /// The separator line of the next message, if it was read already.
    pending_from_line: Option<Vec<u8>>,
    /// A line that was read ahead, or the buffer of a consumed line.
    peeked: Option<Line>,
}

impl<R: BufRead> Mbox<R> {
    /// Reads from the start of a file.
    pub fn new(reader: R) -> Self {
        Self::resume(reader, 0, 0)
    }

    /// Resumes after a message: the reader must be at `offset`, its [`MboxMessage::next_offset`], and `position` is the
    /// number of that message.
    pub fn resume(reader: R, offset: u64, position: u64) -> Self {
        Self {
            reader,
            offset,
            position,
            pending_from_line: None,
            peeked: None,
        }
    }

    /// Reads the next message; `None` at the end of the file.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn next_message(&mut self) -> io::Result<Option<MboxMessage>> {
        let Some(from_line) = self.read_separator()? else {
            return Ok(None);
        };
        self.position += 1;
        let mut message = MessageBuilder::new();
        let mut after_blank = false;
        loop {
            let Some(mut line) = self.read_line()? else {
                return Ok(Some(self.message(from_line, message, self.offset)));
            };
            if line.bytes.starts_with(b"From ") && !line.is_partial {
                let has_date = has_trailing_date(&line.bytes);
                if has_date || (after_blank && self.is_header_next()?) {
                    self.pending_from_line = Some(line.bytes);
                    return Ok(Some(self.message(from_line, message, line.start)));
                }
            }
            after_blank = line.bytes.is_empty();
            message.push(unquote(&line.bytes), line.ending);
            // A long line is read in chunks; only the first can be a separator.
            while line.is_partial {
                let Some(next) = self.read_line()? else { break };
                line = next;
                message.push(&line.bytes, line.ending);
            }
            self.recycle(line);
        }
    }

    /// Reads the separator line of the next message and skips everything before it.
    fn read_separator(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(from_line) = self.pending_from_line.take() {
            return Ok(Some(from_line));
        }
        while let Some(line) = self.read_line()? {
            let bytes = super::strip_bom(&line.bytes);
            if bytes.starts_with(b"From ") {
                return Ok(Some(bytes.to_vec()));
            }
        }
        Ok(None)
    }

    fn message(&self, mut from_line: Vec<u8>, message: MessageBuilder, next_offset: u64) -> MboxMessage {
        from_line.truncate(MAX_FROM_LINE_LEN);
        MboxMessage {
            position: self.position,
            next_offset,
            from_line,
            content: message.finish(),
        }
    }

    fn is_header_next(&mut self) -> io::Result<bool> {
        let line = self.read_line()?;
        let is_header = line
            .as_ref()
            .is_some_and(|l| super::header_name(&l.bytes).is_some());
        self.peeked = line;
        Ok(is_header)
    }

    /// Reads a line, or the next chunk of a long one; `None` at the end of the file.
    fn read_line(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.peeked.take_if(|l| !l.is_recycled) {
            return Ok(Some(line));
        }
        let mut line = self.peeked.take().unwrap_or_default();
        line.reset(self.offset);
        loop {
            let buffer = match self.reader.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if buffer.is_empty() {
                return Ok((self.offset > line.start).then_some(line));
            }
            let (consumed, is_complete) = match memchr::memchr(b'\n', buffer) {
                Some(at) => (at + 1, true),
                None => (buffer.len(), false),
            };
            line.bytes
                .extend_from_slice(buffer.get(..consumed).unwrap_or_default());
            self.reader.consume(consumed);
            self.offset += consumed as u64;
            if is_complete {
                line.strip_line_break();
                return Ok(Some(line));
            }
            if line.bytes.len() > MAX_FROM_LINE_LEN {
                line.is_partial = true;
                return Ok(Some(line));
            }
        }
    }

    /// Keeps the buffer of a line for the next one.
    fn recycle(&mut self, mut line: Line) {
        if self.peeked.is_none() {
            line.is_recycled = true;
            self.peeked = Some(line);
        }
    }
}

/// A line without its line break.
#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    ending: &'static [u8],
    /// Byte offset in the file.
    start: u64,
    /// The rest of the line is still to be read.
    is_partial: bool,
    /// The content is consumed; only the buffer is reused.
    is_recycled: bool,
}

impl Line {
    fn reset(&mut self, start: u64) {
        self.bytes.clear();
        *self = Self {
            bytes: std::mem::take(&mut self.bytes),
            start,
            ..Self::default()
        };
    }

    fn strip_line_break(&mut self) {
        self.bytes.pop();
        self.ending = b"\n";
        if self.bytes.last() == Some(&b'\r') {
            self.bytes.pop();
            self.ending = b"\r\n";
        }
    }
}

/// The message being read. Drops its bytes as soon as it is too large.
struct MessageBuilder {
    bytes: Vec<u8>,
    in_headers: bool,
    too_large: Option<TooLarge>,
}

impl MessageBuilder {
    fn new() -> Self {
        Self {
            bytes: Vec::new(),
            in_headers: true,
            too_large: None,
        }
    }

    fn push(&mut self, line: &[u8], ending: &[u8]) {
        if self.too_large.is_some() {
            return;
        }
        let size = self.bytes.len() + line.len() + ending.len();
        if self.in_headers && size > MAX_HEADER_BYTES {
            self.reject(TooLarge::Headers);
        } else if size > MAX_MESSAGE_BYTES {
            self.reject(TooLarge::Message);
        } else {
            let starts_line = self.bytes.last().is_none_or(|b| *b == b'\n');
            self.in_headers = self.in_headers && !(line.is_empty() && starts_line && !self.bytes.is_empty());
            self.bytes.extend_from_slice(line);
            self.bytes.extend_from_slice(ending);
        }
    }

    fn reject(&mut self, reason: TooLarge) {
        self.too_large = Some(reason);
        self.bytes = Vec::new();
    }

    fn finish(mut self) -> Result<Vec<u8>, TooLarge> {
        if let Some(reason) = self.too_large {
            return Err(reason);
        }
        // The blank line before the next separator is not part of the message.
        for ending in [b"\r\n\r\n".as_slice(), b"\n\n"] {
            if self.bytes.ends_with(ending) {
                self.bytes.truncate(self.bytes.len() - ending.len() / 2);
                break;
            }
        }
        Ok(self.bytes)
    }
}

/// Removes one `>` from `>From …` and `>>From …`.
fn unquote(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|b| **b == b'>').count();
    match line.get(marks..) {
        Some(rest) if marks > 0 && rest.starts_with(b"From ") => line.get(1..).unwrap_or_default(),
        _ => line,
    }
}

/// Whether the line is like `From someone Mon Jan  1 10:00:00 2026`, with or without a time zone.
fn has_trailing_date(line: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(line) else {
        return false;
    };
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let time = words
        .iter()
        .rposition(|w| w.len() >= 5 && w.bytes().all(|b| b.is_ascii_digit() || b == b':') && w.contains(':'));
    let Some(time) = time else { return false };
    let weekday = words
        .iter()
        .any(|w| ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(w));
    let year = words
        .iter()
        .skip(time + 1)
        .any(|w| w.len() == 4 && w.bytes().all(|b| b.is_ascii_digit()));
    weekday && year && time >= 3
}

#[cfg(test)]
#[path = "mbox_tests.rs"]
mod tests;
