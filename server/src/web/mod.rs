//! All routes together: API, probes, pages, files.

mod export;
mod gate;
mod pages;
mod site;
mod social;
mod upload;

use crate::{
    config::Serve,
    health::{self, Health},
    http::{self, client::Trusted, headers::Https, request_id::Ids},
    rest,
    start::StartError,
};
use axum::Router;
use service::Services;
use std::sync::Arc;

/// Everything that is served. Once per process: making the list of pages changes how Leptos renders meanwhile.
///
/// # Errors
/// [`StartError::Setting`] when the public URL has no origin.
pub fn router(services: &Arc<Services>, config: &Serve, health: Health) -> Result<Router, StartError> {
    let public_url = config.public_url();
    let https = public_url.starts_with("https://");
    let pages = pages::router(services, config, &public_url, https)?;
    let routes = Router::new()
        .nest("/api", rest::router(services.clone()))
        .merge(health::router(health))
        .merge(pages);
    Ok(http::wrap(
        routes,
        Ids::of(services),
        Https(https),
        Trusted::new(&config.trusted_proxies),
    ))
}
