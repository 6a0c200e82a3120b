//! Tracks how long a connection waits for its client, and the bytes that it keeps in memory meanwhile.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Waker},
};
use tokio::time::Instant;

/// Maximum number of bytes counted per body. The handler may keep the body or pass it on, so the memory in use is unknown.
const MAX_COUNTED_BODY: usize = 256 * 1024;

/// The bytes that all connections of a server keep in memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Total(Arc<AtomicUsize>);

impl Total {
    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// The bytes that one connection keeps in memory. Dropping it subtracts them from the total.
#[derive(Debug)]
pub(crate) struct WaitingBytes {
    total: Total,
    counted: usize,
    headers: usize,
    body: usize,
    response: usize,
}

impl WaitingBytes {
    pub(crate) const fn new(total: Total) -> Self {
        Self {
            total,
            counted: 0,
            headers: 0,
            body: 0,
            response: 0,
        }
    }

    pub(crate) const fn get(&self) -> usize {
        self.counted
    }

    /// hyper and the framer each keep the headers, in buffers of up to twice their size.
    pub(crate) fn set_headers(&mut self, bytes: usize) {
        self.headers = 4 * bytes;
        self.update_total();
    }

    pub(crate) fn body_read(&mut self, bytes: usize) {
        self.body = self.body.saturating_add(bytes).min(MAX_COUNTED_BODY);
        self.update_total();
    }

    pub(crate) fn response_begun(&mut self) {
        self.body = 0;
        self.update_total();
    }

    /// Counts bytes of the response that hyper buffers until the client accepts them.
    pub(crate) fn response_queued(&mut self, bytes: usize) {
        self.response = self.response.saturating_add(bytes);
        self.update_total();
    }

    pub(crate) fn response_written(&mut self, bytes: usize) {
        self.response = self.response.saturating_sub(bytes);
        self.update_total();
    }

    fn update_total(&mut self) {
        let bytes = self.headers + self.body + self.response;
        let total = &self.total.0;
        if bytes > self.counted {
            total.fetch_add(bytes - self.counted, Ordering::Relaxed);
        } else {
            total.fetch_sub(self.counted - bytes, Ordering::Relaxed);
        }
        self.counted = bytes;
    }
}

impl Drop for WaitingBytes {
    fn drop(&mut self) {
        self.total.0.fetch_sub(self.counted, Ordering::Relaxed);
    }
}

/// One direction in which a connection waits for its client.
#[derive(Debug, Default)]
pub(crate) struct Wait {
    since: Option<Instant>,
    task: Option<Waker>,
}

impl Wait {
    pub(crate) const fn since(&self) -> Option<Instant> {
        self.since
    }

    /// Starts or continues waiting.
    pub(crate) fn begin(&mut self, cx: &Context<'_>, now: Instant) {
        self.since.get_or_insert(now);
        register_waker(&mut self.task, cx);
    }

    pub(crate) fn end(&mut self) {
        self.since = None;
    }

    pub(crate) fn take_task(&mut self) -> Option<Waker> {
        self.task.take()
    }
}

/// Stores the waker of the current task, unless it is already stored.
pub(crate) fn register_waker(task: &mut Option<Waker>, cx: &Context<'_>) {
    if !task.as_ref().is_some_and(|task| task.will_wake(cx.waker())) {
        *task = Some(cx.waker().clone());
    }
}
