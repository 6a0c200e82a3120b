//! Splits an mbox file into messages while reading it. Only one message is in memory at a time.
//!
//! A message begins with a line `From …`. To distinguish such lines in a body, programs quote them with `>`, which is removed
//! here (mboxo, mboxrd), or write the length of the body into a header (mboxcl2). Some do neither. A `From ` line therefore
//! counts as a separator only if headers follow and it ends in a date, has nothing after `From ` (Thunderbird), names a sender
//! and a date in another format, or names a sender and follows a blank line.

use super::{
    date::{HeaderDate, starts_with_weekday},
    error::TooLarge,
    header_names,
    limits::{MAX_HEADER_BYTES, MAX_MESSAGE_BYTES},
    line_reader::{Line, LineReader},
};
use std::io::{self, BufRead};

/// Maximum length of a separator line, in bytes.
const MAX_FROM_LINE_LEN: usize = 1024;
/// Number of bytes below a possible separator line that are searched for headers.
const HEADER_PREVIEW_BYTES: usize = 4 * 1024;
/// Maximum number of words between `From ` and the date of a separator line.
const MAX_SENDER_WORDS: usize = 8;
/// Maximum lookahead wasted on wrong Content-Length headers, in bytes, on top of the number of bytes read so far.
const MAX_WASTED_BYTES: u64 = 4 * MAX_MESSAGE_BYTES as u64;

/// A message of an mbox file.
#[derive(Debug, PartialEq, Eq)]
pub struct MboxMessage {
    /// Number of the message in the file, from 1.
    pub position: u64,
    /// Byte offset of the next message.
    pub next_offset: u64,
    /// The separator line without its line break. It may contain the date of delivery.
    pub from_line: Vec<u8>,
    /// The raw message.
    pub content: Result<Vec<u8>, TooLarge>,
}

/// Reads an mbox file message by message.
pub struct Mbox<R> {
    lines: LineReader<R>,
    position: u64,
    /// The separator line of the next message, if it has already been read.
    pending_from_line: Option<Vec<u8>>,
    /// Bytes of lookahead wasted on wrong Content-Length headers.
    wasted: u64,
}

impl<R: BufRead> Mbox<R> {
    /// Reads from the start of a file.
    pub const fn new(reader: R) -> Self {
        Self::resume(reader, 0, 0)
    }

    /// Resumes after a message. `offset` is its [`MboxMessage::next_offset`], where the reader must be; `position` is its
    /// [`MboxMessage::position`].
    pub const fn resume(reader: R, offset: u64, position: u64) -> Self {
        Self {
            lines: LineReader::new(reader, offset, MAX_FROM_LINE_LEN),
            position,
            pending_from_line: None,
            wasted: 0,
        }
    }

    /// Reads the next message; `None` at the end of the file.
    ///
    /// # Errors
    /// I/O errors of the underlying reader.
    pub fn next_message(&mut self) -> io::Result<Option<MboxMessage>> {
        let mut line = Line::default();
        let Some(from_line) = self.read_separator(&mut line)? else {
            return Ok(None);
        };
        self.position += 1;
        let mut message = MessageBuilder::new();
        let mut after_blank = false;
        // The file offset at which the body ends, once its Content-Length was found to be correct.
        let mut known_end = 0;
        while self.lines.read_line(&mut line)? {
            if is_from_line(&line.bytes) && !line.is_partial && line.start >= known_end {
                let is_separator = self.is_separator(&line.bytes, after_blank)?;
                let body_end = is_separator.then(|| message.body_end()).flatten();
                match body_end {
                    Some(end) if self.ends_at(end, line.start)? => known_end = end,
                    _ if is_separator => {
                        let next_offset = line.start;
                        self.pending_from_line = Some(std::mem::take(&mut line.bytes));
                        return Ok(Some(self.message(from_line, message, next_offset)));
                    }
                    _ => {}
                }
            }
            after_blank = line.bytes.is_empty();
            // Thunderbird on macOS repeats the separator line, quoted.
            if message.is_empty() && line.bytes.starts_with(b">From ") && !line.is_partial {
                continue;
            }
            let text = if line.start < known_end {
                &line.bytes
            } else {
                unquote(&line.bytes)
            };
            message.push(text, line.ending, self.lines.offset());
            // A long line is read in chunks; only the first can be a separator.
            while line.is_partial && self.lines.read_line(&mut line)? {
                message.push(&line.bytes, line.ending, self.lines.offset());
            }
        }
        let end = self.lines.offset();
        Ok(Some(self.message(from_line, message, end)))
    }

