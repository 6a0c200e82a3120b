//! The server against clients that misbehave, over real sockets.
#![expect(clippy::expect_used, reason = "a failed setup fails the test")]

use http_body_util::{BodyExt as _, Full};
use http_server::{
    BodyTimeout, Config, InvalidRequest, RequestBody, Shutdown, Timeouts, check_request, serve,
};
use hyper::{Request, Response, StatusCode, body::Bytes};
use std::{convert::Infallible, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, sleep},
};

const TIMEOUTS: Timeouts = Timeouts {
    header: Duration::from_millis(200),
    idle: Duration::from_millis(400),
    stall: Duration::from_millis(300),
    drain: Duration::from_millis(500),
};
/// Tolerance for a busy machine.
const SLACK: Duration = Duration::from_secs(3);

struct Server {
    address: SocketAddr,
    shutdown: oneshot::Sender<()>,
    task: JoinHandle<Shutdown>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
        let address = listener.local_addr().expect("address");
        let (shutdown, stopped) = oneshot::channel();
        let config = Config {
            timeouts: TIMEOUTS,
            max_connections: 10,
        };
        let task = tokio::spawn(serve(listener, tower::service_fn(handle), config, async {
            let _ = stopped.await;
        }));
        Self {
            address,
            shutdown,
            task,
        }
    }

    /// Sends `request` and reads until the server closes the connection.
    async fn exchange(&self, request: &str) -> (String, Duration) {
        let start = Instant::now();
        let mut stream = TcpStream::connect(self.address).await.expect("connect");
        stream.write_all(request.as_bytes()).await.expect("write");
        let mut response = Vec::new();
        let _ = stream.read_to_end(&mut response).await;
        (String::from_utf8_lossy(&response).into_owned(), start.elapsed())
    }
}

/// Echoes the body's length. `/slow` takes 200 ms, `/stuck` does not return.
async fn handle(request: Request<RequestBody>) -> Result<Response<Full<Bytes>>, Infallible> {
    let respond = |status, text: String| {
        let mut response = Response::new(Full::new(Bytes::from(text)));
        *response.status_mut() = status;
        Ok(response)
    };
    if let Err(error @ InvalidRequest::ConflictingLength) = check_request(&request) {
        return respond(StatusCode::BAD_REQUEST, error.to_string());
    }
    match request.uri().path() {
        "/slow" => sleep(Duration::from_millis(200)).await,
        "/stuck" => std::future::pending().await,
        _ => {}
    }
    let timed_out = request
        .extensions()
        .get::<BodyTimeout>()
        .cloned()
        .expect("extension");
    match request.into_body().collect().await {
        Ok(body) => respond(StatusCode::OK, body.to_bytes().len().to_string()),
        Err(_) if timed_out.has_elapsed() => respond(StatusCode::REQUEST_TIMEOUT, String::new()),
        Err(_) => respond(StatusCode::BAD_REQUEST, String::new()),
    }
}

fn assert_closed_after(limit: Duration, elapsed: Duration) {
    assert!(elapsed >= limit && elapsed < limit + SLACK, "{elapsed:?}");
}

#[tokio::test]
async fn silent_client_is_disconnected_after_idle_timeout() {
    let server = Server::start().await;
    let (response, elapsed) = server.exchange("").await;
    assert_eq!(response, "");
    assert_closed_after(TIMEOUTS.idle, elapsed);
}

#[tokio::test]
async fn kept_alive_connection_is_closed_after_idle_timeout() {
    let server = Server::start().await;
    let (response, elapsed) = server.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    assert_closed_after(TIMEOUTS.idle, elapsed);
}

#[tokio::test]
async fn incomplete_headers_time_out() {
    let server = Server::start().await;
    let (response, elapsed) = server.exchange("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await;
    assert_eq!(response, "");
    assert_closed_after(TIMEOUTS.header, elapsed);
}

#[tokio::test]
async fn stalled_body_times_out_and_is_reported() {
    let server = Server::start().await;
    let request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nConnection: close\r\n\r\nabc";
    let (response, elapsed) = server.exchange(request).await;
    assert!(response.starts_with("HTTP/1.1 408"), "{response}");
    assert_closed_after(TIMEOUTS.stall, elapsed);
}

#[tokio::test]
async fn chunked_body_closes_the_connection() {
    let server = Server::start().await;
    let request = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\
                   GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    let (response, _) = server.exchange(request).await;
    assert_eq!(response.matches("HTTP/1.1").count(), 1, "{response}");
    assert!(response.contains("connection: close"), "{response}");
}

#[tokio::test]
async fn conflicting_lengths_are_visible_to_the_service() {
    let server = Server::start().await;
    let request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n\
                   3\r\nabc\r\n0\r\n\r\n";
    let (response, _) = server.exchange(request).await;
    assert!(response.starts_with("HTTP/1.1 400"), "{response}");
}

#[tokio::test]
async fn malformed_and_oversized_requests_are_rejected() {
    let server = Server::start().await;
    let large = format!(
        "GET / HTTP/1.1\r\nHost: x\r\nX-Big: {}\r\n\r\n",
        "a".repeat(150 * 1024)
    );
    for (request, status) in [("not a request\r\n\r\n", "400"), (large.as_str(), "431")] {
        let (response, _) = server.exchange(request).await;
        assert!(
            response.starts_with(&format!("HTTP/1.1 {status}")),
            "{status}: {response}"
        );
    }
}

#[tokio::test]
async fn shutdown_waits_for_requests_in_flight() {
    let server = Server::start().await;
    let mut stream = TcpStream::connect(server.address).await.expect("connect");
    stream
        .write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .expect("write");
    sleep(Duration::from_millis(50)).await;
    server.shutdown.send(()).expect("running");
    let mut response = String::new();
    stream.read_to_string(&mut response).await.expect("response");
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    drop(stream);
    assert_eq!(server.task.await.expect("no panic"), Shutdown::Graceful);
}

#[tokio::test]
async fn shutdown_is_forced_after_drain_timeout() {
    let server = Server::start().await;
    let mut stream = TcpStream::connect(server.address).await.expect("connect");
    stream
        .write_all(b"GET /stuck HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .expect("write");
    sleep(Duration::from_millis(50)).await;
    let start = Instant::now();
    server.shutdown.send(()).expect("running");
    assert_eq!(server.task.await.expect("no panic"), Shutdown::Forced);
    assert_closed_after(TIMEOUTS.drain, start.elapsed());
}
