//! State of a connection: what it waits for, and the bytes that it occupies meanwhile.

use crate::{
    framing::{Framing, ReadState, RequestFramer},
    waiting::{Total, Wait, WaitingBytes, register_waker},
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Waker},
};
use tokio::time::Instant;

/// State of one connection, shared by the byte stream, the request handlers and the connection table.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionState(Arc<Mutex<Shared>>);

#[derive(Debug)]
struct Shared {
    framer: RequestFramer,
    /// Wakes the task that waits for a request.
    reader: Option<Waker>,
    /// Waiting for the client to send the rest of a body.
    body_wait: Wait,
    write_wait: Wait,
    /// `None` once the connection is evicted, because its bytes are about to be released.
    bytes: Option<WaitingBytes>,
}

impl Shared {
    const fn is_evicted(&self) -> bool {
        self.bytes.is_none()
    }

    fn count(&mut self, count: impl FnOnce(&mut WaitingBytes)) {
        if let Some(bytes) = &mut self.bytes {
            count(bytes);
        }
    }

    fn count_headers(&mut self) {
        let buffered = self.framer.buffered();
        self.count(|bytes| bytes.set_headers(buffered));
    }
}

impl ConnectionState {
    pub(crate) fn new(total: Total) -> Self {
        Self(Arc::new(Mutex::new(Shared {
            framer: RequestFramer::new(Instant::now()),
            reader: None,
            body_wait: Wait::default(),
            write_wait: Wait::default(),
            bytes: Some(WaitingBytes::new(total)),
        })))
    }

    fn with<T>(&self, f: impl FnOnce(&mut Shared) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn bytes_read(&self, bytes: &[u8], now: Instant) {
        self.with(|shared| {
            shared.framer.bytes_read(bytes, now);
            shared.count_headers();
        });
    }

    pub(crate) fn request_parsed(&self, body_len: Option<u64>) -> Framing {
        self.with(|shared| {
            let framing = shared.framer.request_parsed(body_len);
            shared.count_headers();
            framing
        })
    }

    pub(crate) fn body_read(&self, length: usize) {
        self.with(|shared| {
            shared.body_wait.end();
            shared.count(|bytes| bytes.body_read(length));
        });
    }

    /// Waits for the rest of a body. Returns false if the connection was evicted.
    pub(crate) fn wait_for_body(&self, cx: &Context<'_>) -> bool {
        self.with(|shared| {
            shared.body_wait.begin(cx, Instant::now());
            !shared.is_evicted()
        })
    }

    pub(crate) fn response_begun(&self) {
        self.with(|shared| {
            shared.body_wait.end();
            shared.count(WaitingBytes::response_begun);
        });
    }

    pub(crate) fn response_queued(&self, length: usize) {
        self.with(|shared| shared.count(|bytes| bytes.response_queued(length)));
    }

    pub(crate) fn response_finished(&self) {
        self.with(|shared| shared.framer.response_finished(Instant::now()));
    }

    pub(crate) fn response_written(&self, length: usize) {
        self.with(|shared| {
            shared.write_wait.end();
            shared.count(|bytes| bytes.response_written(length));
        });
    }

    /// Waits for the client to read. Returns false if the connection was evicted.
    pub(crate) fn wait_for_write(&self, cx: &Context<'_>) -> bool {
        self.with(|shared| {
            shared.write_wait.begin(cx, Instant::now());
            !shared.is_evicted()
        })
    }

    /// Since when the connection has been waiting for the client, and how many bytes it occupies; `None` if it is not waiting or occupies
    /// none.
    pub(crate) fn waiting_bytes(&self) -> Option<(Instant, usize)> {
        self.with(|shared| {
            let bytes = shared
                .bytes
                .as_ref()
                .map(WaitingBytes::get)
                .filter(|bytes| *bytes > 0)?;
            let for_headers = match shared.framer.state() {
                ReadState::Idle(_) | ReadState::Responding => None,
                ReadState::Headers(since) => Some(since),
            };
            let since = [shared.write_wait.since(), shared.body_wait.since(), for_headers];
            Some((since.into_iter().flatten().next()?, bytes))
        })
    }

    /// Since when the connection has been waiting for a request or the rest of its headers; `None` while a request is processed.
    pub(crate) fn waiting_since(&self) -> Option<Instant> {
        self.with(|shared| match shared.framer.state() {
            ReadState::Idle(since) | ReadState::Headers(since) => Some(since),
            ReadState::Responding => None,
        })
    }

    /// Closes the connection as soon as it waits for the client.
    pub(crate) fn evict(&self) {
        let tasks = self.with(|shared| {
            shared.bytes = None;
            [
                shared.reader.take(),
                shared.body_wait.take_task(),
                shared.write_wait.take_task(),
            ]
        });
        for task in tasks.into_iter().flatten() {
            task.wake();
        }
    }

    /// What the connection waits for, and whether it is evicted. Stores the waker, so that an eviction wakes the task.
    pub(crate) fn wait(&self, cx: &Context<'_>) -> (ReadState, bool) {
        self.with(|shared| {
            register_waker(&mut shared.reader, cx);
            (shared.framer.state(), shared.is_evicted())
        })
    }
}
