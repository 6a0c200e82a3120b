//! The `Idempotency-Key` header. Endpoints that make something take [`Once`]; on all others the header says nothing.

use super::problem::Problem;
use axum::{
    extract::{FromRequestParts, OriginalUri, Request, State},
    http::{HeaderName, HeaderValue, Method, request::Parts},
    middleware::Next,
    response::Response,
};
use domain::{ApiError, FieldCode, tenants::Action};
use service::{
    Services,
    idempotency::{self, Attempt},
    tenants::{Caller, permit},
};
use std::sync::{Arc, OnceLock};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that the answer is an earlier one.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A request with a key, and what becomes known of it on its way.
#[derive(Clone, Debug, Default)]
pub struct Marked(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    attempt: OnceLock<Attempt>,
    caller: OnceLock<Caller>,
}

impl Marked {
    /// The caller is known.
    pub fn called_by(&self, caller: &Caller) {
        let _ = self.0.caller.set(caller.clone());
    }

    /// The body has been read.
    pub fn read(&self, body: &[u8]) {
        if let Some(attempt) = self.0.attempt.get() {
            attempt.feed(body);
            attempt.seal();
        }
    }
}

/// The header, as the description of an operation has it.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes; the header is read as bytes")]
pub struct KeyHeader {
    /// Marks the request: asked again within 24 hours with the same key and body, it is answered as the first time, with
    /// `Idempotency-Replayed: true`, and does nothing. Printable ASCII; a UUID serves well.
    #[param(
        rename = "Idempotency-Key",
        required = false,
        min_length = 1,
        max_length = 255,
        pattern = "^[ -~]+$"
    )]
    idempotency_key: Option<String>,
}

/// What makes the request one that is done once. Stands behind the caller and before the body.
pub struct Once(Option<Marked>);

impl Once {
    /// The attempt, where the request carries a key.
    pub fn attempt(&self) -> Option<&Attempt> {
        self.0.as_ref().and_then(|marked| marked.0.attempt.get())
    }
}

impl<S: Sync> FromRequestParts<S> for Once {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(marked) = parts.extensions.get::<Marked>().cloned() else {
            return Ok(Self(None));
        };
        let mut keys = parts.headers.get_all(KEY).iter();
        let (Some(key), None) = (keys.next(), keys.next()) else {
            let detail = "Send one Idempotency-Key.";
            return Err(ApiError::field("Idempotency-Key", FieldCode::InvalidFormat, detail).into());
        };
        let path = parts
            .extensions
            .get::<OriginalUri>()
            .map_or_else(|| parts.uri.path(), |uri| uri.path());
        let attempt = Attempt::new(&format!("{} {path}", parts.method), key.as_bytes())?;
        let _ = marked.0.attempt.set(attempt);
        Ok(Self(Some(marked)))
    }
}

/// The middleware: keeps refusals, which have no transaction to be kept in, and says which answers are earlier ones.
pub async fn keep(State(services): State<Arc<Services>>, mut request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(KEY) {
        return next.run(request).await;
    }
    let marked = Marked::default();
    request.extensions_mut().insert(marked.clone());
    let mut answer = next.run(request).await;
    let Some(attempt) = marked.0.attempt.get() else {
        return answer;
    };
    if let (Some(Problem(error)), Some(caller)) = (
        answer.extensions().get::<Problem>().cloned(),
        marked.0.caller.get(),
    ) && let Ok(grant) = permit(caller, Action::ReadApplications)
    {
        let kept = idempotency::refuse(&services, grant, attempt, error).await;
        let error = kept.unwrap_or_else(ApiError::from);
        answer = axum::response::IntoResponse::into_response(Problem(error));
    }
    if attempt.is_replayed() {
        answer
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
    }
    answer
}
