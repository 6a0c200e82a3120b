//! Graceful shutdown: running requests are completed, and the process ends at its deadline whatever clients do.

use crate::support::{ServerProcess, TempDir, processes_in, raw_http::get, wait_until};
use axum::{Router, routing};
use rustix::process::Signal;
use std::{
    fs,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::{sleep, timeout},
};

const DRAIN_TIMEOUT: Duration = Duration::from_millis(2500);
/// Time for closing the pool and stopping Postgres, after the connections have been drained.
const STOP_TIMEOUT: Duration = Duration::from_secs(8);

fn environment() -> Vec<(&'static str, String)> {
    vec![("JOBHAX_DRAIN_TIMEOUT_MS", DRAIN_TIMEOUT.as_millis().to_string())]
}

/// Starts a request without sending the end of its body. Returns the connection and the rest of the body.
async fn start_request(server: &ServerProcess) -> (TcpStream, &'static str) {
    let body = r#"{"email":"nobody@example.org","password":"a quiet harbour at dawn"}"#;
    let (first, rest) = body.split_at(20);
    let mut stream = TcpStream::connect(server.address).await.expect("connect");
    let head = format!(
        "POST /api/users/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{first}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("head");
    (stream, rest)
}

#[tokio::test]
async fn running_requests_are_finished_and_idle_connections_closed() {
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &environment()).await;
    let data = dir.0.join("data");
    let address = server.address;
    let mut idle = TcpStream::connect(address).await.expect("connect");
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .expect("write");
    let mut buffer = [0; 4096];
    assert!(idle.read(&mut buffer).await.expect("response") > 0);
    let (mut running, rest) = start_request(&server).await;
    sleep(Duration::from_millis(300)).await;

    let stopping = tokio::spawn(server.stop(Signal::INT, DRAIN_TIMEOUT + STOP_TIMEOUT));
    wait_until("new connections are refused", DRAIN_TIMEOUT, async || {
        TcpStream::connect(address).await.is_err()
    })
    .await;
    let read = timeout(DRAIN_TIMEOUT, idle.read(&mut buffer))
        .await
        .expect("in time");
    assert_eq!(read.unwrap_or(0), 0, "the idle connection is closed");
    running.write_all(rest.as_bytes()).await.expect("rest");
    let mut response = String::new();
    running.read_to_string(&mut response).await.expect("response");
    assert!(response.starts_with("HTTP/1.1 401"), "{response}");
    assert!(
        response.to_ascii_lowercase().contains("connection: close"),
        "{response}"
    );
    drop(running);
    let (status, _) = stopping.await.expect("stopped");
    assert!(status.success(), "{status}");
    assert_eq!(processes_in(&data), Vec::<i32>::new(), "Postgres still runs");
}

/// Load balancers need a moment to notice that the server is shutting down.
#[tokio::test]
async fn readiness_is_withdrawn_before_connections_are_refused() {
    let dir = TempDir::new();
    let notice = [("JOBHAX_SHUTDOWN_NOTICE_MS", "1500".to_owned())];
    let server = ServerProcess::start(&dir, &notice).await;
    let address = server.address;
    let stopping = tokio::spawn(server.stop(Signal::TERM, DRAIN_TIMEOUT + STOP_TIMEOUT));
    wait_until("readiness is withdrawn", Duration::from_secs(1), async || {
        get(address, "/readyz").await.expect("a response").status == 503
    })
    .await;
    let withdrawn = Instant::now();
    loop {
        let Ok(mut stream) = TcpStream::connect(address).await else {
            break;
        };
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .expect("write");
        let mut response = String::new();
        let read = stream.read_to_string(&mut response).await;
        // While the listener closes, the kernel may have accepted a connection that the server never handles: it is reset, or closed
        // without a response.
        let is_unanswered = read.is_err() || response.is_empty();
        if is_unanswered && withdrawn.elapsed() > Duration::from_secs(1) {
            break;
        }
        assert!(response.starts_with("HTTP/1.1 200"), "{response}");
        assert!(response.contains("connection: close"), "{response}");
        sleep(Duration::from_millis(20)).await;
    }
    assert!(
        withdrawn.elapsed() > Duration::from_secs(1),
        "{:?}",
        withdrawn.elapsed()
    );
    let (status, _) = stopping.await.expect("stopped");
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn clients_cannot_delay_the_shutdown_beyond_its_deadline() {
    let dir = TempDir::new();
    let mut environment = environment();
    let root = dir.0.join("site");
    fs::create_dir_all(root.join("pkg")).expect("pkg");
    fs::create_dir_all(root.join("fonts")).expect("fonts");
    fs::File::create(root.join("fonts/big.bin"))
        .and_then(|f| f.set_len(64 << 20))
        .expect("big file");
    environment.push(("LEPTOS_SITE_ROOT", root.to_string_lossy().into_owned()));
    let server = ServerProcess::start(&dir, &environment).await;
    let mut half_header = TcpStream::connect(server.address).await.expect("connect");
    half_header
        .write_all(b"GET / HTTP/1.1\r\nHost:")
        .await
        .expect("write");
    let mut never_reads = TcpStream::connect(server.address).await.expect("connect");
    never_reads
        .write_all(b"GET /fonts/big.bin HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .expect("write");
    let (half_body, _) = start_request(&server).await;
    assert_eq!(
        get(server.address, "/readyz").await.expect("response").status,
        200
    );
    sleep(Duration::from_millis(300)).await;

    let (status, took) = server.stop(Signal::TERM, DRAIN_TIMEOUT + STOP_TIMEOUT).await;
    assert!(status.success(), "{status}");
    assert!(
        took + Duration::from_millis(150) >= DRAIN_TIMEOUT,
        "it did not wait: {took:?}"
    );
    drop((half_header, never_reads, half_body));
}

#[tokio::test]
async fn control_default_server_never_finishes_draining() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
    let address = listener.local_addr().expect("address");
    let (shut_down, shutdown_signal) = oneshot::channel::<()>();
    let router = Router::new().route("/", routing::get(async || "up"));
    let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
        let _ = shutdown_signal.await;
    });
    let serving = tokio::spawn(async move { serving.await });
    let mut half_header = TcpStream::connect(address).await.expect("connect");
    half_header
        .write_all(b"GET / HTTP/1.1\r\nHost:")
        .await
        .expect("write");
    sleep(Duration::from_millis(300)).await;
    shut_down.send(()).expect("signal");
    assert!(
        timeout(DRAIN_TIMEOUT + STOP_TIMEOUT / 2, serving).await.is_err(),
        "the default server ends: this test proves nothing any more"
    );
    drop(half_header);
}
