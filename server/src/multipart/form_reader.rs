//! Reads a `multipart/form-data` body in bounded memory.
//!
//! The parser reads ahead as fast as the client sends, and buffers everything until it finds the next boundary or the end of a part's
//! headers. So it gets the body in slices, and the next slice only when it has consumed the previous one.

use axum::{
    Error,
    body::{Body, BodyDataStream, Bytes},
    extract::{
        FromRequest as _, Multipart, Request,
        multipart::{Field, MultipartError, MultipartRejection},
    },
};
use futures_util::Stream;
use std::{
    future::poll_fn,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

/// Size of the slices that the parser gets.
const SLICE_BYTES: usize = 16 * 1024;
/// Maximum number of bytes between two contents: text before the first boundary, a boundary, the headers of a part.
const STRUCTURE_LIMIT: u64 = 64 * 1024;

/// Why a form cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
    /// The whole body is too large.
    #[error("the body is too large")]
    TooLarge,
    /// No part begins within [`STRUCTURE_LIMIT`].
    #[error("no part begins within {STRUCTURE_LIMIT} bytes")]
    Structure,
    /// The body is not a form, or it ends early.
    #[error(transparent)]
    Read(MultipartError),
}

/// The parts of a form.
pub struct FormReader {
    form: Multipart,
    gate: Gate,
}

impl FormReader {
    /// Reads a body of at most `limit` bytes.
    ///
    /// # Errors
    /// If `Content-Type` has no boundary.
    pub async fn new(request: Request, limit: u64) -> Result<Self, MultipartRejection> {
        let gate = Gate::default();
        let request = request.map(|inner| {
            Body::from_stream(GatedStream {
                inner: inner.into_data_stream(),
                rest: Bytes::new(),
                remaining: limit,
                gate: gate.clone(),
            })
        });
        let form = Multipart::from_request(request, &()).await?;
        Ok(Self { form, gate })
    }

    /// The next part, if there is one. The previous part must have been read to its end.
    ///
    /// # Errors
    /// [`FormError`].
    pub async fn next_part(&mut self) -> Result<Option<Part<'_>>, FormError> {
        let Self { form, gate } = self;
        let field = gate.feed(form.next_field()).await?;
        Ok(field.map(|field| Part { field, gate }))
    }
}

/// A part of a form.
pub struct Part<'a> {
    field: Field<'a>,
    gate: &'a Gate,
}

impl Part<'_> {
    /// The name of the field.
    pub fn name(&self) -> &str {
        self.field.name().unwrap_or_default()
    }

    /// The name of the file.
    pub fn file_name(&self) -> &str {
        self.field.file_name().unwrap_or_default()
    }

    /// The next bytes of the content; `None` at its end.
    ///
    /// # Errors
    /// [`FormError`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, FormError> {
        self.gate.feed(self.field.chunk()).await
    }
}

/// Lets through one slice at a time to the parser.
#[derive(Clone, Default)]
struct Gate(Arc<GateState>);

#[derive(Default)]
struct GateState {
    is_open: AtomicBool,
    is_over_limit: AtomicBool,
    passed: AtomicU64,
}

impl Gate {
    fn passed(&self) -> u64 {
        self.0.passed.load(Ordering::Relaxed)
    }

    /// Runs the parser on the buffered data, then on one more slice at a time, until it has a result.
    async fn feed<T>(
        &self,
        parsing: impl Future<Output = Result<T, MultipartError>>,
    ) -> Result<T, FormError> {
        let mut parsing = pin!(parsing);
        let start = self.passed();
        let parsed = poll_fn(|cx| {
            loop {
                if let Poll::Ready(result) = parsing.as_mut().poll(cx) {
                    return Poll::Ready(Ok(result));
                }
                let before = self.passed();
                if before - start > STRUCTURE_LIMIT {
                    return Poll::Ready(Err(FormError::Structure));
                }
                self.0.is_open.store(true, Ordering::Relaxed);
                if let Poll::Ready(result) = parsing.as_mut().poll(cx) {
                    return Poll::Ready(Ok(result));
                }
                if self.passed() == before {
                    return Poll::Pending;
                }
            }
        });
        parsed.await?.map_err(|error| {
            if self.0.is_over_limit.load(Ordering::Relaxed) {
                FormError::TooLarge
            } else {
                FormError::Read(error)
            }
        })
    }
}

/// A body that counts its bytes and passes them on through a [`Gate`].
struct GatedStream {
    inner: BodyDataStream,
    rest: Bytes,
    remaining: u64,
    gate: Gate,
}

