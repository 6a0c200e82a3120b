//! A deleted account stays deleted when an older backup is restored.

use crate::support::{
    ServerProcess, TempDir,
    raw_http::{PASSWORD, post},
};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::{fs, path::Path, process::Command, time::Duration};

const STOP_TIMEOUT: Duration = Duration::from_secs(15);

async fn post_json(server: &ServerProcess, path: &str, token: &str, body: Value) -> (u16, Value) {
    let response = post(server.address, path, token, &body).await.expect("response");
    (response.status, response.json())
}

/// Copies the files with owners and permissions, which Postgres checks.
fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp")
        .arg("-a")
        .arg(from)
        .arg(to)
        .status()
        .expect("cp");
    assert!(status.success());
}

#[tokio::test]
async fn deleted_account_stays_deleted_after_a_restore() {
    let dir = TempDir::new();
    let (cluster, backup) = (dir.0.join("data/postgres"), dir.0.join("backup"));
    let credentials = |name: &str| json!({"email": format!("{name}@example.org"), "password": PASSWORD});

    let server = ServerProcess::start(&dir, &[]).await;
    let mut token = Value::Null;
    for name in ["ben", "ada"] {
        let (status, body) = post_json(&server, "/api/users/register", "", credentials(name)).await;
        assert_eq!(status, 201, "{body}");
        token = body["data"]["access_token"].clone();
    }
    server.stop(Signal::TERM, STOP_TIMEOUT).await;
    copy(&cluster, &backup);

    let server = ServerProcess::start(&dir, &[]).await;
    let token = token.as_str().expect("token");
    let password = json!({"password": PASSWORD});
    let (status, body) = post_json(&server, "/api/users/delete_user", token, password).await;
    assert_eq!(status, 204, "{body}");
    server.stop(Signal::TERM, STOP_TIMEOUT).await;

    fs::remove_dir_all(&cluster).expect("removed");
    copy(&backup, &cluster);
    let server = ServerProcess::start(&dir, &[]).await;
    for (name, expected) in [("ada", 401), ("ben", 200)] {
        let (status, body) = post_json(&server, "/api/users/login", "", credentials(name)).await;
        assert_eq!(status, expected, "{name}: {body}");
    }
    server.stop(Signal::TERM, STOP_TIMEOUT).await;
}
