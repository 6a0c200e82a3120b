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
use axum::{
    Router,
    http::{Method, Uri},
};
use domain::ErrorCode;
use operations::operations;
use service::Services;
use std::{collections::HashSet, sync::Arc};
use utoipa::openapi::OpenApi;

/// Maximum length of a method in an error; longer ones are cut.
const MAX_METHOD_LEN: usize = 20;

/// Everything below `/api`. Unknown paths and methods get a JSON error, never an HTML page.
pub fn router() -> Router<Arc<Services>> {
    let operations = operations();
    let reads = Arc::new(read_paths(operations.get_openapi()));
    Router::from(operations)
        .merge(docs::router())
        .fallback(async || {
            error_response(
                ErrorCode::NotFound,
                "There is no such endpoint. See /api/docs for the list.",
            )
        })
        .method_not_allowed_fallback(async move |method: Method, uri: Uri| {
            let detail = unsupported_method(&reads, &method, uri.path());
            error_response(ErrorCode::MethodNotAllowed, &detail)
        })
}

/// Paths of the operations that use `GET`, below `/api`. All others use `POST`.
fn read_paths(document: &OpenApi) -> HashSet<String> {
    let paths = document.paths.paths.iter();
    let reads = paths.filter(|(_, item)| item.get.is_some());
    reads.map(|(path, _)| path.clone()).collect()
}

/// Error detail that names the method and the allowed ones. axum adds the `Allow` header later.
fn unsupported_method(reads: &HashSet<String>, method: &Method, path: &str) -> String {
    let is_read = reads.contains(path) || docs::ROUTES.contains(&path) || path.starts_with("/docs/");
    let allowed = if is_read { "GET or HEAD" } else { "POST" };
    let method: String = method.as_str().chars().take(MAX_METHOD_LEN).collect();
    format!("This endpoint does not support {method}. Use {allowed}.")
}

/// Method and path of all operations and documentation pages.
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