impl GatedStream {
    /// Subtracts the bytes from the limit.
    fn count(&mut self, bytes: &Bytes) -> Result<(), Error> {
        let remaining = u64::try_from(bytes.len())
            .ok()
            .and_then(|length| self.remaining.checked_sub(length));
        if let Some(remaining) = remaining {
            self.remaining = remaining;
            return Ok(());
        }
        self.gate.0.is_over_limit.store(true, Ordering::Relaxed);
        Err(Error::new(FormError::TooLarge))
    }
}

impl Stream for GatedStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let this = self.get_mut();
        if !this.gate.0.is_open.swap(false, Ordering::Relaxed) {
            // `Gate::feed` polls again after opening the gate.
            return Poll::Pending;
        }
        while this.rest.is_empty() {
            match ready!(Pin::new(&mut this.inner).poll_next(cx)) {
                Some(Ok(bytes)) => {
                    this.count(&bytes)?;
                    this.rest = bytes;
                }
                end => return Poll::Ready(end),
            }
        }
        let slice = this.rest.split_to(this.rest.len().min(SLICE_BYTES));
        this.gate
            .0
            .passed
            .fetch_add(slice.len() as u64, Ordering::Relaxed);
        Poll::Ready(Some(Ok(slice)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::CONTENT_TYPE;
    use futures_util::stream;

    /// A reader of these chunks, and the number of chunks it has read.
    async fn reader(chunks: Vec<Bytes>, limit: u64) -> (FormReader, Arc<AtomicU64>) {
        let taken = Arc::new(AtomicU64::new(0));
        let counter = taken.clone();
        let chunks = chunks.into_iter().map(move |chunk| {
            counter.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            Ok::<_, Error>(chunk)
        });
        let request = Request::post("/")
            .header(CONTENT_TYPE, "multipart/form-data; boundary=x")
            .body(Body::from_stream(stream::iter(chunks)))
            .expect("a request");
        (FormReader::new(request, limit).await.expect("a form"), taken)
    }

    fn split(text: &str, size: usize) -> Vec<Bytes> {
        text.as_bytes().chunks(size).map(Bytes::copy_from_slice).collect()
    }

    #[tokio::test]
    async fn form_is_read_in_chunks_of_any_size() {
        let content = "line\r\n--not the boundary\r\n".repeat(5_000);
        let part = |name: &str, content: &str| {
            format!(
                "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n"
            )
        };
        let text = format!(
            "preamble\r\n{}{}--x--\r\nepilogue",
            part("a", &content),
            part("b", "")
        );
        for size in [1, 7, 1_000, text.len()] {
            let (mut form, _) = reader(split(&text, size), u64::MAX).await;
            let mut parts = Vec::new();
            while let Some(mut part) = form.next_part().await.expect("a part") {
                let name = part.file_name().to_owned();
                let mut bytes = Vec::new();
                while let Some(chunk) = part.chunk().await.expect("a chunk") {
                    bytes.extend_from_slice(&chunk);
                }
                parts.push((name, bytes));
            }
            let expected = [
                ("a".to_owned(), content.clone().into_bytes()),
                ("b".to_owned(), Vec::new()),
            ];
            assert!(parts == expected, "chunks of {size}");
        }
    }

    #[tokio::test]
    async fn endless_structure_is_rejected_early() {
        let endless = "a".repeat(1024 * 1024);
        for start in ["", "--x", "--x\r\nContent-Disposition: ", "--x\r\nA: b\r\n"] {
            for size in [64, 1024 * 1024 + 100] {
                let text = format!("{start}{endless}");
                let (mut form, taken) = reader(split(&text, size), u64::MAX).await;
                let error = form.next_part().await.err().expect("an error");
                assert!(!matches!(error, FormError::TooLarge), "{start}: {error}");
                if size == 64 {
                    assert!(taken.load(Ordering::Relaxed) < 2 * STRUCTURE_LIMIT, "{start}");
                }
            }
        }
    }

    #[tokio::test]
    async fn every_byte_counts_towards_the_limit() {
        for text in [
            format!("--x\r\nA: b\r\n\r\n{}", "a".repeat(50_000)),
            "a".repeat(50_000),
            "--x\r\nA: b\r\n\r\n\r\n".repeat(5_000),
        ] {
            let (mut form, _) = reader(split(&text, 900), 40_000).await;
            let error = async {
                while let Some(mut part) = form.next_part().await? {
                    while part.chunk().await?.is_some() {}
                }
                Ok::<_, FormError>(())
            };
            assert!(matches!(error.await, Err(FormError::TooLarge)));
        }
    }
}
