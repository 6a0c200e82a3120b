//! Tests the server against misbehaving clients over real sockets.
#![expect(clippy::expect_used, reason = "a failed setup fails the test")]

mod waiting_bytes;

use http_body_util::{BodyExt as _, Full};
use http_server::{
    BodyFailure, Config, InvalidRequest, Overloaded, RequestBody, Shutdown, Timeouts, check_request, serve,
};
use hyper::{Request, Response, StatusCode, body::Bytes};
use std::{convert::Infallible, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

const TIMEOUTS: Timeouts = Timeouts {
    header: Duration::from_millis(200),
    idle: Duration::from_millis(400),
    stall: Duration::from_millis(300),
    drain: Duration::from_millis(500),
    shutdown_notice: Duration::ZERO,
};
const MAX_CONNECTIONS: usize = 20;
const MAX_CONNECTIONS_PER_ADDRESS: usize = 8;
const MAX_BODY_BYTES: u64 = 1024;
const MAX_WAITING_BYTES: usize = 1024 * 1024;
/// Larger than the socket buffers.
const BIG_RESPONSE: usize = 8 * 1024 * 1024;
/// Tolerance for slow test machines.
const SLACK: Duration = Duration::from_secs(3);

struct Server {
    address: SocketAddr,
    shutdown: oneshot::Sender<()>,
    task: JoinHandle<Shutdown>,
}

impl Server {
    async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    async fn start_with(configure: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
        let address = listener.local_addr().expect("address");
        let (shutdown, stopped) = oneshot::channel();
        let mut config = Config {
            timeouts: TIMEOUTS,
            max_connections: MAX_CONNECTIONS,
            max_connections_per_address: MAX_CONNECTIONS_PER_ADDRESS,
            trusted_proxies: [].into(),
            max_body_bytes: MAX_BODY_BYTES,
            max_waiting_bytes: MAX_WAITING_BYTES,
        };
        configure(&mut config);
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

/// Connects from this address of the loopback network.
async fn connect_from(client: u8, server: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("socket");
    let address = SocketAddr::from(([127, 0, 0, client], 0));
    socket.bind(address).expect("bind");
    socket.connect(server).await.expect("connect")
}

async fn send_from(client: u8, server: SocketAddr, path: &str) -> TcpStream {
    let mut stream = connect_from(client, server).await;
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("write");
    stream
}

/// The status line; empty if the connection was closed without a response.
async fn status(stream: &mut TcpStream) -> String {
    let mut buffer = [0; 1024];
    let length = timeout(SLACK, stream.read(&mut buffer)).await.expect("in time");
    let text = String::from_utf8_lossy(&buffer[..length.unwrap_or(0)]).into_owned();
    text.lines().next().unwrap_or_default().to_owned()
}

/// Responds with the length of the body. `/slow` takes 200 ms, `/stuck` does not return, and the response of `/big` is large.
async fn handle(request: Request<RequestBody>) -> Result<Response<Full<Bytes>>, Infallible> {
    let respond = |status, text: String| {
        let mut response = Response::new(Full::new(Bytes::from(text)));
        *response.status_mut() = status;
        Ok(response)
    };
    if let Err(error @ InvalidRequest::ConflictingLength) = check_request(&request) {
        return respond(StatusCode::BAD_REQUEST, error.to_string());
    }
    if request.extensions().get::<Overloaded>().is_some() && request.uri().path() != "/probe" {
        return respond(StatusCode::SERVICE_UNAVAILABLE, String::new());
    }
    match request.uri().path() {
        "/slow" => sleep(Duration::from_millis(200)).await,
        "/stuck" => std::future::pending().await,
        "/big" => return respond(StatusCode::OK, "a".repeat(BIG_RESPONSE)),
        _ => {}
    }
    let failure = request
        .extensions()
        .get::<BodyFailure>()
        .cloned()
        .expect("extension");
    match request.into_body().collect().await {
        Ok(body) => respond(StatusCode::OK, body.to_bytes().len().to_string()),
        Err(_) if failure.timed_out() => respond(StatusCode::REQUEST_TIMEOUT, String::new()),
        Err(_) if failure.too_large() => respond(StatusCode::PAYLOAD_TOO_LARGE, String::new()),
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

#[tokio::test]
async fn body_above_the_limit_is_rejected_with_and_without_length() {
    let server = Server::start().await;
    let body = "a".repeat(1100);
    for request in [
        format!("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1100\r\n\r\n{body}"),
        format!("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n44c\r\n{body}\r\n0\r\n\r\n"),
    ] {
        let (response, _) = server.exchange(&request).await;
        assert!(response.starts_with("HTTP/1.1 413"), "{response}");
    }
}

#[tokio::test]
async fn client_over_its_share_loses_its_longest_waiting_connection() {
    let server = Server::start().await;
    let mut other = connect_from(3, server.address).await;
    let mut silent = Vec::new();
    for _ in 0..=MAX_CONNECTIONS_PER_ADDRESS {
        silent.push(connect_from(2, server.address).await);
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(status(&mut silent[0]).await, "", "the first one was closed");
    other
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .expect("write");
    assert!(status(&mut other).await.contains("200"), "others keep theirs");
    let last = silent.last_mut().expect("the last");
    last.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .expect("write");
    assert!(status(last).await.contains("200"));
}

#[tokio::test]
async fn busy_client_over_its_share_gets_only_probes() {
    let server = Server::start().await;
    let mut busy = Vec::new();
    for _ in 0..MAX_CONNECTIONS_PER_ADDRESS {
        busy.push(send_from(2, server.address, "/stuck").await);
    }
    sleep(Duration::from_millis(100)).await;
    for (client, path, expected) in [(2, "/", "503"), (2, "/probe", "200"), (3, "/", "200")] {
        let mut stream = send_from(client, server.address, path).await;
        let status = status(&mut stream).await;
        assert!(status.contains(expected), "{client} {path}: {status}");
    }
}

#[tokio::test]
async fn trusted_proxy_may_use_all_connections() {
    let server = Server::start_with(|config| {
        config.trusted_proxies = ["127.0.0.2/32".parse().expect("a network")].into();
    })
    .await;
    let mut busy = Vec::new();
    for _ in 0..MAX_CONNECTIONS {
        busy.push(send_from(2, server.address, "/stuck").await);
    }
    sleep(Duration::from_millis(100)).await;
    for (path, expected) in [("/", "503"), ("/probe", "200")] {
        let mut stream = send_from(3, server.address, path).await;
        let status = status(&mut stream).await;
        assert!(status.contains(expected), "{path}: {status}");
    }
}

#[tokio::test]
async fn full_server_closes_waiting_connections_of_anyone() {
    let server = Server::start_with(|config| config.max_connections_per_address = usize::MAX).await;
    let mut silent = Vec::new();
    for n in 0..5 * MAX_CONNECTIONS {
        let mut stream = connect_from(2, server.address).await;
        if n % 2 == 0 {
            stream.write_all(b"GET / HTTP/1.1\r\nHost:").await.expect("write");
        }
        silent.push(stream);
    }
    for _ in 0..10 {
        let start = Instant::now();
        let mut stream = send_from(3, server.address, "/").await;
        assert!(status(&mut stream).await.contains("200"));
        assert!(start.elapsed() < TIMEOUTS.header, "{:?}", start.elapsed());
    }
}

#[tokio::test]
async fn shutdown_gives_notice_before_connections_are_refused() {
    let server = Server::start_with(|config| config.timeouts.shutdown_notice = TIMEOUTS.stall).await;
    server.shutdown.send(()).expect("running");
    sleep(Duration::from_millis(50)).await;
    let mut stream = send_from(2, server.address, "/").await;
    let mut response = String::new();
    stream.read_to_string(&mut response).await.expect("response");
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    assert!(response.contains("connection: close"), "{response}");
    drop(stream);
    assert_eq!(server.task.await.expect("no panic"), Shutdown::Graceful);
    assert!(TcpStream::connect(server.address).await.is_err());
}
