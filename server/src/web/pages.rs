//! Pages and server functions: integrates Leptos into axum.

use super::static_files;
use crate::{
    config::Http,
    error_response::{error_response, wants_page},
    middleware::{
        security_headers::{Https, page_csp},
        session_cookie::session_cookie_name,
    },
};
use app::{App, assets::Assets, server::cookies::CookieSettings};
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, Method, header},
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, any},
};
use domain::ErrorCode;
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*, server_fn::axum::server_fn_paths};
use leptos_axum::{ErrorHandler, LeptosRoutes as _, ResponseOptions, generate_route_list};
use service::{
    Services,
    auth::{SESSION_MAX_LIFETIME, SessionStore},
};
use std::{convert::Infallible, sync::Arc};
use tower::ServiceExt as _;
use tower_sessions::{
    Expiry, SessionManagerLayer,
    cookie::{SameSite, time::Duration},
};

/// Pages and their server functions.
pub fn router(
    services: &Arc<Services>,
    config: &Http,
    https: Https,
    options: &LeptosOptions,
    assets: &Arc<Assets>,
) -> Router<LeptosOptions> {
    app::register_server_functions();
    let page = {
        let (shell, options) = (shell(config), options.clone());
        move || shell(options.clone())
    };
    Router::new()
        .leptos_routes_with_context(
            options,
            generate_route_list(App),
            context(services, https, assets),
            page,
        )
        .route("/_fn/{*rest}", any(unknown_server_function))
}

/// Static files, and the "not found" page for all other paths.
pub fn fallback(
    services: &Arc<Services>,
    config: &Http,
    https: Https,
    options: &LeptosOptions,
    assets: &Arc<Assets>,
) -> MethodRouter<(), Infallible> {
    let pages =
        ErrorHandler::new_with_context(context(services, https, assets), shell(config), options.clone());
    let files = static_files::open(options, services);
    any(async move |request: Request| {
        if static_files::is_static_file(request.uri().path()) {
            static_files::serve(files, request).await
        } else {
            not_found(pages, request).await
        }
    })
}

/// Method and path of all pages and server functions.
pub fn routes() -> Vec<(Method, String)> {
    app::register_server_functions();
    let pages = generate_route_list(App)
        .into_iter()
        .map(|route| (Method::GET, route.path().to_owned()));
    let functions = server_fn_paths().map(|(path, method)| (method, path.to_owned()));
    pages.chain(functions).collect()
}

/// The Leptos context of pages and server functions.
fn context(
    services: &Arc<Services>,
    Https(https): Https,
    assets: &Arc<Assets>,
) -> impl Fn() + Clone + Send + Sync + 'static {
    let (services, assets) = (services.clone(), assets.clone());
    move || {
        provide_context(services.clone());
        provide_context(assets.clone());
        provide_context(CookieSettings { secure: https });
    }
}

/// The HTML document around each page, with its content security policy.
fn shell(config: &Http) -> impl Fn(LeptosOptions) -> AnyView + Clone + Send + Sync + 'static {
    let live_reload = config.watch.is_some();
    move |options| {
        set_page_csp(live_reload);
        app::shell(options).into_any()
    }
}

fn set_page_csp(live_reload: bool) {
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    if let (Some(response), Ok(csp)) = (
        use_context::<ResponseOptions>(),
        HeaderValue::from_str(&page_csp(&nonce, live_reload)),
    ) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, csp);
    }
}

/// The layer that loads the session of the session cookie.
pub fn session_layer(services: &Arc<Services>, https: Https) -> SessionManagerLayer<SessionStore> {
    SessionManagerLayer::new(SessionStore::new(Services::clone(services)))
        .with_name(session_cookie_name(https))
        .with_secure(https.0)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(Duration::seconds(
            SESSION_MAX_LIFETIME.num_seconds(),
        )))
}

/// The "not found" page for browsers, and an error for other clients.
async fn not_found<P>(pages: P, request: Request) -> Response
where
    P: tower::Service<Request, Response = Response<Body>, Error = Infallible>,
{
    if !wants_page(&request) {
        return error_response(ErrorCode::NotFound, "Not found.");
    }
    let Ok(response) = pages.oneshot(request).await;
    response.into_response()
}

/// The response to a page from before the last deployment that calls a server function that no longer exists.
async fn unknown_server_function() -> Response {
    error_response(ErrorCode::NotFound, "This page is outdated. Please reload it.")
}
