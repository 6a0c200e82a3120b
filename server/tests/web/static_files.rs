//! Built files, including those of the previous deployment.

use crate::support::{TempDir, TestResponse, TestServer};
use axum::{
    body::Body,
    http::{HeaderMap, Request},
};
use sqlx::PgPool;
use std::{fs, path::Path};

const OLD: &str = "pkg/board.9f2959uVWLPq501EZJoj7g/board.js";
const NEW: &str = "pkg/board.OXtfWg2IajKZjX7pF3N8OQ/board.js";
/// A file of the other test: servers in one process share their data directory, so the names must differ.
const OTHER: &str = "pkg/import.9f2959uVWLPq501EZJoj7g/import.js";

/// Replaces the built files by this one, which contains its own name, and a compressed variant.
fn deploy(site: &Path, path: &str) {
    let _ = fs::remove_dir_all(site);
    let file = site.join(path);
    fs::create_dir_all(file.parent().expect("folder")).expect("folder");
    fs::write(&file, path).expect("file");
    fs::write(site.join(format!("{path}.br")), format!("compressed {path}")).expect("file");
}

async fn get(server: &TestServer, path: &str, encoding: &str) -> TestResponse {
    let request = Request::get(path).header("accept-encoding", encoding);
    server.send(request.body(Body::empty()).expect("request")).await
}

fn without_request_id(mut headers: HeaderMap) -> HeaderMap {
    headers.remove("x-request-id");
    headers
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn superseded_file_is_served_like_a_current_one(pool: PgPool) {
    let dir = TempDir::new();
    let path = format!("/{OLD}");
    deploy(&dir.0, OLD);
    let before = TestServer::with_site_root(pool.clone(), &dir.0);
    let plain = get(&before, &path, "identity").await;
    let compressed = get(&before, &path, "br").await;
    assert_eq!((plain.status.as_u16(), plain.text.as_str()), (200, OLD));
    assert_eq!(
        plain.headers["cache-control"],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(compressed.headers["content-encoding"], "br");
    assert_eq!(compressed.text, format!("compressed {OLD}"));

    deploy(&dir.0, NEW);
    let after = TestServer::with_site_root(pool, &dir.0);
    assert_eq!(get(&after, &format!("/{NEW}"), "identity").await.text, NEW);
    for (response, encoding) in [(plain, "identity"), (compressed, "br")] {
        let later = get(&after, &path, encoding).await;
        assert_eq!((later.status, later.text), (response.status, response.text));
        assert_eq!(
            without_request_id(later.headers),
            without_request_id(response.headers)
        );
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn file_that_changes_under_its_name_is_revalidated(pool: PgPool) {
    let dir = TempDir::new();
    for (path, value) in [
        ("pkg/jobhax.js", "no-cache"),
        ("fonts/inter.woff2", "public, max-age=3600"),
    ] {
        deploy(&dir.0, path);
        fs::create_dir_all(dir.0.join("pkg")).expect("folder");
        let server = TestServer::with_site_root(pool.clone(), &dir.0);
        let response = get(&server, &format!("/{path}"), "identity").await;
        assert_eq!(response.headers["cache-control"], value, "{path}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn nothing_beside_the_superseded_files_is_served(pool: PgPool) {
    let dir = TempDir::new();
    deploy(&dir.0, OTHER);
    TestServer::with_site_root(pool.clone(), &dir.0);
    deploy(&dir.0, NEW);
    let server = TestServer::with_site_root(pool, &dir.0);
    let data_dir = server.data_dir();
    fs::write(data_dir.join("secret.key"), "secret-of-the-test").expect("file");
    let folder = OTHER.trim_end_matches("/import.js");
    let absolute = data_dir.join("secret.key").to_string_lossy().replace('/', "%2f");
    let up = |step: &str| [step; 3].concat();
    let mut paths = vec![
        "/secret.key".to_owned(),
        "/superseded_files.json".to_owned(),
        format!("/static/{OTHER}"),
        format!("/pkg/{absolute}"),
        format!("/{folder}/{absolute}"),
        format!("/{folder}"),
        format!("/{folder}/"),
        format!("/{OTHER}/"),
        format!("/{OTHER}/../import.js"),
    ];
    for step in ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", ".%2e/", "./../"] {
        for depth in 1..=3 {
            for name in ["secret.key", "superseded_files.json"] {
                let up = &up(step)[..step.len() * depth];
                paths.push(format!("/pkg/{up}{name}"));
                paths.push(format!("/{folder}/{up}{name}"));
            }
        }
    }
    for path in paths {
        let response = get(&server, &path, "identity").await;
        assert!(!response.status.is_success(), "{path}: {}", response.status);
        for text in ["secret-of-the-test", OTHER] {
            assert!(!response.text.contains(text), "{path}: {}", response.text);
        }
    }
}
