//! One id and one log line for each request.

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use service::{
    Services,
    clock::Clock,
    limits::Client,
    rng::{self, Rng},
};
use std::sync::Arc;
use tokio::time::Instant;
use tower_http::request_id::RequestId;
use tracing::Instrument as _;

/// The header that carries it. What comes from outside under this name is not believed.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Stands for the path where no route matched: a file, or nothing.
const NO_ROUTE: &str = "(no route)";

/// Where ids come from.
#[derive(Clone)]
pub struct Ids {
    /// Ids sort by time.
    pub clock: Arc<dyn Clock>,
    /// And cannot be guessed.
    pub rng: Arc<dyn Rng>,
}

impl Ids {
    /// From the same clock and randomness as everything else.
    pub fn of(services: &Services) -> Self {
        Self {
            clock: services.clock.clone(),
            rng: services.rng.clone(),
        }
    }

    /// A new one.
    pub fn next(&self) -> String {
        rng::uuid(self.clock.now(), self.rng.as_ref()).to_string()
    }
}

/// Gives each request its id, and logs it when it has been answered: from where, and never the query, the
/// headers, the body or who asked.
pub async fn observe(State(ids): State<Ids>, mut request: Request, next: Next) -> Response {
    let id = ids.next();
    let method = request.method().clone();
    // The pattern, not the path: paths carry names of workspaces.
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or(NO_ROUTE, MatchedPath::as_str)
        .to_owned();
    let address = request.extensions().get::<Client>().map(Client::address);
    let address = address.map(tracing::field::display);
    request.headers_mut().remove(HEADER);
    let header = HeaderValue::from_str(&id).ok();
    if let Some(value) = header.clone() {
        request.extensions_mut().insert(RequestId::new(value));
    }
    let began = Instant::now();
    let span = tracing::info_span!("request", %id);
    let mut answer = next.run(request).instrument(span.clone()).await;
    answer.headers_mut().extend(header.map(|value| (HEADER, value)));
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = answer.status().as_u16();
    span.in_scope(|| {
        if is_quiet(&path, status) {
            tracing::debug!(%method, %path, status, ms, address, "answered");
        } else {
            tracing::info!(%method, %path, status, ms, address, "answered");
        }
    });
    answer
}

/// Probes and files come many times a minute and say nothing.
fn is_quiet(path: &str, status: u16) -> bool {
    matches!(path, "/healthz" | "/readyz") || (path == NO_ROUTE && status < 400)
}
