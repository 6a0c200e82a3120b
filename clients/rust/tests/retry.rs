//! Retries, with a server that gives one reply after the other.

use jobhax_client::{
    Client, Error, ErrorExt, RetryPolicy, Settings,
    types::{ErrorCode, Scope},
};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"data\":[]}";
const UNAVAILABLE: &str = "HTTP/1.1 503 Unavailable\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n";
/// Closes the connection without a response.
const DROP: &str = "";

struct Double {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Double {
    async fn start(replies: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let received = Arc::clone(&requests);
        tokio::spawn(async move {
            for number in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let reply = replies[replies.len().min(number + 1) - 1].replacen(
                    "\r\n",
                    "\r\nconnection: close\r\n",
                    1,
                );
                answer(stream, &reply, &received).await;
            }
        });
        Self { url, requests }
    }

    fn client(&self) -> Client {
        let retry = RetryPolicy {
            delay: Duration::from_millis(1),
            ..RetryPolicy::default()
        };
        let settings = Settings::with_api_key("jhx_test").unwrap().with_retry(retry);
        Client::with_settings(&self.url, settings).unwrap()
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// Reads a request with its body and replies.
async fn answer(mut stream: TcpStream, reply: &str, requests: &Mutex<Vec<String>>) {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.unwrap_or_default();
        text.push_str(&String::from_utf8_lossy(&buffer[..count]));
        let length = header(&text, "content-length")
            .and_then(|value| value.parse().ok())
            .unwrap_or(0);
        let body = text.split_once("\r\n\r\n").map(|(_, body)| body.len());
        if count == 0 || body.is_some_and(|received| received >= length) {
            break;
        }
    }
    requests.lock().unwrap().push(text);
    let _ = stream.write_all(reply.as_bytes()).await;
}

fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let lines = request.lines().filter_map(|line| line.split_once(": "));
    lines
        .into_iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

fn limited(retry_after: &str) -> String {
    let body = r#"{"type":"","title":"Too many requests","status":429,"detail":"Wait.","code":"rate_limited","request_id":null}"#;
    let length = body.len();
    format!(
        "HTTP/1.1 429 Too Many Requests\r\nretry-after: {retry_after}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

fn replies(replies: &[&str]) -> Vec<String> {
    replies.iter().map(|&reply| reply.to_owned()).collect()
}

#[tokio::test]
async fn request_refused_with_429_and_503_is_repeated() {
    let double = Double::start(replies(&[&limited("0"), UNAVAILABLE, OK])).await;
    double.client().get_statuses().send().await.unwrap();
    let requests = double.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(header(&requests[2], "authorization"), Some("Bearer jhx_test"));
}

#[tokio::test]
async fn retry_after_is_honored() {
    let double = Double::start(replies(&[&limited("1"), OK])).await;
    let start = Instant::now();
    double.client().get_statuses().send().await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn retry_after_beyond_the_longest_wait_is_an_error_at_once() {
    let double = Double::start(vec![limited("3600")]).await;
    let error = double.client().get_statuses().send().await.unwrap_err();
    assert_eq!(error.problem().unwrap().code, ErrorCode::RateLimited);
    assert_eq!(double.requests().len(), 1);
}

#[tokio::test]
async fn retries_end_after_the_last_attempt() {
    let double = Double::start(replies(&[UNAVAILABLE])).await;
    assert!(double.client().get_statuses().send().await.is_err());
    assert_eq!(double.requests().len(), 4);
    let settings = Settings::default().with_retry(RetryPolicy::never());
    let once = Client::with_settings(&double.url, settings).unwrap();
    assert!(once.get_statuses().send().await.is_err());
    assert_eq!(double.requests().len(), 5);
}

#[tokio::test]
async fn request_that_creates_has_the_same_key_and_body_in_every_attempt() {
    let double = Double::start(replies(&[DROP, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE])).await;
    let client = double.client();
    let request = client
        .add_jobapp()
        .body_map(|body| body.job_title("Baker").company("Hearth"));
    assert!(request.send().await.is_err());
    let requests = double.requests();
    assert_eq!(requests.len(), 4);
    let keys: Vec<_> = requests
        .iter()
        .map(|request| header(request, "idempotency-key"))
        .collect();
    assert!(keys[0].is_some_and(|key| key.len() == 32), "{keys:?}");
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert!(
        requests
            .iter()
            .all(|request| request.ends_with(r#"{"company":"Hearth","job_title":"Baker"}"#))
    );
}

#[tokio::test]
async fn post_without_a_key_is_not_repeated_when_the_connection_breaks() {
    let double = Double::start(replies(&[DROP])).await;
    let client = double.client();
    let request = client
        .add_key()
        .body_map(|body| body.name("n8n").scopes(vec![Scope::JobappsRead]));
    let error = request.send().await.unwrap_err();
    assert!(matches!(error, Error::CommunicationError(_)));
    assert_eq!(double.requests().len(), 1);
}
