//! Clients that occupy a connection without using it are disconnected after their timeout, and other clients are not affected.

use crate::support::{ServerProcess, TempDir, raw_http::get, wait_until};
use axum::{Router, routing};
use std::{
    fs,
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};

const HEADER_TIMEOUT: Duration = Duration::from_secs(1);
const IDLE_TIMEOUT: Duration = Duration::from_millis(1800);
const STALL_TIMEOUT: Duration = Duration::from_millis(1400);
/// On a busy machine, a timeout can be detected late, but never early.
const TOLERANCE: Duration = Duration::from_secs(4);
const CLIENTS_OF_EACH_KIND: usize = 20;
/// Larger than the socket buffers.
const BIG_FILE_SIZE: usize = 64 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SlowClient {
    Silent,
    HalfHeader,
    SlowHeader,
    StalledBody,
    SlowBody,
    NeverReads,
    IdleKeepAlive,
}

impl SlowClient {
    const ALL: [Self; 7] = [
        Self::Silent,
        Self::HalfHeader,
        Self::SlowHeader,
        Self::StalledBody,
        Self::SlowBody,
        Self::NeverReads,
        Self::IdleKeepAlive,
    ];

    const fn timeout(self) -> Duration {
        match self {
            Self::Silent | Self::IdleKeepAlive => IDLE_TIMEOUT,
            Self::HalfHeader | Self::SlowHeader => HEADER_TIMEOUT,
            Self::StalledBody | Self::SlowBody | Self::NeverReads => STALL_TIMEOUT,
        }
    }

    /// Acts as the slow client until the server closes the connection. Returns the time since the client became slow.
    async fn run(self, address: SocketAddr) -> Duration {
        let mut stream = TcpStream::connect(address).await.expect("connect");
        let first = match self {
            Self::Silent => String::new(),
            Self::HalfHeader | Self::SlowHeader => {
                format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nX-Slow: ")
            }
            Self::StalledBody | Self::SlowBody => format!(
                "POST /api/users/login HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n{{"
            ),
            Self::NeverReads => format!("GET /fonts/big.bin HTTP/1.1\r\nHost: {address}\r\n\r\n"),
            Self::IdleKeepAlive => format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\n\r\n"),
        };
        stream.write_all(first.as_bytes()).await.expect("write");
        if self == Self::IdleKeepAlive {
            let mut response = [0; 4096];
            assert!(stream.read(&mut response).await.expect("response") > 0);
        }
        let start = Instant::now();
        match self {
            Self::SlowHeader | Self::SlowBody => {
                // One byte at a time, until the server closes the connection or responds.
                let (mut read, mut write) = stream.split();
                let mut buffer = [0; 4096];
                let drip = async {
                    while write.write_all(b"x").await.is_ok() {
                        sleep(Duration::from_millis(100)).await;
                    }
                };
                tokio::select! {
                    () = drip => {}
                    _ = read.read(&mut buffer) => {}
                }
            }
            Self::NeverReads => {
                // The client could detect the end only by reading. Another assertion checks that the server has closed its file
                // descriptors.
                sleep(self.timeout() + TOLERANCE / 2).await;
                let mut received = Vec::new();
                let _ = stream.read_to_end(&mut received).await;
                assert!(
                    received.len() < BIG_FILE_SIZE,
                    "the whole response was sent although nobody read it"
                );
                return self.timeout();
            }
            _ => {
                let mut received = Vec::new();
                let _ = stream.read_to_end(&mut received).await;
            }
        }
        start.elapsed()
    }
}

/// Creates a folder of static files that contains a large file.
fn site_root(dir: &TempDir) -> String {
    let root = dir.0.join("site");
    fs::create_dir_all(root.join("pkg")).expect("pkg");
    fs::create_dir_all(root.join("fonts")).expect("fonts");
    fs::File::create(root.join("fonts/big.bin"))
        .and_then(|f| f.set_len(BIG_FILE_SIZE as u64))
        .expect("big file");
    root.to_string_lossy().into_owned()
}

fn environment(dir: &TempDir) -> Vec<(&'static str, String)> {
    let millis = |duration: Duration| duration.as_millis().to_string();
    vec![
        ("LEPTOS_SITE_ROOT", site_root(dir)),
        ("JOBHAX_HEADER_TIMEOUT_MS", millis(HEADER_TIMEOUT)),
        ("JOBHAX_IDLE_TIMEOUT_MS", millis(IDLE_TIMEOUT)),
        ("JOBHAX_STALL_TIMEOUT_MS", millis(STALL_TIMEOUT)),
    ]
}

#[tokio::test]
async fn slow_clients_are_disconnected_at_their_timeout() {
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &environment(&dir)).await;
    let files_before = server.open_files();

    let mut clients = JoinSet::new();
    for client in SlowClient::ALL {
        for _ in 0..CLIENTS_OF_EACH_KIND {
            let run = client.run(server.address);
            clients.spawn(async move { (client, timeout(Duration::from_secs(30), run).await) });
        }
    }
    let mut slowest = Duration::ZERO;
    for _ in 0..40 {
        let start = Instant::now();
        let response = get(server.address, "/healthz").await.expect("response");
        assert_eq!(response.status, 200);
        slowest = slowest.max(start.elapsed());
        sleep(Duration::from_millis(25)).await;
    }
    assert!(
        slowest < Duration::from_secs(1),
        "other clients waited {slowest:?}"
    );

    while let Some(result) = clients.join_next().await {
        let (client, elapsed) = result.expect("client");
        let elapsed = elapsed.unwrap_or_else(|_| panic!("{client:?} was never disconnected"));
        let expected = client.timeout();
        assert!(
            elapsed + Duration::from_millis(150) >= expected,
            "{client:?} was disconnected after {elapsed:?}, before {expected:?}"
        );
        assert!(
            elapsed < expected + TOLERANCE,
            "{client:?} was disconnected only after {elapsed:?}"
        );
    }
    wait_until("all files are closed", TOLERANCE, async || {
        server.open_files() <= files_before + 2
    })
    .await;
    assert!(!server.log().contains("panic"), "{}", server.log());
}

#[tokio::test]
async fn client_that_makes_progress_is_not_disconnected() {
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &environment(&dir)).await;
    let body = format!("{{\"email\":\"{}\",\"password\":\"x\"}}", "a".repeat(16_000));
    let mut stream = TcpStream::connect(server.address).await.expect("connect");
    let head = format!(
        "POST /api/users/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("head");
    for chunk in body.as_bytes().chunks(4_000) {
        sleep(STALL_TIMEOUT / 2).await;
        stream.write_all(chunk).await.expect("chunk");
    }
    let mut response = String::new();
    stream.read_to_string(&mut response).await.expect("response");
    assert!(
        response.starts_with("HTTP/1.1 4") && !response.starts_with("HTTP/1.1 408"),
        "{response}"
    );
}

#[tokio::test]
async fn control_default_server_never_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
    let address = listener.local_addr().expect("address");
    let router = Router::new().route("/healthz", routing::get(async || "up"));
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let mut clients = JoinSet::new();
    for client in [
        SlowClient::Silent,
        SlowClient::HalfHeader,
        SlowClient::IdleKeepAlive,
    ] {
        clients.spawn(async move { timeout(client.timeout() + TOLERANCE, client.run(address)).await });
    }
    while let Some(result) = clients.join_next().await {
        assert!(
            result.expect("client").is_err(),
            "the default server has timeouts: this test proves nothing any more"
        );
    }
    serving.abort();
}
