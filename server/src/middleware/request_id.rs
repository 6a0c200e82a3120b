//! Request ids.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use service::{
    Services,
    platform::clock::Clock,
    platform::rng::{self, Rng},
};
use std::sync::Arc;
use tower_http::request_id::RequestId;
use tracing::Instrument as _;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Generates request ids: UUIDs that are sorted by time and cannot be guessed.
#[derive(Clone)]
pub struct RequestIdGenerator {
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
}

impl RequestIdGenerator {
    /// Uses the clock and the random generator of the services.
    pub fn new(services: &Services) -> Self {
        Self {
            clock: services.clock.clone(),
            rng: services.rng.clone(),
        }
    }

    fn generate(&self) -> String {
        rng::uuid(self.clock.now(), self.rng.as_ref()).to_string()
    }
}

/// Assigns an id to each request: as an extension, in the tracing span and in the response header. An id sent by the client is ignored.
pub async fn set_request_id(
    State(generator): State<RequestIdGenerator>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = generator.generate();
    request.headers_mut().remove(X_REQUEST_ID);
    let header = HeaderValue::from_str(&id).ok();
    if let Some(value) = header.clone() {
        request.extensions_mut().insert(RequestId::new(value));
    }
    let span = tracing::info_span!("request", %id);
    let mut response = next.run(request).instrument(span).await;
    response
        .headers_mut()
        .extend(header.map(|value| (X_REQUEST_ID, value)));
    response
}
