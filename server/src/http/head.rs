//! What the parser does not tell: where one request ends and the next begins in the bytes of a connection, whether the
//! client is silent or in the middle of its headers, and whether a head has both lengths.
//!
//! hyper drops `Content-Length` where `Transfer-Encoding` is present and goes on; a proxy in front may have decided
//! otherwise, and the two would disagree about where the next request begins. So the bytes are kept until the request
//! is known.

use tokio::time::Instant;

/// Longest head that is kept. hyper's own limit is lower, so nothing longer is ever served.
const LONGEST: usize = 256 * 1024;

/// What the connection waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The first byte of a request, since then.
    Idle(Instant),
    /// The rest of a head whose first byte came then.
    Head(Instant),
    /// Our own work: a request is being answered.
    Answer,
}

/// What is known of a request's framing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Framing {
    /// It named a length and a chunked body: which holds is a matter of opinion.
    pub ambiguous: bool,
}

/// Follows the bytes of one connection.
#[derive(Debug)]
pub struct Heads {
    waiting: Waiting,
    bytes: Vec<u8>,
    /// Bytes of the present body that are still to come.
    skip: u64,
    /// A body whose end is not followed; nothing after it will be served.
    lost: bool,
}

impl Heads {
    /// A new connection, silent since now.
    pub fn new(now: Instant) -> Self {
        Self {
            waiting: Waiting::Idle(now),
            bytes: Vec::new(),
            skip: 0,
            lost: false,
        }
    }

    /// What the connection waits for.
    pub const fn waiting(&self) -> Waiting {
        self.waiting
    }

    /// Bytes came in.
    pub fn read(&mut self, mut bytes: &[u8], now: Instant) {
        if self.lost {
            return;
        }
        let body = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
        self.skip -= body as u64;
        bytes = &bytes[body..];
        if bytes.is_empty() {
            return;
        }
        if matches!(self.waiting, Waiting::Idle(_)) {
            self.waiting = Waiting::Head(now);
        }
        let room = LONGEST.saturating_sub(self.bytes.len()).min(bytes.len());
        self.bytes.extend_from_slice(&bytes[..room]);
    }

    /// The parser has a request: its body has this length, or none is known beforehand.
    pub fn request(&mut self, body: Option<u64>) -> Framing {
        self.waiting = Waiting::Answer;
        let end = end_of_head(&self.bytes);
        let framing = Framing {
            ambiguous: has_both_lengths(&self.bytes[..end]),
        };
        self.bytes.drain(..end);
        if let Some(length) = body {
            let here = usize::try_from(length)
                .unwrap_or(usize::MAX)
                .min(self.bytes.len());
            self.bytes.drain(..here);
            self.skip = length - here as u64;
        } else {
            self.lost = true;
            self.bytes = Vec::new();
        }
        framing
    }

    /// The answer has been given.
    pub fn answered(&mut self, now: Instant) {
        self.waiting = if self.bytes.is_empty() {
            Waiting::Idle(now)
        } else {
            Waiting::Head(now)
        };
    }
}

/// Behind the empty line that ends the first head; empty lines before it belong to it.
fn end_of_head(bytes: &[u8]) -> usize {
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

fn has_both_lengths(head: &[u8]) -> bool {
    let names = |wanted: &str| {
        head.split(|b| *b == b'\n')
            .skip(1)
            .filter_map(|line| line.split(|b| *b == b':').next())
            .any(|name| name.trim_ascii().eq_ignore_ascii_case(wanted.as_bytes()))
    };
    names("content-length") && names("transfer-encoding")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads() -> (Heads, Instant) {
        let now = Instant::now();
        (Heads::new(now), now)
    }

    #[tokio::test]
    async fn follows_pipelined_requests_over_split_bodies() {
        let (mut heads, now) = heads();
        heads.read(b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Le", now);
        assert!(matches!(heads.waiting(), Waiting::Head(_)));
        heads.read(b"ngth: 10\r\n\r\nTransf", now);
        assert_eq!(heads.request(Some(10)), Framing { ambiguous: false });
        assert_eq!(heads.waiting(), Waiting::Answer);
        heads.read(b"er-EGET /b HTTP/1.1\r\nHost: x\r\n\r\n", now);
        heads.answered(now);
        assert!(
            matches!(heads.waiting(), Waiting::Head(_)),
            "the next head is here already"
        );
        assert_eq!(heads.request(Some(0)), Framing { ambiguous: false });
        heads.answered(now);
        assert!(matches!(heads.waiting(), Waiting::Idle(_)));
    }

    #[tokio::test]
    async fn sees_both_lengths_in_any_order_case_and_line_end() {
        for text in [
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\nHost: x\r\ncontent-length: 3\r\n\r\n",
            "\r\nPOST / HTTP/1.1\nTRANSFER-ENCODING: chunked\nCONTENT-LENGTH: 3\n\n",
        ] {
            let (mut heads, now) = heads();
            heads.read(text.as_bytes(), now);
            assert!(heads.request(None).ambiguous, "{text}");
        }
    }

    #[tokio::test]
    async fn is_not_misled_by_a_body_that_looks_like_a_head() {
        let (mut heads, now) = heads();
        heads.read(
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nContent-Length: 3\r\n\r\n",
            now,
        );
        assert!(!heads.request(None).ambiguous);
    }
}
