//! Cuts an mbox file into its mails while reading it: one mail in memory at a time, whatever the size of the file.
//!
//! A mail begins with a line `From …`. Mail programs write a `>` before such lines of a body, which is taken off here.
//! Some do not: so a `From ` line counts only where it ends in a date, or stands after a blank line (or at the very
//! beginning) and a header follows.

use std::io::{self, BufRead};

/// Largest mail that is read, in bytes.
pub const MAX_MESSAGE: usize = 10 * 1024 * 1024;
/// Largest header block that is read, in bytes.
pub const MAX_HEADERS: usize = 256 * 1024;
/// Longest `From ` line that is believed, in bytes.
const MAX_FROM_LINE: usize = 1024;

/// Why a mail was left out before it was parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    /// More than [`MAX_MESSAGE`].
    #[error("This mail is larger than 10 MB, so it was left out.")]
    Message,
    /// More than [`MAX_HEADERS`].
    #[error("The headers of this mail are larger than 256 KB, so it was left out.")]
    Headers,
}

/// One mail of the file.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its number in the file, from 1.
    pub position: u64,
    /// Where the next one begins, in bytes from the beginning of the file.
    pub next_offset: u64,
    /// The `From ` line without the line break; some programs write the date of arrival there.
    pub from_line: Vec<u8>,
    /// The mail, or why it was left out.
    pub content: Result<Vec<u8>, TooLarge>,
}

/// Reads mails one by one.
pub struct Mbox<R> {
    reader: R,
    offset: u64,
    position: u64,
    /// The `From ` line that was read already and belongs to the next mail.
    pending: Option<Vec<u8>>,
    /// A line that was read ahead.
    peeked: Option<Line>,
}

impl<R: BufRead> Mbox<R> {
    /// Begins at the start of a file.
    pub fn new(reader: R) -> Self {
        Self::resume(reader, 0, 0)
    }

    /// Goes on where a [`Piece`] said that the next mail begins; the reader must stand there. `position` is the number
    /// of the last mail that was read.
    pub fn resume(reader: R, offset: u64, position: u64) -> Self {
        Self {
            reader,
            offset,
            position,
            pending: None,
            peeked: None,
        }
    }

    /// The next mail, or nothing at the end.
    ///
    /// # Errors
    /// What reading the file gives.
    pub fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        let Some(from_line) = self.separator()? else {
            return Ok(None);
        };
        self.position += 1;
        let mut mail = Collected::new();
        let mut after_blank = false;
        loop {
            let Some(mut line) = self.line()? else {
                return Ok(Some(self.piece(from_line, mail, self.offset)));
            };
            if line.bytes.starts_with(b"From ") && !line.cut {
                let dated = ends_in_a_date(&line.bytes);
                if dated || (after_blank && self.header_follows()?) {
                    self.pending = Some(line.bytes);
                    return Ok(Some(self.piece(from_line, mail, line.start)));
                }
            }
            after_blank = line.bytes.is_empty();
            mail.take(unquote(&line.bytes), line.ending);
            // A line longer than the bite comes in several; only its beginning can be a separator.
            while line.cut {
                let Some(more) = self.line()? else { break };
                line = more;
                mail.take(&line.bytes, line.ending);
            }
            self.spare(line);
        }
    }

    /// The `From ` line of the next mail. What stands before it belongs to no mail.
    fn separator(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(from_line) = self.pending.take() {
            return Ok(Some(from_line));
        }
        while let Some(line) = self.line()? {
            let bytes = line.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line.bytes);
            if bytes.starts_with(b"From ") {
                return Ok(Some(bytes.to_vec()));
            }
        }
        Ok(None)
    }

    fn piece(&self, mut from_line: Vec<u8>, mail: Collected, next_offset: u64) -> Piece {
        from_line.truncate(MAX_FROM_LINE);
        Piece {
            position: self.position,
            next_offset,
            from_line,
            content: mail.finish(),
        }
    }

    fn header_follows(&mut self) -> io::Result<bool> {
        let line = self.line()?;
        let follows = line
            .as_ref()
            .is_some_and(|l| super::header_name(&l.bytes).is_some());
        self.peeked = line;
        Ok(follows)
    }

    /// Reads a line, or the first bite of a long one. Nothing at the end of the file.
    fn line(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.peeked.take_if(|l| !l.spare) {
            return Ok(Some(line));
        }
        let mut line = self.peeked.take().unwrap_or_default();
        line.clear(self.offset);
        loop {
            let buffer = match self.reader.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if buffer.is_empty() {
                return Ok((self.offset > line.start).then_some(line));
            }
            let (taken, ended) = match memchr::memchr(b'\n', buffer) {
                Some(at) => (at + 1, true),
                None => (buffer.len(), false),
            };
            line.bytes
                .extend_from_slice(buffer.get(..taken).unwrap_or_default());
            self.reader.consume(taken);
            self.offset += taken as u64;
            if ended {
                line.end();
                return Ok(Some(line));
            }
            if line.bytes.len() > MAX_FROM_LINE {
                line.cut = true;
                return Ok(Some(line));
            }
        }
    }

    /// Keeps the room of a line for the next one.
    fn spare(&mut self, mut line: Line) {
        if self.peeked.is_none() {
            line.spare = true;
            self.peeked = Some(line);
        }
    }
}

