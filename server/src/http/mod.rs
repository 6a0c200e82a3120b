//! Everything between a socket and a handler: the accept loop with its patience, guards, request ids, security headers,
//! failures as answers.

pub mod body;
pub mod client;
pub mod connection;
pub mod csrf;
pub mod deadline;
pub mod guard;
pub mod head;
pub mod headers;
pub mod listen;
pub mod panic;
pub mod patience;
pub mod problem;
pub mod referer;
pub mod refused;
pub mod request_id;

use crate::monitoring;
use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

/// Puts the layers that every answer passes around the routes, the outermost last.
pub fn wrap(routes: Router, ids: request_id::Ids, https: headers::Https, proxies: client::Trusted) -> Router {
    routes
        .layer(from_fn(guard::guard))
        .layer(CatchPanicLayer::custom(panic::answer))
        .layer(from_fn(problem::render))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(https, headers::secure))
        .layer(from_fn(monitoring::observe))
        .layer(from_fn_with_state(ids, request_id::observe))
        .layer(from_fn_with_state(proxies, client::introduce))
}
