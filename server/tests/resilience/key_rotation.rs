//! Rotation of the secret key, and invalid keys.

use crate::support::{
    ServerProcess, TempDir,
    raw_http::{PASSWORD, post, status_with_token},
    server_command,
};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::{fs, os::unix::fs::PermissionsExt as _, process::Stdio, time::Duration};

const STOP_TIMEOUT: Duration = Duration::from_secs(15);

/// Runs `jobhax rotate-keys`; returns its output.
async fn rotate_keys(dir: &TempDir, options: &[&str]) -> String {
    let mut command = server_command(&dir.0.join("data"), &[]);
    let output = command
        .arg("rotate-keys")
        .args(options)
        .output()
        .await
        .expect("jobhax");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

async fn restart(server: ServerProcess, dir: &TempDir) -> ServerProcess {
    server.stop(Signal::TERM, STOP_TIMEOUT).await;
    ServerProcess::start(dir, &[]).await
}

#[tokio::test]
async fn rotation_keeps_sessions_until_the_old_key_is_retired() {
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &[]).await;
    let input = json!({"email": "ada@example.org", "password": PASSWORD});
    let registered = post(server.address, "/api/users/register", "", &input).await;
    let registered = registered.expect("response").json();
    let token = |body: &Value, name: &str| body["data"][name].as_str().expect("token").to_owned();
    let old = token(&registered, "access_token");

    let output = rotate_keys(&dir, &[]).await;
    assert!(output.contains("--forget"), "{output}");
    let server = restart(server, &dir).await;
    assert_eq!(
        status_with_token(server.address, &old).await,
        200,
        "the previous key still verifies"
    );
    let refresh = json!({"refresh_token": token(&registered, "refresh_token")});
    let refreshed = post(server.address, "/api/users/refresh_token", "", &refresh).await;
    let new = token(&refreshed.expect("response").json(), "access_token");
    assert_eq!(status_with_token(server.address, &new).await, 200);

    rotate_keys(&dir, &["--forget"]).await;
    let server = restart(server, &dir).await;
    assert_eq!(
        status_with_token(server.address, &old).await,
        401,
        "the old key was retired"
    );
    assert_eq!(status_with_token(server.address, &new).await, 200);
}

#[tokio::test]
async fn key_with_too_little_randomness_prevents_the_start() {
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &[]).await;
    server.stop(Signal::TERM, STOP_TIMEOUT).await;
    let file = dir.0.join("data/secret.key");
    let valid = fs::read_to_string(&file).expect("key");
    for weak in [
        // 32 zeros
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        // 32 letters
        "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=",
        // 8 bytes
        "AQIDBAUGBwg=",
        "",
        "changeme",
    ] {
        fs::write(&file, weak).expect("written");
        let mut command = server_command(&dir.0.join("data"), &[]);
        let output = command.stdout(Stdio::null()).output().await.expect("jobhax");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = stderr
            .lines()
            .find(|l| l.starts_with("jobhax: "))
            .unwrap_or_default();
        assert!(
            !output.status.success() && line.contains("secret.key"),
            "{weak}: {stderr}"
        );
        assert!(
            weak.is_empty() || !stderr.contains(weak),
            "the key is in the error: {line}"
        );
    }
    fs::write(&file, valid).expect("written");
    let server = ServerProcess::start(&dir, &[]).await;
    server.stop(Signal::TERM, STOP_TIMEOUT).await;
}

#[tokio::test]
async fn key_file_that_others_can_read_prevents_the_start() {
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &[]).await;
    server.stop(Signal::TERM, STOP_TIMEOUT).await;
    let file = dir.0.join("data/secret.key");
    let set_mode = |mode| fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("mode");
    set_mode(0o644);
    let mut command = server_command(&dir.0.join("data"), &[]);
    let output = command.stdout(Stdio::null()).output().await.expect("jobhax");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<&str> = stderr.lines().filter(|l| l.starts_with("jobhax: ")).collect();
    assert!(!output.status.success() && lines.len() == 1, "{stderr}");
    for part in ["secret.key", "mode 0644", "chmod 600"] {
        assert!(lines[0].contains(part), "{part}: {}", lines[0]);
    }
    set_mode(0o600);
    let server = ServerProcess::start(&dir, &[]).await;
    server.stop(Signal::TERM, STOP_TIMEOUT).await;
}
