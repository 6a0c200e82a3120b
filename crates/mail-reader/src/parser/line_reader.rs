//! Reads lines of a file with any line breaks, and looks ahead.

use std::io::{self, BufRead};

/// A line without its line break.
#[derive(Debug, Default)]
pub struct Line {
    pub bytes: Vec<u8>,
    /// The line break; empty at the end of the file and for partial lines.
    pub ending: &'static [u8],
    /// Byte offset in the file.
    pub start: u64,
    /// The rest of the line has not been read yet.
    pub is_partial: bool,
}

/// Reads lines that end with LF, CRLF or CR. Lines longer than `chunk_len` are read in chunks.
pub struct LineReader<R> {
    reader: R,
    /// Bytes that [`peek`](Self::peek) has buffered. Those from `ahead_start` on have not been consumed yet.
    ahead: Vec<u8>,
    ahead_start: usize,
    /// Byte offset of the next line.
    offset: u64,
    chunk_len: usize,
}

impl<R: BufRead> LineReader<R> {
    /// `offset` is the current position of `reader` in the file, and `chunk_len` is in bytes.
    pub const fn new(reader: R, offset: u64, chunk_len: usize) -> Self {
        Self {
            reader,
            ahead: Vec::new(),
            ahead_start: 0,
            offset,
            chunk_len,
        }
    }

    /// Byte offset of the next byte to read.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Reads a line, or the next chunk of a long line, into `line`. Returns false at the end of the file.
    ///
    /// # Errors
    /// I/O errors of the underlying reader.
    pub fn read_line(&mut self, line: &mut Line) -> io::Result<bool> {
        line.bytes.clear();
        line.ending = b"";
        line.start = self.offset;
        line.is_partial = false;
        loop {
            let buffer = self.fill_buf()?;
            if buffer.is_empty() {
                return Ok(self.offset > line.start);
            }
            let Some(end) = memchr::memchr2(b'\n', b'\r', buffer) else {
                let len = buffer.len();
                line.bytes.extend_from_slice(buffer);
                self.consume(len);
                if line.bytes.len() > self.chunk_len {
                    line.is_partial = true;
                    return Ok(true);
                }
                continue;
            };
            line.bytes
                .extend_from_slice(buffer.get(..end).unwrap_or_default());
            match buffer.get(end..) {
                Some([b'\n', ..]) => {
                    line.ending = b"\n";
                    self.consume(end + 1);
                }
                Some([b'\r', b'\n', ..]) => {
                    line.ending = b"\r\n";
                    self.consume(end + 2);
                }
                _ => {
                    self.consume(end);
                    line.ending = self.read_cr()?;
                }
            }
            return Ok(true);
        }
    }

    /// Reads a line break that begins with CR. Some programs write several CRs before the LF.
    fn read_cr(&mut self) -> io::Result<&'static [u8]> {
        let next = self.peek(4)?;
        let returns = next.iter().take_while(|b| **b == b'\r').count();
        if next.get(returns) == Some(&b'\n') {
            self.consume(returns + 1);
            return Ok(b"\r\n");
        }
        self.consume(1);
        Ok(b"\n")
    }

    /// Returns the next `len` bytes without consuming them; fewer only at the end of the file.
    ///
    /// # Errors
    /// I/O errors of the underlying reader.
    pub fn peek(&mut self, len: usize) -> io::Result<&[u8]> {
        // Compact only when more than half is consumed: doing it on every call would take quadratic time.
        if self.ahead_start > self.ahead.len() / 2 {
            self.ahead.drain(..self.ahead_start);
            self.ahead_start = 0;
        }
        let end = self.ahead_start.saturating_add(len);
        while self.ahead.len() < end {
            let buffer = match self.reader.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if buffer.is_empty() {
                break;
            }
            let taken = buffer.len().min(end - self.ahead.len());
            self.ahead
                .extend_from_slice(buffer.get(..taken).unwrap_or_default());
            self.reader.consume(taken);
        }
        let end = end.min(self.ahead.len());
        Ok(self.ahead.get(self.ahead_start..end).unwrap_or_default())
    }

    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.ahead_start < self.ahead.len() {
            return Ok(self.ahead.get(self.ahead_start..).unwrap_or_default());
        }
        loop {
            match self.reader.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
                // Called again, because the borrow checker does not accept the buffer of the first call.
                Ok(_) => return self.reader.fill_buf(),
            }
        }
    }

    fn consume(&mut self, len: usize) {
        self.offset += len as u64;
        let from_ahead = len.min(self.ahead.len() - self.ahead_start);
        self.ahead_start += from_ahead;
        if self.ahead_start == self.ahead.len() {
            self.ahead.clear();
            self.ahead_start = 0;
        }
        self.reader.consume(len - from_ahead);
    }
}
