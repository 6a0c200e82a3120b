//! Pages and server functions: everything that a browser's cookie authenticates. The one file that wires Leptos in.

use super::{export, gate, site, social, upload};
use crate::{
    config::Serve,
    http::{
        csrf,
        headers::{Https, page_policy},
        problem::failure,
        referer,
    },
    start::StartError,
};
use app::{App, ssr::Cookies};
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::any,
};
use domain::{ApiError, ErrorCode};
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_axum::{ErrorHandler, LeptosRoutes as _, ResponseOptions, generate_route_list};
use service::{
    Services,
    users::{LIFETIME, SessionStore},
};
use std::sync::Arc;
use tower::ServiceExt as _;
use tower_http::limit::RequestBodyLimitLayer;
use tower_sessions::{
    Expiry, SessionManagerLayer,
    cookie::{SameSite, time::Duration},
};

/// Most bytes of a form or of a server function's input.
const BODY_LIMIT: usize = 256 * 1024;

/// The pages, their server functions, their files, and the page for everything else.
pub fn router(
    services: &Arc<Services>,
    config: &Serve,
    public_url: &str,
    https: bool,
) -> Result<Router, StartError> {
    app::register_server_functions();
    let options = site::options(config);
    let watching = config.watch.is_some();
    let context = {
        let services = services.clone();
        move || {
            provide_context(services.clone());
            provide_context(Cookies { secure: https });
        }
    };
    let shell = move |options: LeptosOptions| {
        guard_scripts(watching);
        app::shell(options)
    };
    let lost = {
        let pages = ErrorHandler::new_with_context(context.clone(), shell, options.clone());
        move |request: Request| not_a_page(pages.clone(), request)
    };
    let page = {
        let options = options.clone();
        move || shell(options.clone())
    };
    let files = site::files(&options).fallback(any(lost));
    let from_our_pages = csrf::layer(public_url).map_err(|e| StartError::Setting {
        name: "JOBHAX_PUBLIC_URL",
        detail: format!("{e}. It looks like https://jobs.example.org"),
    })?;
    Ok(Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), context, page)
        .route("/_fn/{*rest}", any(no_such_function))
        .merge(social::router(services.clone(), Https(https)))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .merge(upload::router(services.clone()))
        .merge(export::router(services.clone()))
        .fallback_service(files)
        .layer(from_fn(site::caching))
        .layer(from_fn(gate::signed_in))
        .layer(sessions(services, https))
        .layer(from_our_pages)
        .layer(from_fn_with_state(
            Arc::<str>::from(public_url),
            referer::ours_only,
        ))
        .layer(from_fn_with_state(Https(https), csrf::named_origin))
        .with_state(options))
}

/// Which scripts may run in the page that is being made: those that carry its nonce.
fn guard_scripts(watching: bool) {
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    if let (Some(answer), Ok(policy)) = (
        use_context::<ResponseOptions>(),
        HeaderValue::from_str(&page_policy(&nonce, watching)),
    ) {
        answer.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

fn sessions(services: &Arc<Services>, https: bool) -> SessionManagerLayer<SessionStore> {
    SessionManagerLayer::new(SessionStore::new(Services::clone(services)))
        .with_name(if https { "__Host-jobhax" } else { "jobhax" })
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(Duration::seconds(LIFETIME.num_seconds())))
}

/// Neither a page nor a file: the page that says so, for people; for programs a problem document.
async fn not_a_page<P>(pages: P, request: Request) -> Response
where
    P: tower::Service<Request, Response = Response<Body>, Error = std::convert::Infallible>,
{
    let path = request.uri().path();
    if site::is_file(path) || !crate::http::problem::wants_page(&request) {
        return failure(ApiError::new(ErrorCode::NotFound, "There is nothing here."));
    }
    match pages.oneshot(request).await {
        Ok(answer) => answer.into_response(),
        Err(never) => match never {},
    }
}

/// A page from before the last update calls what is gone.
async fn no_such_function() -> Response {
    failure(ApiError::new(
        ErrorCode::NotFound,
        "This page is older than the server. Reload it.",
    ))
}
