//! A client's connection under watch: ends when the client is silent too long, too slow with its headers, or does not
//! read what it asked for.

use super::{
    head::{Framing, Heads, Waiting},
    patience::Patience,
    refused,
};
use crate::config;
use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

/// A client that is still sending when we have answered gets this long to stop, so that it sees the answer before the
/// connection goes away under it.
const LINGER: Duration = Duration::from_secs(2);

/// The watch over one connection, shared by its bytes and its requests.
#[derive(Clone, Debug)]
pub struct Watch(Arc<Mutex<Heads>>);

impl Watch {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Heads::new(Instant::now()))))
    }

    fn with<T>(&self, f: impl FnOnce(&mut Heads) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A request came, with a body of this length, or of one that is not known.
    pub fn request(&self, body: Option<u64>) -> Framing {
        self.with(|heads| heads.request(body))
    }

    /// Its answer has been given.
    pub fn answered(&self) {
        self.with(|heads| heads.answered(Instant::now()));
    }
}

/// The bytes of a connection.
pub struct Connection<T> {
    inner: T,
    watch: Watch,
    limits: config::Patience,
    reading: Timer,
    writing: Timer,
    written: Patience,
    closing: Option<Timer>,
    refuse: refused::Writer,
    /// The answer that goes out instead of one that the parser gave by itself, and how much of it is out.
    instead: Option<(Vec<u8>, usize)>,
}

/// A timer that is only set up once it is needed.
#[derive(Default)]
struct Timer(Option<Pin<Box<Sleep>>>);

impl Timer {
    /// Ready when that moment has passed.
    fn poll(&mut self, at: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if sleep.deadline() != at {
            sleep.as_mut().reset(at);
        }
        sleep.as_mut().poll(cx)
    }
}

impl<T> Connection<T> {
    /// Puts a connection under watch.
    pub fn new(inner: T, limits: config::Patience, refuse: refused::Writer) -> Self {
        Self {
            inner,
            watch: Watch::new(),
            written: Patience::new(limits.stall()),
            limits,
            reading: Timer::default(),
            writing: Timer::default(),
            closing: None,
            refuse,
            instead: None,
        }
    }

    /// The watch, for whoever answers the requests.
    pub fn watch(&self) -> Watch {
        self.watch.clone()
    }

    /// Waits for the client to take what is written, but not for ever.
    fn wait_to_write<R>(
        &mut self,
        result: Poll<io::Result<R>>,
        bytes: impl Fn(&R) -> usize,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<R>> {
        let now = Instant::now();
        match result {
            Poll::Ready(Ok(done)) => {
                self.written.progress(bytes(&done), now);
                Poll::Ready(Ok(done))
            }
            Poll::Ready(Err(e)) => Poll::Ready(Err(e)),
            Poll::Pending => {
                let until = self.written.wait(now);
                ready!(self.writing.poll(until, cx));
                Poll::Ready(Err(too_slow("it does not read the answer")))
            }
        }
    }
}

fn too_slow(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("the client is too slow: {what}"))
}

impl<T: AsyncRead + Unpin> AsyncRead for Connection<T> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        match Pin::new(&mut this.inner).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                let now = Instant::now();
                this.watch.with(|heads| heads.read(&buf.filled()[before..], now));
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(e)) => Poll::Ready(Err(e)),
            Poll::Pending => {
                let (until, what) = match this.watch.with(|heads| heads.waiting()) {
                    Waiting::Idle(since) => (since + this.limits.idle(), "it is silent"),
                    Waiting::Head(since) => (since + this.limits.header(), "its headers do not end"),
                    Waiting::Answer => return Poll::Pending,
                };
                ready!(this.reading.poll(until, cx));
                Poll::Ready(Err(too_slow(what)))
            }
        }
    }
}

impl<T: AsyncWrite + Unpin> Connection<T> {
    fn write(&mut self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.wait_to_write(result, |n| *n, cx)
    }

    /// Writes a whole answer of our own in place of these bytes, where they are the parser's.
    fn write_instead(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Option<Poll<io::Result<usize>>> {
        let unasked = !matches!(self.watch.with(|heads| heads.waiting()), Waiting::Answer);
        let (ours, mut out) = match self.instead.take() {
            Some(begun) => begun,
            None if unasked => ((self.refuse)(refused::status_of(bytes)?), 0),
            None => return None,
        };
        while out < ours.len() {
            match self.write(cx, &ours[out..]) {
                Poll::Ready(Ok(n)) if n > 0 => out += n,
                Poll::Ready(Ok(_)) => return Some(Poll::Ready(Err(io::ErrorKind::WriteZero.into()))),
                Poll::Ready(Err(e)) => return Some(Poll::Ready(Err(e))),
                Poll::Pending => {
                    self.instead = Some((ours, out));
                    return Some(Poll::Pending);
                }
            }
        }
        Some(Poll::Ready(Ok(bytes.len())))
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Connection<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.write_instead(cx, buf).unwrap_or_else(|| this.write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let [only] = bufs
            && let Some(done) = this.write_instead(cx, only)
        {
            return done;
        }
        let result = Pin::new(&mut this.inner).poll_write_vectored(cx, bufs);
        this.wait_to_write(result, |n| *n, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.inner).poll_flush(cx);
        this.wait_to_write(result, |()| 0, cx)
    }

    /// Closes our side, then takes what the client still sends: closing at once would make its machine throw away the
    /// answer it has not read yet.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.closing.is_none() {
            ready!(Pin::new(&mut this.inner).poll_shutdown(cx))?;
        }
        let until = Instant::now() + LINGER;
        let timer = this
            .closing
            .get_or_insert_with(|| Timer(Some(Box::pin(sleep_until(until)))));
        let mut scrap = [0; 16 * 1024];
        loop {
            if timer
                .0
                .as_mut()
                .is_some_and(|sleep| sleep.as_mut().poll(cx).is_ready())
            {
                return Poll::Ready(Ok(()));
            }
            let mut buf = ReadBuf::new(&mut scrap);
            match ready!(Pin::new(&mut this.inner).poll_read(cx, &mut buf)) {
                Ok(()) if !buf.filled().is_empty() => {}
                _ => return Poll::Ready(Ok(())),
            }
        }
    }
}
