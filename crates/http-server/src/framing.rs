//! Tracks request boundaries in the bytes of a connection, because hyper does not report whether the client is idle or in the middle of its
//! headers, nor whether a request had both length headers.
//!
//! hyper ignores `Content-Length` when `Transfer-Encoding` is present (RFC 9112 §6.3). A proxy in front may have used `Content-Length`, and
//! the two would disagree about where the next request begins (request smuggling). So the header bytes are kept until hyper has parsed the
//! request.

use tokio::time::Instant;

/// Maximum number of header bytes to keep. hyper does not read further ahead of the request that it parses.
const MAX_HEADER_BYTES: usize = 128 * 1024;

/// What the connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadState {
    /// Waiting for the first byte of a request since this time.
    Idle(Instant),
    /// Waiting for the rest of the headers; the first byte came at this time.
    Headers(Instant),
    /// A request is being processed.
    Responding,
}

/// How the body length of a request was declared. Available as a request extension.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Framing {
    /// The request has both `Content-Length` and `Transfer-Encoding`.
    pub conflicting_length: bool,
}

/// Tracks the requests of one connection.
#[derive(Debug)]
pub(crate) struct RequestFramer {
    state: ReadState,
    buffer: Vec<u8>,
    /// Bytes of the current body that have not arrived yet.
    body_remaining: u64,
    /// Whether the request boundary is lost after a chunked body, whose end is not tracked. hyper serves no further request on this
    /// connection.
    desynchronized: bool,
}

impl RequestFramer {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            state: ReadState::Idle(now),
            buffer: Vec::new(),
            body_remaining: 0,
            desynchronized: false,
        }
    }

    pub(crate) const fn state(&self) -> ReadState {
        self.state
    }

    /// Number of header bytes in the buffer.
    pub(crate) const fn buffered(&self) -> usize {
        self.buffer.len()
    }

    /// Handles bytes that were read from the client.
    pub(crate) fn bytes_read(&mut self, bytes: &[u8], now: Instant) {
        if self.desynchronized {
            return;
        }
        let body = usize::try_from(self.body_remaining)
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        self.body_remaining -= body as u64;
        let bytes = &bytes[body..];
        if bytes.is_empty() {
            return;
        }
        if matches!(self.state, ReadState::Idle(_)) {
            self.state = ReadState::Headers(now);
        }
        let capacity = MAX_HEADER_BYTES.saturating_sub(self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..capacity.min(bytes.len())]);
    }

    /// Handles the headers of a request that hyper has parsed. `body_len` is `None` when the length is not known in advance.
    pub(crate) fn request_parsed(&mut self, body_len: Option<u64>) -> Framing {
        self.state = ReadState::Responding;
        let end = end_of_headers(&self.buffer);
        let framing = Framing {
            conflicting_length: has_both_lengths(&self.buffer[..end]),
        };
        self.buffer.drain(..end);
        if let Some(length) = body_len {
            let buffered = usize::try_from(length)
                .unwrap_or(usize::MAX)
                .min(self.buffer.len());
            self.buffer.drain(..buffered);
            self.body_remaining = length - buffered as u64;
        } else {
            self.desynchronized = true;
            self.buffer.clear();
        }
        if self.buffer.is_empty() {
            // Free the memory, because the connection may not need a buffer again for a long time.
            self.buffer = Vec::new();
        }
        framing
    }

    /// Handles the end of a response, sent completely or aborted.
    pub(crate) fn response_finished(&mut self, now: Instant) {
        self.state = if self.buffer.is_empty() {
            ReadState::Idle(now)
        } else {
            ReadState::Headers(now)
        };
    }
}

/// The index after the empty line that ends the first headers. Leading empty lines count as part of the headers (RFC 9112 §2.2).
fn end_of_headers(bytes: &[u8]) -> usize {
    let start = bytes
        .iter()
        .position(|b| !matches!(b, b'\r' | b'\n'))
        .unwrap_or(bytes.len());
    let mut line_is_empty = false;
    for (i, byte) in bytes.iter().enumerate().skip(start) {
        match byte {
            b'\n' if line_is_empty => return i + 1,
            b'\n' => line_is_empty = true,
            b'\r' => {}
            _ => line_is_empty = false,
        }
    }
    bytes.len()
}

fn has_both_lengths(headers: &[u8]) -> bool {
    let contains = |wanted: &str| {
        headers
            .split(|b| *b == b'\n')
            .skip(1)
            .filter_map(|line| line.split(|b| *b == b':').next())
            .any(|name| name.trim_ascii().eq_ignore_ascii_case(wanted.as_bytes()))
    };
    contains("content-length") && contains("transfer-encoding")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framer() -> (RequestFramer, Instant) {
        let now = Instant::now();
        (RequestFramer::new(now), now)
    }

    #[tokio::test]
    async fn pipelined_requests_are_followed_across_split_bodies() {
        let (mut framer, now) = framer();
        framer.bytes_read(b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Le", now);
        assert!(matches!(framer.state(), ReadState::Headers(_)));
        framer.bytes_read(b"ngth: 10\r\n\r\nTransf", now);
        assert_eq!(framer.request_parsed(Some(10)), Framing::default());
        assert_eq!(framer.state(), ReadState::Responding);
        framer.bytes_read(b"er-EGET /b HTTP/1.1\r\nHost: x\r\n\r\n", now);
        framer.response_finished(now);
        assert!(
            matches!(framer.state(), ReadState::Headers(_)),
            "the next headers have arrived already"
        );
        assert_eq!(framer.request_parsed(Some(0)), Framing::default());
        framer.response_finished(now);
        assert!(matches!(framer.state(), ReadState::Idle(_)));
    }

    #[tokio::test]
    async fn conflicting_lengths_are_found_in_any_order_case_and_line_ending() {
        for text in [
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\nHost: x\r\ncontent-length: 3\r\n\r\n",
            "\r\nPOST / HTTP/1.1\nTRANSFER-ENCODING: chunked\nCONTENT-LENGTH: 3\n\n",
        ] {
            let (mut framer, now) = framer();
            framer.bytes_read(text.as_bytes(), now);
            assert!(framer.request_parsed(None).conflicting_length, "{text}");
        }
    }

    #[tokio::test]
    async fn body_that_looks_like_headers_is_ignored() {
        let (mut framer, now) = framer();
        framer.bytes_read(
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nContent-Length: 3\r\n\r\n",
            now,
        );
        assert!(!framer.request_parsed(None).conflicting_length);
    }
}
