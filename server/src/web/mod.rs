//! Routes that are authenticated by the session cookie: pages, server functions, events, OAuth in the browser, uploads, export; and
//! static files.

pub mod assets;
pub mod calendar;
mod content_hash;
pub mod events;
pub mod export;
pub mod export_audit;
pub mod export_csv;
pub mod files;
pub mod import_csv;
pub mod invite_members;
pub mod oauth;
pub mod pages;
pub mod static_files;
mod superseded_files;
pub mod unsubscribe;
pub mod upload;

use axum::http::Method;

/// All routes except static files: method and path pattern.
pub fn routes() -> Vec<(Method, String)> {
    let mut routes = pages::routes();
    let others = [
        (Method::POST, oauth::START),
        (Method::GET, oauth::CALLBACK),
        (Method::POST, upload::PATH),
        (Method::POST, import_csv::PATH),
        (Method::POST, invite_members::PATH),
        (Method::GET, export::PATH),
        (Method::GET, events::PATH),
        (Method::POST, files::PATH),
        (Method::GET, files::PATH),
        (Method::GET, calendar::PATH),
        (Method::POST, unsubscribe::PATH),
        (Method::GET, export_csv::PATH),
        (Method::GET, export_audit::PATH),
    ];
    routes.extend(others.map(|(method, path)| (method, path.to_owned())));
    routes
}
