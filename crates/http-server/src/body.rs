//! Request and response bodies that enforce and report progress.

use crate::{connection_state::ConnectionState, connections::Connections, progress_timeout::ProgressTimeout};
use hyper::body::{Body, Buf as _, Bytes, Frame, Incoming, SizeHint};
use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// Why the request body could not be read. Available as a request extension, because the handler may have turned the read error into its
/// own response.
#[derive(Clone, Debug, Default)]
pub struct BodyFailure(Arc<FailureFlags>);

#[derive(Debug, Default)]
struct FailureFlags {
    timed_out: AtomicBool,
    too_large: AtomicBool,
}

impl BodyFailure {
    /// Whether the client stopped sending, sent too slowly, or was disconnected to free memory.
    pub fn timed_out(&self) -> bool {
        self.0.timed_out.load(Ordering::Relaxed)
    }

    /// Whether the client sent more than [`Config::max_body_bytes`](crate::Config::max_body_bytes).
    pub fn too_large(&self) -> bool {
        self.0.too_large.load(Ordering::Relaxed)
    }
}

/// A request body that fails when the client stops sending it, sends it too slowly, or sends too much.
pub struct RequestBody {
    inner: Incoming,
    /// Bytes that may still arrive before the limit is exceeded.
    remaining: u64,
    progress: ProgressTimeout,
    timer: Option<Pin<Box<Sleep>>>,
    failure: BodyFailure,
    connection: ConnectionState,
    connections: Connections,
}

impl RequestBody {
    pub(crate) fn new(
        inner: Incoming,
        stall: Duration,
        limit: u64,
        failure: BodyFailure,
        connection: ConnectionState,
        connections: Connections,
    ) -> Self {
        Self {
            inner,
            connection,
            connections,
            remaining: limit,
            progress: ProgressTimeout::new(stall),
            timer: None,
            failure,
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        let now = Instant::now();
        match Pin::new(&mut this.inner).poll_frame(cx) {
            Poll::Ready(frame) => {
                let bytes = frame
                    .as_ref()
                    .and_then(|f| f.as_ref().ok()?.data_ref())
                    .map_or(0, Bytes::len);
                this.progress.progress(bytes, now);
                this.connection.body_read(bytes);
                this.connections.limit_waiting_bytes();
                let Some(remaining) = this.remaining.checked_sub(bytes as u64) else {
                    this.failure.0.too_large.store(true, Ordering::Relaxed);
                    let error = io::Error::new(io::ErrorKind::FileTooLarge, "request body too large");
                    return Poll::Ready(Some(Err(error.into())));
                };
                this.remaining = remaining;
                Poll::Ready(frame.map(|f| f.map_err(Into::into)))
            }
            Poll::Pending => {
                let deadline = this.progress.wait(now);
                let timer = this.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
                if timer.deadline() != deadline {
                    timer.as_mut().reset(deadline);
                }
                // Register the waker before polling the timer, so that an eviction wakes this task.
                let is_kept = this.connection.wait_for_body(cx);
                if is_kept && timer.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                this.failure.0.timed_out.store(true, Ordering::Relaxed);
                let error = io::Error::new(io::ErrorKind::TimedOut, "request body timed out");
                Poll::Ready(Some(Err(error.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A response body that reports to the connection how many bytes hyper has read from it, and when it ends.
pub(crate) struct ResponseBody<B> {
    inner: B,
    connection: ConnectionState,
    connections: Connections,
}

impl<B> ResponseBody<B> {
    pub(crate) fn new(inner: B, connection: ConnectionState, connections: Connections) -> Self {
        connection.response_begun();
        Self {
            inner,
            connection,
            connections,
        }
    }
}

impl<B: Body + Unpin> Body for ResponseBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let frame = Pin::new(&mut self.inner).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(data) = frame.data_ref()
        {
            self.connection.response_queued(data.remaining());
            self.connections.limit_waiting_bytes();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl<B> Drop for ResponseBody<B> {
    fn drop(&mut self) {
        self.connection.response_finished();
    }
}
