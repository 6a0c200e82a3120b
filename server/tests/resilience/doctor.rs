//! `jobhax doctor`.

use crate::support::{ServerProcess, TempDir, server_command};
use serde_json::Value;
use std::{fs, os::unix::fs::PermissionsExt as _, time::Instant};

async fn doctor(dir: &TempDir, environment: &[(&str, String)]) -> (bool, Vec<Value>) {
    let mut command = server_command(&dir.0.join("data"), environment);
    let begun = Instant::now();
    let output = command.args(["doctor", "--json"]).output().await.expect("jobhax");
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let findings = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{output:?}"));
    (output.status.success(), findings)
}

fn status<'a>(findings: &'a [Value], check: &str) -> &'a str {
    let found = findings.iter().find(|finding| finding["check"] == check);
    found
        .and_then(|finding| finding["status"].as_str())
        .unwrap_or("missing")
}

#[tokio::test]
async fn healthy_installation_has_no_problem() {
    let dir = TempDir::new();
    let _server = ServerProcess::start(&dir, &[]).await;
    let https = ("JOBHAX_PUBLIC_URL", "https://jobs.example.org".to_owned());
    let (is_healthy, findings) = doctor(&dir, &[https]).await;
    assert!(is_healthy, "{findings:#?}");
    let checks = [
        "public URL",
        "key file",
        "database",
        "database role",
        "migrations",
        "row level security",
        "clock",
    ];
    for check in checks {
        assert_eq!(status(&findings, check), "ok", "{check}: {findings:#?}");
    }
    assert_eq!(status(&findings, "email"), "warning", "emails go to the outbox");
}

#[tokio::test]
async fn every_problem_has_a_remedy_and_fails_the_command() {
    let dir = TempDir::new();
    let data = dir.0.join("data");
    fs::create_dir(&data).expect("folder");
    let key = data.join("secret.key");
    fs::write(&key, "x").expect("key file");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("mode");
    let environment = [
        (
            "DATABASE_URL",
            "postgres://nobody:secret-password@127.0.0.1:1/none".to_owned(),
        ),
        (
            "JOBHAX_SMTP_URL",
            "smtp://user:secret-password@127.0.0.1:1".to_owned(),
        ),
        ("JOBHAX_PUBLIC_URL", "http://jobs.example.org".to_owned()),
    ];
    let (is_healthy, findings) = doctor(&dir, &environment).await;
    assert!(!is_healthy);
    for check in ["public URL", "key file", "database", "email"] {
        assert_eq!(status(&findings, check), "problem", "{check}: {findings:#?}");
    }
    for finding in &findings {
        assert!(finding["status"] == "ok" || finding["remedy"] != "", "{finding}");
        assert!(!finding.to_string().contains("secret-password"), "{finding}");
    }
}
