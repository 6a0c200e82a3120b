//! Connection wrapper that enforces the header, idle and write timeouts, and counts the bytes that wait for the client.

use crate::{
    config::Timeouts, connection_state::ConnectionState, connections::Connections, framing::ReadState,
    progress_timeout::ProgressTimeout,
};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

/// How long to keep reading from a client that still sends after the last response. Closing the connection immediately would send a reset,
/// and the client would lose the response.
const LINGER_TIMEOUT: Duration = Duration::from_secs(2);

/// The byte stream of a connection.
pub(crate) struct Connection<T> {
    inner: T,
    state: ConnectionState,
    connections: Connections,
    timeouts: Timeouts,
    read_timer: Timer,
    write_timer: Timer,
    write_progress: ProgressTimeout,
    linger_timer: Option<Pin<Box<Sleep>>>,
}

/// A timer that is only created when it is first needed.
#[derive(Default)]
struct Timer(Option<Pin<Box<Sleep>>>);

impl Timer {
    /// Ready once the deadline has passed.
    fn poll(&mut self, deadline: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if sleep.deadline() != deadline {
            sleep.as_mut().reset(deadline);
        }
        sleep.as_mut().poll(cx)
    }
}

impl<T> Connection<T> {
    pub(crate) fn new(
        inner: T,
        timeouts: Timeouts,
        state: ConnectionState,
        connections: Connections,
    ) -> Self {
        Self {
            inner,
            state,
            connections,
            write_progress: ProgressTimeout::new(timeouts.stall),
            timeouts,
            read_timer: Timer::default(),
            write_timer: Timer::default(),
            linger_timer: None,
        }
    }

    /// Applies the stall timeout to the result of a write.
    fn with_write_timeout<R>(
        &mut self,
        result: Poll<io::Result<R>>,
        written: impl Fn(&R) -> usize,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<R>> {
        let now = Instant::now();
        match result {
            Poll::Ready(Ok(done)) => {
                self.write_progress.progress(written(&done), now);
                self.state.response_written(written(&done));
                Poll::Ready(Ok(done))
            }
            Poll::Ready(Err(e)) => Poll::Ready(Err(e)),
            Poll::Pending => {
                if !self.state.wait_for_write(cx) {
                    return Poll::Ready(Err(evicted()));
                }
                let deadline = self.write_progress.wait(now);
                ready!(self.write_timer.poll(deadline, cx));
                Poll::Ready(Err(timed_out("response is not being read")))
            }
        }
    }
}

fn evicted() -> io::Error {
    io::Error::new(
        io::ErrorKind::ConnectionAborted,
        "closed to make room for another client",
    )
}

fn timed_out(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("client timed out: {what}"))
}

impl<T: AsyncRead + Unpin> AsyncRead for Connection<T> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        match Pin::new(&mut this.inner).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                let now = Instant::now();
                this.state.bytes_read(&buf.filled()[before..], now);
                this.connections.limit_waiting_bytes();
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(e)) => Poll::Ready(Err(e)),
            Poll::Pending => {
                let (deadline, what) = match this.state.wait(cx) {
                    (ReadState::Responding, _) => return Poll::Pending,
                    (_, true) => return Poll::Ready(Err(evicted())),
                    (ReadState::Idle(since), _) => (since + this.timeouts.idle, "idle"),
                    (ReadState::Headers(since), _) => (since + this.timeouts.header, "headers incomplete"),
                };
                ready!(this.read_timer.poll(deadline, cx));
                Poll::Ready(Err(timed_out(what)))
            }
        }
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Connection<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.inner).poll_write(cx, buf);
        this.with_write_timeout(result, |n| *n, cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.inner).poll_write_vectored(cx, bufs);
        this.with_write_timeout(result, |n| *n, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.inner).poll_flush(cx);
        this.with_write_timeout(result, |()| 0, cx)
    }

    /// Closes the sending side, then reads and discards incoming data for at most [`LINGER_TIMEOUT`].
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.linger_timer.is_none() {
            ready!(Pin::new(&mut this.inner).poll_shutdown(cx))?;
        }
        let timer = this
            .linger_timer
            .get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + LINGER_TIMEOUT)));
        let mut discarded = [0; 16 * 1024];
        loop {
            let (_, is_evicted) = this.state.wait(cx);
            if is_evicted || timer.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Ok(()));
            }
            let mut buf = ReadBuf::new(&mut discarded);
            match ready!(Pin::new(&mut this.inner).poll_read(cx, &mut buf)) {
                Ok(()) if !buf.filled().is_empty() => {}
                _ => return Poll::Ready(Ok(())),
            }
        }
    }
}
