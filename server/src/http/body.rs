//! The bodies on both sides of a request, under watch.

use super::{connection::Watch, patience::Patience};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
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

/// Set once the client was too slow with its body, whatever whoever read it made of the error.
#[derive(Clone, Debug, Default)]
pub struct TooSlow(Arc<AtomicBool>);

impl TooSlow {
    /// Whether the client was too slow.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A request's body that ends with an error when the client stops sending it, or drips.
pub struct RequestBody {
    inner: Incoming,
    patience: Patience,
    timer: Option<Pin<Box<Sleep>>>,
    too_slow: TooSlow,
}

impl RequestBody {
    /// Waits this long for the next part.
    pub fn new(inner: Incoming, stall: Duration, too_slow: TooSlow) -> Self {
        Self {
            inner,
            patience: Patience::new(stall),
            timer: None,
            too_slow,
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
                this.patience.progress(bytes, now);
                Poll::Ready(frame.map(|f| f.map_err(Into::into)))
            }
            Poll::Pending => {
                let until = this.patience.wait(now);
                let timer = this.timer.get_or_insert_with(|| Box::pin(sleep_until(until)));
                if timer.deadline() != until {
                    timer.as_mut().reset(until);
                }
                if timer.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                this.too_slow.0.store(true, Ordering::Relaxed);
                let error = io::Error::new(io::ErrorKind::TimedOut, "the client is too slow with the body");
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

/// An answer's body that tells the watch when it has been given, or given up.
pub struct AnswerBody {
    inner: axum::body::Body,
    watch: Watch,
}

impl AnswerBody {
    /// The answer to the request that the watch saw last.
    pub fn new(inner: axum::body::Body, watch: Watch) -> Self {
        Self { inner, watch }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for AnswerBody {
    fn drop(&mut self) {
        self.watch.answered();
    }
}