    /// Reads the separator line of the next message and skips everything before it.
    fn read_separator(&mut self, line: &mut Line) -> io::Result<Option<Vec<u8>>> {
        if let Some(from_line) = self.pending_from_line.take() {
            return Ok(Some(from_line));
        }
        let mut is_continued = false;
        while self.lines.read_line(line)? {
            if !is_continued && is_from_line(&line.bytes) {
                return Ok(Some(super::strip_bom(&line.bytes).to_vec()));
            }
            is_continued = line.is_partial;
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

    /// Whether a `From ` line is a separator.
    fn is_separator(&mut self, line: &[u8], after_blank: bool) -> io::Result<bool> {
        let has_date = has_trailing_date(line);
        let words = String::from_utf8_lossy(line).split_ascii_whitespace().count();
        let is_possible = has_date || words == 1 || (after_blank && words == 2) || has_sender_and_date(line);
        if !is_possible {
            return Ok(false);
        }
        let preview = self.lines.peek(HEADER_PREVIEW_BYTES)?;
        Ok(begins_with_headers(preview, has_date))
    }

    /// Whether the body of the current message ends at `end`, the offset according to its Content-Length header: a separator or
    /// the end of the file must be there. `now` is the offset of a line that looks like a separator.
    fn ends_at(&mut self, end: u64, now: u64) -> io::Result<bool> {
        let offset = self.lines.offset();
        let Some(distance) = end.checked_sub(offset).filter(|_| now < end) else {
            return Ok(false);
        };
        if self.wasted > MAX_WASTED_BYTES + offset {
            return Ok(false);
        }
        let distance = usize::try_from(distance).unwrap_or(usize::MAX);
        let preview = self.lines.peek(distance.saturating_add(8))?;
        let is_end = preview.get(distance..).is_some_and(|rest| {
            let rest = rest.strip_prefix(b"\r").unwrap_or(rest);
            let rest = rest.strip_prefix(b"\n").unwrap_or(rest);
            rest.is_empty() || rest.starts_with(b"From ")
        });
        if !is_end {
            self.wasted += preview.len() as u64;
        }
        Ok(is_end)
    }
}

/// Collects the lines of the current message. Drops its bytes as soon as it is too large.
struct MessageBuilder {
    bytes: Vec<u8>,
    in_headers: bool,
    too_large: Option<TooLarge>,
    /// The file offset at which the body begins.
    body_start: u64,
    content_length: Option<u64>,
}

impl MessageBuilder {
    const fn new() -> Self {
        Self {
            bytes: Vec::new(),
            in_headers: true,
            too_large: None,
            body_start: 0,
            content_length: None,
        }
    }

    const fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.too_large.is_none()
    }

    /// The file offset at which the body ends according to the Content-Length header.
    fn body_end(&self) -> Option<u64> {
        let length = self.content_length.filter(|_| !self.in_headers)?;
        Some(self.body_start + length)
    }

    /// Appends a line. `offset` is the file offset of the next line.
    fn push(&mut self, line: &[u8], ending: &[u8], offset: u64) {
        if self.too_large.is_some() {
            return;
        }
        let size = self.bytes.len() + line.len() + ending.len();
        if self.in_headers && size > MAX_HEADER_BYTES {
            self.reject(TooLarge::Headers);
        } else if size > MAX_MESSAGE_BYTES {
            self.reject(TooLarge::Message);
        } else {
            if self.in_headers {
                let starts_line = self.bytes.last().is_none_or(|b| *b == b'\n');
                if line.is_empty() && starts_line && !self.bytes.is_empty() {
                    self.in_headers = false;
                    self.body_start = offset;
                } else if starts_line {
                    self.content_length = self.content_length.or_else(|| content_length(line));
                }
            }
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

/// Whether a line begins with `From `, possibly after a byte order mark: concatenated files have them between messages.
fn is_from_line(line: &[u8]) -> bool {
    super::strip_bom(line).starts_with(b"From ")
}

/// The value of a Content-Length header. Values above the size limit for messages are ignored.
fn content_length(line: &[u8]) -> Option<u64> {
    let name = super::header_name(line)?;
    if !name.eq_ignore_ascii_case(b"content-length") {
        return None;
    }
    let value = std::str::from_utf8(line.get(name.len() + 1..)?).ok()?;
    let length: u64 = value.trim().parse().ok()?;
    (length <= MAX_MESSAGE_BYTES as u64).then_some(length)
}

/// Removes one `>` from `>From …` and `>>From …`.
fn unquote(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|b| **b == b'>').count();
    match line.get(marks..) {
        Some(rest) if marks > 0 && rest.starts_with(b"From ") => line.get(1..).unwrap_or_default(),
        _ => line,
    }
}

/// Whether the text below a `From ` line begins a message. Below a line with a date, only the first line
/// counts: it must be blank, any header, or missing. Otherwise all lines up to the first blank line must be headers, at least one
/// of them known.
fn begins_with_headers(preview: &[u8], has_date: bool) -> bool {
    let is_complete = preview.len() < HEADER_PREVIEW_BYTES;
    let mut has_known = false;
    let mut lines = preview
        .split(|b| *b == b'\n')
        .flat_map(|line| line.strip_suffix(b"\r").unwrap_or(line).split(|b| *b == b'\r'))
        .skip_while(|line| line.starts_with(b">From "))
        .peekable();
    if has_date {
        return lines
            .next()
            .is_none_or(|line| line.is_empty() || super::header_name(line).is_some());
    }
    let mut is_first = true;
    while let Some(line) = lines.next() {
        if line.is_empty() {
            return has_known;
        }
        let is_truncated = lines.peek().is_none() && !is_complete;
        let is_folded = !is_first && (line.starts_with(b" ") || line.starts_with(b"\t"));
        is_first = false;
        if is_truncated || is_folded {
            continue;
        }
        match super::header_name(line) {
            Some(name) => has_known = has_known || header_names::is_known(name),
            None => return false,
        }
    }
    has_known
}

/// Whether a line has the form `From someone Mon Jan  1 10:00:00 2026`, with or without a time zone before or after the year.
fn has_trailing_date(line: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(line) else {
        return false;
    };
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let time = words
        .iter()
        .rposition(|w| w.len() >= 5 && w.bytes().all(|b| b.is_ascii_digit() || b == b':') && w.contains(':'));
    let Some(time) = time else { return false };
    let has_weekday = text
        .match_indices(' ')
        .any(|(at, _)| text.get(at + 1..).is_some_and(starts_with_weekday));
    let after: Vec<&&str> = words.iter().skip(time + 1).collect();
    let has_year = after
        .iter()
        .any(|w| w.len() == 4 && w.bytes().all(|b| b.is_ascii_digit()));
    has_weekday && has_year && time >= 3 && after.len() <= 3
}

/// Whether a line has the form `From a@b.c Mon, 30 Nov 2026 10:00:00 +0100` or `From - 2026-11-30T10:00:00Z`.
fn has_sender_and_date(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(super::strip_bom(line));
    let Some(rest) = text.strip_prefix("From ") else {
        return false;
    };
    rest.match_indices(' ').take(MAX_SENDER_WORDS).any(|(at, _)| {
        let (sender, date) = rest.split_at(at);
        let is_sender = sender.contains('@') || matches!(sender, "-" | "MAILER-DAEMON");
        is_sender && HeaderDate::parse(date.as_bytes()).is_some()
    })
}

#[cfg(test)]
#[path = "mbox_tests.rs"]
mod tests;
