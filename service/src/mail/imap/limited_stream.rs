//! Limits the size of the response to one command before the parser sees it, because the parser immediately allocates the announced
//! length of a literal.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The response is longer than allowed.
#[derive(Debug, thiserror::Error)]
#[error("response too long")]
pub struct TooLong;

/// A connection with a limit for the received bytes.
#[derive(Debug)]
pub struct LimitedStream<S> {
    inner: S,
    remaining: u64,
    scanner: LiteralScanner,
}

impl<S> LimitedStream<S> {
    /// Nothing can be received before the first [`set_limit`](Self::set_limit).
    pub fn new(inner: S) -> Self {
        Self {
            inner,
            remaining: 0,
            scanner: LiteralScanner::default(),
        }
    }

    /// Allows this many further bytes.
    pub fn set_limit(&mut self, bytes: u64) {
        self.remaining = bytes;
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for LimitedStream<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.inner).poll_read(cx, buf))?;
        let received = buf.filled().get(before..).unwrap_or_default();
        // The announced bytes of a literal that have not been received yet count, too.
        let announced = this.scanner.scan(received);
        match this.remaining.checked_sub(received.len() as u64) {
            Some(remaining) if announced <= remaining => {
                this.remaining = remaining;
                Poll::Ready(Ok(()))
            }
            _ => {
                // A reader that fails must not have received anything.
                buf.set_filled(before);
                Poll::Ready(Err(io::Error::other(TooLong)))
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for LimitedStream<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

/// Finds literals: `{123}` at the end of a line, followed by that many bytes (RFC 3501, 4.3).
#[derive(Debug, Default)]
struct LiteralScanner {
    state: State,
    /// Bytes of the current literal that have not been received yet.
    literal: u64,
    length: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    /// After `{` and digits.
    Length,
    /// After `}`.
    Closed,
    /// After `}` and carriage return.
    LineEnd,
}

impl LiteralScanner {
    /// Returns the number of bytes of the current literal that have not been received yet.
    fn scan(&mut self, mut bytes: &[u8]) -> u64 {
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.literal > 0 {
                let skipped = bytes
                    .len()
                    .min(usize::try_from(self.literal).unwrap_or(usize::MAX));
                self.literal -= skipped as u64;
                bytes = bytes.get(skipped..).unwrap_or_default();
                continue;
            }
            bytes = rest;
            self.state = match (self.state, byte) {
                (_, b'{') => {
                    self.length = 0;
                    State::Length
                }
                (State::Length, b'0'..=b'9') => {
                    self.length = self
                        .length
                        .saturating_mul(10)
                        .saturating_add(u64::from(byte - b'0'));
                    State::Length
                }
                (State::Length, b'}') => State::Closed,
                (State::Closed, b'\r') => State::LineEnd,
                (State::LineEnd, b'\n') => {
                    self.literal = self.length;
                    State::Text
                }
                _ => State::Text,
            };
        }
        self.literal
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt as _;

    async fn read(limit: u64, response: &[u8]) -> io::Result<Vec<u8>> {
        let mut stream = LimitedStream::new(stream_of(response));
        stream.set_limit(limit);
        let mut received = Vec::new();
        stream.read_to_end(&mut received).await.map(|_| received)
    }

    fn stream_of(response: &[u8]) -> std::io::Cursor<Vec<u8>> {
        std::io::Cursor::new(response.to_vec())
    }

    #[tokio::test]
    async fn response_within_limit_is_received() {
        let response = b"* 1 FETCH (BODY[] {5}\r\na{9}b)\r\n* {99} x\r\nA1 OK\r\n";
        let received = read(response.len() as u64, response).await.expect("received");
        assert_eq!(received, response);
    }

    #[tokio::test]
    async fn announced_literal_beyond_limit_is_rejected_before_it_arrives() {
        for response in [
            "* 1 FETCH (BODY[] {999999999}\r\n",
            "* LIST () \"/\" {99999999999999999999999}\r\nx",
        ] {
            assert!(read(1000, response.as_bytes()).await.is_err(), "{response}");
        }
    }

    #[tokio::test]
    async fn endless_line_is_rejected() {
        assert!(read(1000, &[b'x'; 1001]).await.is_err());
    }

    #[test]
    fn literal_is_found_across_reads() {
        let mut scanner = LiteralScanner::default();
        for byte in b"* 1 FETCH (BODY[] {12}\r" {
            assert_eq!(scanner.scan(&[*byte]), 0);
        }
        assert_eq!(scanner.scan(b"\n"), 12);
        assert_eq!(scanner.scan(b"{99}\r\nabcde"), 1);
        assert_eq!(scanner.scan(b"f)\r\n"), 0);
    }
}
