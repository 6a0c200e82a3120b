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

/// Runs a command. Returns its output, or its standard error if it failed.
async fn jobhax(dir: &TempDir, arguments: &[&str]) -> Result<String, String> {
    let mut command = server_command(&dir.0.join("data"), &[]);
    let output = command.args(arguments).output().await.expect("jobhax");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    }
}

/// Runs `jobhax rotate-keys`. Returns its output.
async fn rotate_keys(dir: &TempDir, options: &[&str]) -> String {
    let arguments = [&["rotate-keys"], options].concat();
    jobhax(dir, &arguments).await.expect("a step of the rotation")
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

    let endpoint = json!({"url": "https://hooks.example.org/jobhax", "events": ["*"]});
    let added = post(server.address, "/api/webhooks/add_endpoint", &old, &endpoint).await;
    assert_eq!(added.expect("response").status, 201);

    let output = rotate_keys(&dir, &[]).await;
    assert!(
        output.contains("admin reencrypt") && output.contains("--forget"),
        "{output}"
    );
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

    // Both would remove the key that encrypts the secret of the webhook.
    let key_file = fs::read(dir.0.join("data/secret.key")).expect("key file");
    for arguments in [["rotate-keys", "--forget"].as_slice(), &["rotate-keys"]] {
        let error = jobhax(&dir, arguments).await.expect_err("refused");
        assert!(
            error.contains("previous key: 1 in webhook_endpoints.secret.")
                && error.contains("jobhax admin reencrypt"),
            "{error}"
        );
    }
    assert_eq!(
        fs::read(dir.0.join("data/secret.key")).expect("key file"),
        key_file
    );
    let output = jobhax(&dir, &["admin", "reencrypt"]).await.expect("re-encrypted");
    assert_eq!(output, "secrets re-encrypted: 1\n");
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
