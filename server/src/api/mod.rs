//! The REST API under `/api`: one adapter per operation and file. Each extracts caller and input, calls one use case of
//! `service` and converts the result.

mod audit;
mod calendar;
mod changes;
mod coaching;
mod contacts;
pub mod deprecation;
mod docs;
mod errors;
mod files;
mod interviews;
mod jobapps;
mod keys;
mod mail;
mod metrics;
pub mod openapi;
mod operations;
mod response;
mod tasks;
mod tenants;
mod transfers;
mod users;
mod views;
mod webhooks;

use crate::error_response::error_response;
use axum::{Router, http::Method};
use domain::ErrorCode;
use operations::operations;
use service::Services;
use std::sync::Arc;

const UNKNOWN_METHOD: &str = "This endpoint does not support this method. See the Allow header.";

/// Everything below `/api`. Unknown paths and methods get an error of the API, never an HTML page.
pub fn router() -> Router<Arc<Services>> {
    Router::from(operations())
        .merge(docs::router())
        .fallback(async || {
            error_response(
                ErrorCode::NotFound,
                "There is no such endpoint. See /api/docs for the list.",
            )
        })
        .method_not_allowed_fallback(async || error_response(ErrorCode::MethodNotAllowed, UNKNOWN_METHOD))
}

/// The operations and the documentation: method and path.
pub fn routes() -> Vec<(Method, String)> {
    let document = openapi::document();
    let paths = document["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flat_map(|item| item.keys());
        methods.filter_map(|method| {
            let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).ok()?;
            Some((method, path.clone()))
        })
    });
    let docs = docs::ROUTES.map(|path| (Method::GET, format!("/api{path}")));
    operations.chain(docs).collect()
}
