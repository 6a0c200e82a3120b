//! Static files of the web UI: styles, scripts, WASM, fonts.

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
use std::{io, path::PathBuf};
use tower_http::services::ServeDir;

/// File name of the built script and style sheet, without extension.
const OUTPUT_NAME: &str = "jobhax";
/// Directories of static files. A path below them is never a page.
const DIRECTORIES: [&str; 3] = ["/pkg/", "/fonts/", "/vendor/"];
/// Static files outside those directories.
const ROOT_FILES: [&str; 2] = ["/favicon.svg", "/robots.txt"];
/// Length of the content hash in a built file's name.
const HASH_LEN: usize = 22;
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
    let has_hashed_names = executable_dir.is_some_and(|dir| dir.join("hash.txt").is_file());
    LeptosOptions::builder()
        .output_name(OUTPUT_NAME)
        .site_root(
            root.unwrap_or_else(|| PathBuf::from(DEFAULT_SITE_ROOT))
                .to_string_lossy()
                .into_owned(),
        )
        .site_addr(config.listen)
        .hash_files(has_hashed_names)
        .reload_port(u32::from(config.reload_port.unwrap_or(DEFAULT_RELOAD_PORT)))
        .build()
}

/// Serves the files, precompressed where the build has done so.
pub fn serve_dir(options: &LeptosOptions) -> ServeDir {
    ServeDir::new(options.site_root.as_ref())
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip()
        .redirect_to_trailing_slash(false)
}

/// Serves a file. A name that no file can have is not found, like any other that does not exist.
pub async fn serve(mut files: ServeDir, request: Request) -> Response {
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

/// Whether the path is that of a static file.
pub fn is_static_file(path: &str) -> bool {
    DIRECTORIES.iter().any(|dir| path.starts_with(dir)) || ROOT_FILES.contains(&path)
}

/// Middleware: files with a content hash in their name are cached for a year, others for an hour.
pub async fn set_cache_control(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let is_found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    if is_found && is_static_file(&path) {
        let value = if is_hashed(&path) {
            "public, max-age=31536000, immutable"
        } else {
            "public, max-age=3600"
        };
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    }
    response
}

/// Whether the name contains a content hash, as in `jobhax.9f2959uVWLPq501EZJoj7g.wasm`.
fn is_hashed(path: &str) -> bool {
    path.starts_with("/pkg/")
        && path
            .rsplit('/')
            .next()
            .is_some_and(|name| name.split('.').any(|part| part.len() == HASH_LEN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashed_names_are_immutable() {
        assert!(is_hashed("/pkg/jobhax.9f2959uVWLPq501EZJoj7g.wasm"));
        assert!(!is_hashed("/pkg/jobhax.js"));
        assert!(!is_hashed("/fonts/9f2959uVWLPq501EZJoj7g.woff2"));
    }
}
