//! All routes and the order of the middleware.

use crate::{
    api::{
        self,
        deprecation::{DEPRECATIONS, set_deprecation_headers},
    },
    config::{ConfigError, Http},
    error_response,
    extract::{BODY_LIMIT, LARGE_BODY_LIMIT},
    health::{self, Health},
    mcp,
    middleware::{
        access_log::log_request,
        action_error::strip_action_error,
        client_ip::{TrustedProxies, set_client_info},
        conditional::set_etag,
        csrf::{csrf_layer, require_same_origin},
        foreign_errors::map_foreign_responses,
        idempotency::store_errors,
        key_usage::count_key_requests,
        metrics::record_metrics,
        panic::panic_response,
        rate_limit_headers::set_rate_limit_headers,
        reject_smuggling::reject_smuggling,
        request_id::{RequestIdGenerator, set_request_id},
        require_login::require_login,
        security_headers::{Https, set_security_headers},
        server_functions::prepare_server_function,
        session_cookie::complete_removal,
        session_store::report_store_error,
        tab::set_tab,
        timeout::{RequestTimeout, enforce_timeout},
    },
    web,
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::Method,
    middleware::{from_fn, from_fn_with_state},
};
use service::Services;
use std::sync::Arc;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{DefaultPredicate, NotForContentType},
    },
    limit::RequestBodyLimitLayer,
};

/// The routes that stream large bodies.
const UPLOADS: [&str; 6] = [
    "/api/mail/import_mails",
    "/api/jobapps/import_csv",
    "/api/files/add_file",
    web::upload::PATH,
    web::import_csv::PATH,
    web::files::PATH,
];

/// The complete router. Call it once per process: collecting the list of pages temporarily changes global state of Leptos.
///
/// A layer wraps those above it, so a request passes them from the bottom to the top.
///
/// # Errors
/// [`ConfigError`] if the public URL has no origin.
pub fn router(services: &Arc<Services>, config: &Http, health: Health) -> Result<Router, ConfigError> {
    let https = Https(config.is_https());
    let timeout = RequestTimeout {
        timeout: config.timeouts.request(),
        uploads: &UPLOADS,
    };
    Ok(Router::new()
        .nest("/api", api(services.clone()))
        .merge(health::router(health))
        .merge(mcp::router(services.clone(), &config.public_url())?)
        .merge(web::calendar::router(services.clone()))
        .merge(web::unsubscribe::router(services.clone()))
        .merge(web(services, config, https)?)
        .layer(from_fn(reject_smuggling))
        .layer(CatchPanicLayer::custom(panic_response))
        .layer(from_fn_with_state(timeout, enforce_timeout))
        .layer(from_fn(map_foreign_responses))
        .layer(from_fn(error_response::render))
        .layer(compression())
        .layer(from_fn_with_state(https, set_security_headers))
        .layer(from_fn(record_metrics))
        .layer(from_fn(log_request))
        .layer(from_fn_with_state(
            RequestIdGenerator::new(services),
            set_request_id,
        ))
        .layer(from_fn_with_state(
            TrustedProxies::new(&config.trusted_proxies),
            set_client_info,
        )))
}

/// Archives and files are excluded: they are compressed already or gain little.
fn compression() -> CompressionLayer<impl Predicate> {
    let predicate = DefaultPredicate::new()
        .and(NotForContentType::const_new("application/zip"))
        .and(NotForContentType::const_new("application/octet-stream"));
    CompressionLayer::new().compress_when(predicate)
}

/// The routes that are authenticated by access tokens and API keys.
fn api(services: Arc<Services>) -> Router {
    api::router()
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(set_etag))
        .layer(from_fn_with_state(services.clone(), store_errors))
        .layer(from_fn(set_rate_limit_headers))
        .layer(from_fn_with_state(services.clone(), count_key_requests))
        .layer(from_fn_with_state(DEPRECATIONS, set_deprecation_headers))
        .with_state(services)
}

/// The routes that are authenticated by the session cookie.
fn web(services: &Arc<Services>, config: &Http, https: Https) -> Result<Router, ConfigError> {
    let public_url = config.public_url();
    let csrf = csrf_layer(&public_url).map_err(|e| ConfigError {
        name: "JOBHAX_PUBLIC_URL",
        detail: format!("{e}. Write for example https://jobs.example.org"),
    })?;
    let options = web::static_files::options(config);
    let assets = Arc::new(web::assets::load(config, &options));
    Ok(web::pages::router(services, config, https, &options, &assets)
        .merge(web::oauth::router(services.clone(), https))
        .layer(RequestBodyLimitLayer::new(LARGE_BODY_LIMIT))
        .layer(from_fn(prepare_server_function))
        .layer(from_fn(set_tab))
        .merge(web::upload::router(services.clone()))
        .merge(web::import_csv::router(services.clone(), https))
        .merge(web::invite_members::router(services.clone(), https))
        .merge(web::events::router(services.clone()))
        .merge(web::export::router(services.clone()))
        .merge(web::files::router(services.clone(), https))
        .merge(web::export_csv::router(services.clone()))
        .merge(web::export_audit::router(services.clone()))
        .fallback_service(web::pages::fallback(services, config, https, &options, &assets))
        .layer(from_fn(strip_action_error))
        .layer(from_fn(web::static_files::set_cache_control))
        .layer(from_fn(require_login))
        .layer(web::pages::session_layer(services, https))
        .layer(from_fn(report_store_error))
        .layer(from_fn_with_state(https, complete_removal))
        .layer(csrf)
        .layer(from_fn_with_state(https, require_same_origin))
        .with_state(options))
}

/// Method and path pattern of every route.
pub fn routes() -> Vec<(Method, String)> {
    let mut routes = api::routes();
    routes.extend(health::ROUTES.map(|path| (Method::GET, path.to_owned())));
    routes.push((Method::POST, mcp::PATH.to_owned()));
    routes.extend(web::routes());
    routes
}
