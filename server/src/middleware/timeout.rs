//! The deadline of every request on any route. Statements, and waiting for a database connection, have shorter timeouts of their own.

use crate::error_response::ErrorResponse;
use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::{ApiError, ErrorCode};
use http_body_util::BodyExt as _;
use std::{
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// How long a request may take.
#[derive(Clone, Copy, Debug)]
pub struct RequestTimeout {
    /// Time from the headers to the start of the response.
    pub timeout: Duration,
    /// The routes that receive large bodies, all of them `POST`. Their deadline is extended whenever data arrives.
    pub uploads: &'static [&'static str],
}

/// Cancels requests that take too long. Their transactions are rolled back.
pub async fn enforce_timeout(
    State(limits): State<RequestTimeout>,
    mut request: Request,
    next: Next,
) -> Response {
    let progress = Progress::new();
    if is_upload(&request, limits.uploads) {
        let progress = progress.clone();
        request = request.map(|body| {
            Body::new(body.map_frame(move |frame| {
                progress.record();
                frame
            }))
        });
    }
    let mut response = pin!(next.run(request));
    loop {
        let deadline = progress.last() + limits.timeout;
        tokio::select! {
            response = &mut response => return response,
            () = sleep_until(deadline) => {}
        }
        if progress.last() + limits.timeout <= deadline {
            return timed_out();
        }
    }
}

/// Whether the request is an upload. Decided by the route, because the client chooses the content type.
fn is_upload(request: &Request, uploads: &[&str]) -> bool {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    request.method() == Method::POST && route.is_some_and(|route| uploads.contains(&route))
}

fn timed_out() -> Response {
    let mut error = ApiError::new(
        ErrorCode::Unavailable,
        "This took too long and was cancelled. Nothing was changed. Please try again shortly.",
    );
    error.retry_after = Some(5);
    ErrorResponse(error).into_response()
}

/// The time when body data last arrived, initially the start of the request.
#[derive(Clone)]
struct Progress(Arc<Mutex<Instant>>);

impl Progress {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    fn record(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{
        Router,
        body::Bytes,
        middleware::from_fn_with_state,
        routing::{get, post},
    };
    use futures_util::stream;
    use std::convert::Infallible;
    use tokio::time::sleep;
    use tower::ServiceExt as _;

    const TIMEOUT: Duration = Duration::from_millis(400);

    /// A body that takes longer than the timeout, but whose data arrives continuously.
    fn slow_body() -> Body {
        Body::from_stream(stream::unfold(0, |n| async move {
            sleep(TIMEOUT / 5).await;
            (n < 8).then_some((Ok::<_, Infallible>(Bytes::from_static(b"data")), n + 1))
        }))
    }

    async fn status(path: &str, content_type: &str, body: Body) -> u16 {
        let limits = RequestTimeout {
            timeout: TIMEOUT,
            uploads: &["/upload", "/stuck-upload"],
        };
        let read = |body: Body| async { body.collect().await.map_or("failed", |_| "read") };
        let stuck = |body: Body| async {
            let _ = body.collect().await;
            std::future::pending::<()>().await;
        };
        let routes = Router::new()
            .route("/fine", get(async || "fine").post(read))
            .route("/stuck", get(stuck).post(stuck))
            .route("/upload", post(read))
            .route("/stuck-upload", post(stuck))
            .layer(from_fn_with_state(limits, enforce_timeout));
        let request = Request::post(path).header("content-type", content_type);
        let response = routes.oneshot(request.body(body).expect("request")).await;
        response.expect("infallible").status().as_u16()
    }

    #[tokio::test]
    async fn stuck_request_is_cancelled_whatever_its_content_type() {
        for content_type in ["text/plain", "multipart/form-data; boundary=x"] {
            assert_eq!(status("/fine", content_type, Body::empty()).await, 200);
            assert_eq!(status("/stuck", content_type, Body::empty()).await, 503);
            assert_eq!(status("/fine", content_type, slow_body()).await, 503);
        }
    }

    #[tokio::test]
    async fn upload_is_cancelled_only_when_no_data_arrives() {
        assert_eq!(status("/upload", "text/plain", slow_body()).await, 200);
        assert_eq!(status("/stuck-upload", "text/plain", slow_body()).await, 503);
    }
}
