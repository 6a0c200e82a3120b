//! Counts requests with API keys.

use crate::extract::bearer_auth::KeySlot;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use service::Services;
use std::sync::Arc;

/// An extension of a response: the status to count instead of the status of the response.
#[derive(Clone, Copy, Debug)]
pub struct CountedStatus(pub u16);

/// Counts the request for its API key, in memory, by the status of the response.
pub async fn count_key_requests(
    State(services): State<Arc<Services>>,
    mut request: Request,
    next: Next,
) -> Response {
    let slot = KeySlot::default();
    request.extensions_mut().insert(slot.clone());
    let response = next.run(request).await;
    if let Some(key) = slot.key() {
        let counted = response.extensions().get::<CountedStatus>();
        let status = counted.map_or_else(|| response.status().as_u16(), |counted| counted.0);
        services.key_usage.record(key, services.clock.now(), status);
    }
    response
}
