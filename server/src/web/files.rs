//! Files of an application: `POST /w/{slug}/files?jobapp_id=…` stores a file and redirects to the page of the application, which reports
//! errors; `GET /w/{slug}/files?file_id=…` downloads a file, with `owner_id` a file of a client.

use crate::{
    attachment::download, error_response::ErrorResponse, extract::PageCaller, extract::Query,
    middleware::security_headers::Https, multipart::receive_file,
};
use app::server::{
    cookies::CookieSettings,
    flash::{error_cookie, success_cookie},
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::header::SET_COOKIE,
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use domain::{
    ApiError,
    files::FileQuery,
    jobapps::ApplicationRef,
    routes::{ApplicationPage, Route},
};
use service::{Services, files};
use std::sync::Arc;

/// The path pattern.
pub const PATH: &str = "/w/{slug}/files";
/// The form on which the page shows the result.
const ACTION: &str = "files/add";

/// The routes. They need the session layer and CSRF protection, and must be outside the layers that limit bodies.
pub fn router<S: Clone + Send + Sync + 'static>(services: Arc<Services>, Https(secure): Https) -> Router<S> {
    let upload = async move |State(services): State<Arc<Services>>,
                             PageCaller(caller): PageCaller,
                             Query(input): Query<ApplicationRef>,
                             request: Request| {
        let cookies = CookieSettings { secure };
        let page = Route::Application(
            caller.tenant.slug.clone(),
            input.jobapp_id,
            ApplicationPage::Overview,
        );
        let stored = receive_file(&services, &caller, None, Some(input.jobapp_id), request).await;
        let cookie = match stored.map_err(ApiError::from) {
            Ok(_) => success_cookie(cookies, ACTION, &page),
            Err(error) => error_cookie(cookies, ACTION, &page, error),
        };
        let mut response = Redirect::to(&page.to_string()).into_response();
        if let Some(cookie) = cookie {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    };
    Router::new()
        .route(
            PATH,
            get(download_file).post(upload).layer(DefaultBodyLimit::disable()),
        )
        .with_state(services)
}

async fn download_file(
    State(services): State<Arc<Services>>,
    PageCaller(caller): PageCaller,
    Query(input): Query<FileQuery>,
) -> Result<Response, ErrorResponse> {
    Ok(download(files::download(&services, &caller, input).await?))
}
