//! `POST /w/{slug}/import/csv/upload`: uploads a CSV file. Redirects to the preview, or to the previous page, which reports errors.

use crate::{extract::PageCaller, middleware::security_headers::Https, multipart::receive_csv_file};
use app::server::{cookies::CookieSettings, flash::error_cookie};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::header::SET_COOKIE,
    response::{IntoResponse as _, Redirect, Response},
    routing::post,
};
use domain::routes::Route;
use service::Services;
use std::sync::Arc;

/// The path pattern.
pub const PATH: &str = "/w/{slug}/import/csv/upload";
/// The form on which the page shows errors.
const ACTION: &str = "jobapps/import_csv";

/// The route. Needs the session layer and CSRF protection, and must be outside the layers that limit bodies: the size of an
/// upload is limited while it is written to disk.
pub fn router<S: Clone + Send + Sync + 'static>(services: Arc<Services>, Https(secure): Https) -> Router<S> {
    let upload = async move |State(services): State<Arc<Services>>,
                             PageCaller(caller): PageCaller,
                             request: Request| {
        match Box::pin(receive_csv_file(&services, &caller, None, true, request)).await {
            Ok(import) => {
                let page = Route::CsvImport(caller.tenant.slug, Some(import.id));
                Redirect::to(&page.to_string()).into_response()
            }
            Err(error) => with_error(CookieSettings { secure }, caller.tenant.slug, error),
        }
    };
    Router::new()
        .route(PATH, post(upload).layer(DefaultBodyLimit::disable()))
        .with_state(services)
}

fn with_error(cookies: CookieSettings, slug: String, error: service::Error) -> Response {
    let page = Route::CsvImport(slug, None);
    let mut response = Redirect::to(&page.to_string()).into_response();
    if let Some(cookie) = error_cookie(cookies, ACTION, &page, error.into()) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
