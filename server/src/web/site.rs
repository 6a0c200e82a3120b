//! The built files of the pages: style, script, WASM, fonts.

use crate::config::{self, Serve};
use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use leptos::config::LeptosOptions;
use std::path::PathBuf;
use tower_http::services::ServeDir;

/// The name of the built script and style.
const NAME: &str = "jobhax";
/// Folders of files; what is not found below them is not a page either.
const FOLDERS: [&str; 3] = ["/pkg/", "/fonts/", "/vendor/"];
/// Letters of the hash in a built file's name.
const HASH: usize = 22;

/// Where the built files are and what they are called.
pub fn options(config: &Serve) -> LeptosOptions {
    let beside = config::program_folder();
    let places = config
        .site_root
        .clone()
        .into_iter()
        .chain(
            beside
                .iter()
                .flat_map(|folder| [folder.join("site"), folder.join("../site")]),
        )
        .chain([PathBuf::from("target/site")]);
    let root = places.into_iter().find(|place| place.join("pkg").is_dir());
    if root.is_none() {
        tracing::warn!(
            "the built pages are not beside the program: pages come without style. Run `make build` first"
        );
    }
    let hashed = beside.is_some_and(|folder| folder.join("hash.txt").is_file());
    LeptosOptions::builder()
        .output_name(NAME)
        .site_root(
            root.unwrap_or_else(|| PathBuf::from("target/site"))
                .to_string_lossy()
                .into_owned(),
        )
        .site_addr(config.listen)
        .hash_files(hashed)
        .reload_port(u32::from(config.reload_port.unwrap_or(3001)))
        .build()
}

/// Serves the files, compressed beforehand where the build did so.
pub fn files(options: &LeptosOptions) -> ServeDir {
    ServeDir::new(options.site_root.as_ref())
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip()
        .call_fallback_on_method_not_allowed(true)
}

/// Whether the path is that of a file, not of a page.
pub fn is_file(path: &str) -> bool {
    FOLDERS.iter().any(|folder| path.starts_with(folder)) || path == "/favicon.svg" || path == "/robots.txt"
}

/// Files whose name changes with their content are kept for ever, the others are asked for again.
pub async fn caching(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut answer = next.run(request).await;
    let found = answer.status().is_success() || answer.status() == StatusCode::NOT_MODIFIED;
    if found && is_file(&path) {
        let kept = if is_hashed(&path) {
            "public, max-age=31536000, immutable"
        } else {
            "public, max-age=3600"
        };
        answer
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    }
    answer
}

/// `jobhax.9f2959uVWLPq501EZJoj7g.wasm`.
fn is_hashed(path: &str) -> bool {
    path.starts_with("/pkg/")
        && path
            .rsplit('/')
            .next()
            .is_some_and(|name| name.split('.').any(|part| part.len() == HASH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_built_names_are_for_ever() {
        assert!(is_hashed("/pkg/jobhax.9f2959uVWLPq501EZJoj7g.wasm"));
        assert!(!is_hashed("/pkg/jobhax.js"));
        assert!(!is_hashed("/fonts/9f2959uVWLPq501EZJoj7g.woff2"));
    }
}