/// A line of the file without its line break.
#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    ending: &'static [u8],
    /// Where it begins in the file.
    start: u64,
    /// The line goes on.
    cut: bool,
    /// Only its room is of use.
    spare: bool,
}

impl Line {
    fn clear(&mut self, start: u64) {
        self.bytes.clear();
        *self = Self {
            bytes: std::mem::take(&mut self.bytes),
            start,
            ..Self::default()
        };
    }

    fn end(&mut self) {
        self.bytes.pop();
        self.ending = b"\n";
        if self.bytes.last() == Some(&b'\r') {
            self.bytes.pop();
            self.ending = b"\r\n";
        }
    }
}

/// The mail being read; forgets its bytes as soon as it is too large.
struct Collected {
    bytes: Vec<u8>,
    in_headers: bool,
    too_large: Option<TooLarge>,
}

impl Collected {
    fn new() -> Self {
        Self {
            bytes: Vec::new(),
            in_headers: true,
            too_large: None,
        }
    }

    fn take(&mut self, line: &[u8], ending: &[u8]) {
        if self.too_large.is_some() {
            return;
        }
        let size = self.bytes.len() + line.len() + ending.len();
        if self.in_headers && size > MAX_HEADERS {
            self.give_up(TooLarge::Headers);
        } else if size > MAX_MESSAGE {
            self.give_up(TooLarge::Message);
        } else {
            let starts_line = self.bytes.last().is_none_or(|b| *b == b'\n');
            self.in_headers = self.in_headers && !(line.is_empty() && starts_line && !self.bytes.is_empty());
            self.bytes.extend_from_slice(line);
            self.bytes.extend_from_slice(ending);
        }
    }

    fn give_up(&mut self, reason: TooLarge) {
        self.too_large = Some(reason);
        self.bytes = Vec::new();
    }

    fn finish(mut self) -> Result<Vec<u8>, TooLarge> {
        if let Some(reason) = self.too_large {
            return Err(reason);
        }
        // The blank line before the next `From ` is the file's, not the mail's.
        for ending in [b"\r\n\r\n".as_slice(), b"\n\n"] {
            if self.bytes.ends_with(ending) {
                self.bytes.truncate(self.bytes.len() - ending.len() / 2);
                break;
            }
        }
        Ok(self.bytes)
    }
}

/// Takes one `>` off a line `>From …`, `>>From …`.
fn unquote(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|b| **b == b'>').count();
    match line.get(marks..) {
        Some(rest) if marks > 0 && rest.starts_with(b"From ") => line.get(1..).unwrap_or_default(),
        _ => line,
    }
}

/// `From someone Mon Jan  1 10:00:00 2026`, with or without a zone.
fn ends_in_a_date(line: &[u8]) -> bool {
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
