//! The JSON log: always valid whatever clients send, complete, and without secrets or personal data.

use crate::support::{
    PostgresCluster, ServerProcess, TempDir,
    raw_http::{RawRequest, RawResponse, send},
};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

const PASSWORD: &str = "CANARY-PASSWORD a quiet harbour";
/// Invalid UTF-8, and text that tries to end a JSON string and forge a field.
const USER_AGENT: &[u8] = b"CANARY-AGENT \xff\"},{\"level\":\"FORGED\" \\\t end";

async fn request(address: SocketAddr, method: &str, path: &str, token: &str, body: &Value) -> RawResponse {
    RawRequest::new(method, path)
        .header("User-Agent", USER_AGENT)
        .header("Authorization", format!("Bearer {token}"))
        .json(body)
        .send(address)
        .await
        .expect("response")
}

#[tokio::test]
async fn log_is_valid_json_without_secrets() {
    let cluster = PostgresCluster::start(&[]).await;
    let dir = TempDir::new();
    let mut environment = cluster.environment();
    environment.extend([
        ("JOBHAX_LOG_FORMAT", "json".into()),
        ("JOBHAX_LOG", "info".into()),
        ("JOBHAX_LIMITS", "login_email=3/m,register=0".into()),
    ]);
    let server = ServerProcess::start(&dir, &environment).await;
    let address = server.address;
    // Terminal escapes are rejected before they reach the server's code.
    let escape =
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: CANARY \x1b[31mred\r\n\r\n";
    assert_eq!(send(address, escape).await.expect("response").status, 400);

    let post = async |path: &str, token: &str, body: Value, status: u16| {
        let response = request(address, "POST", path, token, &body).await;
        assert_eq!(response.status, status, "{path}: {}", response.body);
        response.json()
    };
    let user = json!({
        "email": "canary-mail@example.org", "password": PASSWORD, "first_name": "CANARY-NAME \u{202e}\"}\u{2028}",
    });
    let registered = post("/api/users/register", "CANARY-BEARER", user, 201).await;
    let text = |body: &Value, name: &str| body["data"][name].as_str().expect("text").to_owned();
    let (access, refresh) = (
        text(&registered, "access_token"),
        text(&registered, "refresh_token"),
    );
    let invalid = json!({"job_title": "CANARY-TITLE \u{1f}x", "company": "CANARY-COMPANY"});
    post("/api/jobapps/add_jobapp", &access, invalid, 422).await;
    let valid = json!({"job_title": "CANARY-TITLE", "company": "CANARY-COMPANY"});
    post("/api/jobapps/add_jobapp", &access, valid, 201).await;
    let query = format!("/api/jobapps/get_jobapps?token={refresh}&q=CANARY-QUERY");
    let response = request(address, "GET", &query, &access, &Value::Null).await;
    assert_eq!(response.status, 422);
    for (password, status) in [
        ("CANARY-GUESS wrong", 401),
        ("CANARY-GUESS wrong", 401),
        (PASSWORD, 200),
        (PASSWORD, 429),
    ] {
        let login = json!({"email": "canary-mail@example.org", "password": password});
        post("/api/users/login", "", login, status).await;
    }
    let refreshed = json!({"refresh_token": refresh});
    let refreshed = post("/api/users/refresh_token", "", refreshed, 200).await;
    let next_refresh = text(&refreshed, "refresh_token");
    post("/api/users/logout", &access, json!({}), 204).await;
    post("/_fn/layout/sign_out", "", Value::Null, 403).await;
    let user_id = &registered["data"]["user"]["id"];

    let path = dir.0.join("data.log");
    let (status, _) = server.stop(Signal::TERM, Duration::from_secs(20)).await;
    assert!(status.success());
    let log = std::fs::read_to_string(path).expect("log");
    for secret in [
        "CANARY",
        "canary",
        "FORGED",
        "\u{1b}",
        &access,
        &refresh,
        &next_refresh,
    ] {
        assert!(!log.contains(secret), "{secret:?} in {log}");
    }
    assert_eq!(
        audit_events(&log, user_id),
        BTreeMap::from([
            ("registered", 1),
            ("sign_in_failed", 2),
            ("signed_in", 1),
            ("rate_limited", 1),
            ("signed_out", 1),
            ("cross_origin_denied", 1),
        ])
        .into_iter()
        .map(|(event, count)| (event.to_owned(), count))
        .collect()
    );
}

/// The number of audit events by name. Asserts that each line has the fields of its kind.
fn audit_events(log: &str, user_id: &Value) -> BTreeMap<String, u32> {
    let mut events = BTreeMap::<String, u32>::new();
    let mut requests = 0;
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        let time = line["timestamp"].as_str().expect("a time");
        assert!(time.ends_with('Z'), "{time}");
        if let Some(event) = line["audit_event"].as_str() {
            *events.entry(event.to_owned()).or_default() += 1;
            assert!(line["span"]["id"].is_string(), "no request id: {line}");
            let has_user = ["registered", "signed_in", "sign_in_failed", "signed_out"];
            if has_user.contains(&event) {
                assert_eq!(&line["user"], user_id, "{line}");
            }
            let has_no_address = ["signed_out", "cross_origin_denied"];
            if !has_no_address.contains(&event) {
                assert_eq!(line["address"], "127.0.0.1", "{line}");
            }
        }
        if line["message"] == "request handled" {
            requests += 1;
            for field in ["method", "path", "status", "ms", "address"] {
                assert!(!line[field].is_null(), "no {field}: {line}");
            }
            assert!(line["span"]["id"].is_string(), "no request id: {line}");
        }
    }
    assert!(requests >= 11, "{log}");
    events
}
