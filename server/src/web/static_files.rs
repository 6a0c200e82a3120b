//! Static files of the web UI: styles, scripts, WASM, fonts.

use super::{content_hash::is_hashed, superseded_files};
use crate::{
    config::{Http, executable_dir},
    error_response::error_response,
};
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use domain::ErrorCode;
use leptos::config::LeptosOptions;
use service::Services;
use std::{
    io,
    path::{Path, PathBuf},
};
use tower_http::services::ServeDir;

/// File name of the built script and style sheet, without extension.
const OUTPUT_NAME: &str = "jobhax";
/// Directories of static files. Paths below them are never pages.
const DIRECTORIES: [&str; 3] = ["/pkg/", "/fonts/", "/downloads/"];
/// Static files outside those directories.
const ROOT_FILES: [&str; 2] = ["/favicon.svg", "/robots.txt"];
const DEFAULT_RELOAD_PORT: u16 = 3001;
const DEFAULT_SITE_ROOT: &str = "target/site";

/// Where the built files are and how they are named.
pub fn options(config: &Http) -> LeptosOptions {
    let executable_dir = executable_dir();
    let candidates = config
        .site_root
        .clone()
        .into_iter()
        .chain(
            executable_dir
                .iter()
                .flat_map(|dir| [dir.join("site"), dir.join("../site")]),
        )
        .chain([PathBuf::from(DEFAULT_SITE_ROOT)]);
    let root = candidates.into_iter().find(|dir| dir.join("pkg").is_dir());
    if root.is_none() {
        tracing::warn!("static files not found, pages will have no styles; run `make build`");
    }
    LeptosOptions::builder()
        .output_name(OUTPUT_NAME)
        .site_root(
            root.unwrap_or_else(|| PathBuf::from(DEFAULT_SITE_ROOT))
                .to_string_lossy()
                .into_owned(),
        )
        .site_addr(config.listen)
        .reload_port(u32::from(config.reload_port.unwrap_or(DEFAULT_RELOAD_PORT)))
        .build()
}

/// The built files, and the files of earlier deployments.
#[derive(Clone)]
pub struct StaticFiles {
    current: ServeDir,
    superseded: ServeDir,
}

/// Opens the built files, and keeps copies of them until a day after a later deployment replaces them.
pub fn open(options: &LeptosOptions, services: &Services) -> StaticFiles {
    let root = Path::new(options.site_root.as_ref());
    let superseded = superseded_files::update(root, &services.data_dir, services.clock.now().timestamp());
    StaticFiles {
        current: serve_dir(root),
        superseded: serve_dir(&superseded),
    }
}

/// Serves the files of a directory, precompressed if the build created compressed versions.
fn serve_dir(root: &Path) -> ServeDir {
    ServeDir::new(root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip()
        .redirect_to_trailing_slash(false)
}

/// Serves a file; falls back to the files of earlier deployments.
pub async fn serve(files: StaticFiles, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let retry = is_hashed(parts.uri.path()).then(|| Request::from_parts(parts.clone(), Body::empty()));
    let response = serve_from(files.current, Request::from_parts(parts, body)).await;
    match retry {
        Some(request) if response.status() == StatusCode::NOT_FOUND => {
            serve_from(files.superseded, request).await
        }
        _ => response,
    }
}

/// Serves a file. An impossible file name counts as not found.
async fn serve_from(mut files: ServeDir, request: Request) -> Response {
    use io::ErrorKind::{
        InvalidFilename, InvalidInput, IsADirectory, NotADirectory, NotFound, PermissionDenied,
    };
    match files.try_call(request).await {
        Ok(response) if response.status() == StatusCode::NOT_FOUND => not_found(),
        Ok(response) => response.map(Body::new),
        Err(error)
            if matches!(
                error.kind(),
                InvalidFilename | InvalidInput | IsADirectory | NotADirectory | NotFound | PermissionDenied
            ) =>
        {
            not_found()
        }
        Err(error) => {
            tracing::error!(%error, "reading a static file failed");
            error_response(
                ErrorCode::Internal,
                "Something went wrong on our side. Please try again.",
            )
        }
    }
}

fn not_found() -> Response {
    error_response(ErrorCode::NotFound, "Not found.")
}

/// Whether the path belongs to a static file.
pub fn is_static_file(path: &str) -> bool {
    DIRECTORIES.iter().any(|dir| path.starts_with(dir)) || ROOT_FILES.contains(&path)
}

/// Middleware that sets the caching headers of static files.
pub async fn set_cache_control(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let is_found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    if is_found && is_static_file(&path) {
        response.headers_mut().insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static(cache_control(&path)),
        );
    }
    response
}

fn cache_control(path: &str) -> &'static str {
    if is_hashed(path) {
        "public, max-age=31536000, immutable"
    } else if path.starts_with("/pkg/") {
        // In development, the file changes with every build.
        "no-cache"
    } else {
        "public, max-age=3600"
    }
}
