//! What operators see: numbers at an address of their own, and a log that machines read and that tells no secrets.

use crate::{
    client::{Answer, get, get_as, post, raw},
    program::Program,
    system::{Cluster, Folder},
};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

const PASSWORD: &str = "CANARY-PASSWORD a quiet harbour";

/// The value of a metric whose name and labels are written so.
fn value(text: &str, metric: &str) -> Option<f64> {
    text.lines()
        .find_map(|line| line.strip_prefix(metric)?.strip_prefix(' ')?.parse().ok())
}

/// CF-6: metrics are shown where they were asked for, and nowhere else.
#[tokio::test]
async fn cf_6_numbers_are_shown_at_their_own_address() {
    let cluster = Cluster::start(&[]).await;
    let folder = Folder::new();
    let mut environment = cluster.environment();
    environment.push(("JOBHAX_METRICS_LISTEN", "127.0.0.1:0".into()));
    let program = Program::start(&folder, &environment).await;
    let log = program.log();
    let metrics: SocketAddr = log
        .split("metrics=")
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or_else(|| panic!("no address: {log}"));
    let input = json!({"email": "ada@example.org", "password": PASSWORD});
    let made = post(program.address, "/api/users/register", "", &input)
        .await
        .expect("answer");
    let token = made.json()["data"]["access_token"]
        .as_str()
        .expect("token")
        .to_owned();
    for _ in 0..3 {
        get_as(program.address, &token, "/api/jobapps/get_statuses")
            .await
            .expect("answer");
    }
    let wrong = json!({"email": "ada@example.org", "password": "wrong wrong wrong"});
    post(program.address, "/api/users/login", "", &wrong)
        .await
        .expect("answer");
    for n in 0..50 {
        let made_up = format!("MADE{n} /api/CANARY/{n} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        raw(program.address, made_up.as_bytes()).await.expect("answer");
    }
    let Answer { status, head, body } = get(metrics, "/metrics").await.expect("answer");
    assert_eq!(status, 200);
    assert!(head.contains("text/plain"), "{head}");
    let statuses = "{method=\"GET\",route=\"/api/jobapps/get_statuses\",status=\"200\"}";
    for (metric, wanted) in [
        (format!("jobhax_http_requests_total{statuses}"), 3.0),
        ("jobhax_sign_in_failures_total".into(), 1.0),
        ("jobhax_http_requests_in_flight".into(), 0.0),
        ("jobhax_pool_waiting".into(), 0.0),
        ("jobhax_jobs{state=\"queued\"}".into(), 0.0),
        ("jobhax_jobs{state=\"later\"}".into(), 0.0),
        ("jobhax_jobs{state=\"running\"}".into(), 0.0),
        ("jobhax_job_oldest_seconds".into(), 0.0),
    ] {
        assert_eq!(value(&body, &metric), Some(wanted), "{metric} in\n{body}");
    }
    let bucket = "jobhax_http_request_duration_seconds_bucket{method=\"GET\",route=\"/api/jobapps/get_statuses\",le=\"+Inf\"}";
    assert_eq!(value(&body, bucket), Some(3.0), "{body}");
    assert!(
        value(&body, "jobhax_transactions_total").is_some_and(|n| n >= 4.0),
        "{body}"
    );
    assert!(
        value(&body, "jobhax_pool_connections{state=\"idle\"}").is_some_and(|n| n >= 1.0),
        "{body}"
    );
    // What callers make up becomes no label.
    assert!(!body.contains("CANARY") && !body.contains("MADE"), "{body}");
    assert!(body.contains("method=\"other\""), "{body}");

    assert_eq!(
        get(program.address, "/metrics").await.expect("answer").status,
        404
    );
    assert_eq!(get(metrics, "/").await.expect("answer").status, 404);
}

/// CF-3, CF-4, CF-5: each line of the log is one JSON object, whatever callers write; it says what happened and by whom, and
/// no secret stands anywhere in it.
#[tokio::test]
async fn cf_4_the_log_is_json_without_secrets() {
    let cluster = Cluster::start(&[]).await;
    let folder = Folder::new();
    let mut environment = cluster.environment();
    environment.extend([
        ("JOBHAX_LOG_FORMAT", "json".into()),
        ("JOBHAX_LOG", "info".into()),
        ("JOBHAX_LIMITS", "login_email=3/m,register=0".into()),
    ]);
    let program = Program::start(&folder, &environment).await;
    let address = program.address;
    let agent = b"CANARY-AGENT \xff\"},{\"level\":\"FORGED\" \\\t end".as_slice();
    let send = async |method: &str, path: &str, token: &str, body: &Value| {
        let body = body.to_string();
        let mut bytes =
            format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nUser-Agent: ")
                .into_bytes();
        bytes.extend_from_slice(agent);
        let head = format!(
            "\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        bytes.extend_from_slice(head.as_bytes());
        raw(address, &bytes).await.expect("answer")
    };
    // What could break a line or colour it does not even get in.
    let coloured =
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: CANARY \x1b[31mred\r\n\r\n";
    assert_eq!(raw(address, coloured).await.expect("answer").status, 400);
    let person = json!({
        "email": "canary-mail@example.org", "password": PASSWORD, "first_name": "CANARY-NAME \u{202e}\"}\u{2028}",
    });
    let made = send("POST", "/api/users/register", "CANARY-BEARER", &person).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    let text = |name: &str| made["data"][name].as_str().expect("text").to_owned();
    let (access, refresh) = (text("access_token"), text("refresh_token"));
    let job = json!({"job_title": "CANARY-TITLE \u{1f}x", "company": "CANARY-COMPANY"});
    assert_eq!(
        send("POST", "/api/jobapps/add_jobapp", &access, &job)
            .await
            .status,
        422
    );
    let job = json!({"job_title": "CANARY-TITLE", "company": "CANARY-COMPANY"});
    assert_eq!(
        send("POST", "/api/jobapps/add_jobapp", &access, &job)
            .await
            .status,
        201
    );
    let query = format!("/api/jobapps/get_jobapps?token={refresh}&q=CANARY-QUERY");
    assert_eq!(send("GET", &query, &access, &Value::Null).await.status, 422);
    let login = |password: &str| json!({"email": "canary-mail@example.org", "password": password});
    assert_eq!(
        send("POST", "/api/users/login", "", &login("CANARY-GUESS wrong"))
            .await
            .status,
        401
    );
    assert_eq!(
        send("POST", "/api/users/login", "", &login("CANARY-GUESS wrong"))
            .await
            .status,
        401
    );
    assert_eq!(
        send("POST", "/api/users/login", "", &login(PASSWORD))
            .await
            .status,
        200
    );
    assert_eq!(
        send("POST", "/api/users/login", "", &login(PASSWORD))
            .await
            .status,
        429
    );
    let token = json!({"refresh_token": refresh});
    let next = send("POST", "/api/users/refresh_token", "", &token).await;
    assert_eq!(next.status, 200);
    let next = next.json()["data"]["refresh_token"]
        .as_str()
        .expect("text")
        .to_owned();
    assert_eq!(
        send("POST", "/api/users/logout", &access, &json!({}))
            .await
            .status,
        204
    );
    let page = send("POST", "/_fn/users/sign_out", "", &Value::Null).await;
    assert_eq!(page.status, 403, "{}", page.body);
    let user = made["data"]["user"]["id"].clone();

    let folder_of_log = folder.0.join("data.log");
    let (ended, _) = program.stop(Signal::TERM, Duration::from_secs(20)).await;
    assert!(ended.success());
    let log = std::fs::read_to_string(folder_of_log).expect("log");
    for secret in ["CANARY", "canary", "FORGED", "\u{1b}", &access, &refresh, &next] {
        assert!(!log.contains(secret), "{secret:?} in {log}");
    }
    let mut events = BTreeMap::<String, u32>::new();
    let mut answered = 0;
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        let time = line["timestamp"].as_str().expect("a time");
        assert!(time.ends_with('Z'), "{time}");
        if let Some(event) = line["security"].as_str() {
            *events.entry(event.to_owned()).or_default() += 1;
            assert!(line["span"]["id"].is_string(), "no request: {line}");
            if matches!(
                event,
                "registered" | "signed_in" | "sign_in_failed" | "signed_out"
            ) {
                assert_eq!(line["user"], user, "{line}");
            }
            if event != "signed_out" && event != "cross_origin_denied" {
                assert_eq!(line["address"], "127.0.0.1", "{line}");
            }
        }
        if line["message"] == "answered" {
            answered += 1;
            for field in ["method", "path", "status", "ms", "address"] {
                assert!(!line[field].is_null(), "no {field}: {line}");
            }
            assert!(line["span"]["id"].is_string(), "no request: {line}");
        }
    }
    assert!(answered >= 11, "{log}");
    let wanted = [
        ("registered", 1),
        ("sign_in_failed", 2),
        ("signed_in", 1),
        ("rate_limited", 1),
        ("signed_out", 1),
        ("cross_origin_denied", 1),
    ];
    let wanted: BTreeMap<_, _> = wanted.iter().map(|(e, n)| ((*e).to_owned(), *n)).collect();
    assert_eq!(events, wanted);
}
