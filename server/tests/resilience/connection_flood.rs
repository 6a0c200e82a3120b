//! A client with many connections does not lock out others.

use crate::support::{ServerProcess, TempDir};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::{sleep, timeout},
};

const MAX_CONNECTIONS: usize = 200;
const MAX_CONNECTIONS_PER_ADDRESS: usize = 60;

/// Connects from this address of the loopback network and sends `bytes`.
async fn connect(client: u8, server: SocketAddr, bytes: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("socket");
    let address = SocketAddr::from(([127, 0, 0, client], 0));
    socket.bind(address).expect("bind");
    let mut stream = socket.connect(server).await.expect("connect");
    stream.write_all(bytes.as_bytes()).await.expect("write");
    stream
}

/// The status of a request and how long it took.
async fn get(client: u8, server: SocketAddr, path: &str) -> (String, Duration) {
    let start = Instant::now();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let mut stream = connect(client, server, &request).await;
    let mut response = String::new();
    let read = timeout(Duration::from_secs(10), stream.read_to_string(&mut response));
    read.await.expect("in time").expect("response");
    let status = response.split(' ').nth(1).unwrap_or_default().to_owned();
    (status, start.elapsed())
}

fn environment() -> Vec<(&'static str, String)> {
    vec![
        ("JOBHAX_MAX_CONNECTIONS", MAX_CONNECTIONS.to_string()),
        (
            "JOBHAX_MAX_CONNECTIONS_PER_ADDRESS",
            MAX_CONNECTIONS_PER_ADDRESS.to_string(),
        ),
    ]
}

#[tokio::test]
async fn silent_connections_of_one_client_do_not_affect_others() {
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &environment()).await;
    let mut silent = Vec::new();
    for n in 0..2 * MAX_CONNECTIONS {
        let start = ["", "GET / HTTP/1.1\r\nHost:"][n % 2];
        silent.push(connect(2, server.address, start).await);
    }
    for path in ["/healthz", "/readyz", "/sign-in"] {
        for client in [2, 3] {
            let (status, elapsed) = get(client, server.address, path).await;
            assert_eq!(status, "200", "{path} for {client}");
            assert!(
                elapsed < Duration::from_secs(2),
                "{path} for {client}: {elapsed:?}"
            );
        }
    }
}

/// Connections that are in the middle of a request are not closed.
#[tokio::test]
async fn probes_are_answered_when_all_connections_are_busy() {
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &environment()).await;
    let upload = "POST /api/users/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n{";
    let mut busy = Vec::new();
    for n in 0..MAX_CONNECTIONS {
        let client = 10 + u8::try_from(n / MAX_CONNECTIONS_PER_ADDRESS).expect("few");
        busy.push(connect(client, server.address, upload).await);
        // Let the server read the request before the next connection.
        sleep(Duration::from_millis(2)).await;
    }
    sleep(Duration::from_millis(300)).await;
    for (path, expected) in [("/healthz", "200"), ("/readyz", "200"), ("/sign-in", "503")] {
        let (status, elapsed) = get(3, server.address, path).await;
        assert_eq!(status, expected, "{path}");
        assert!(elapsed < Duration::from_secs(2), "{path}: {elapsed:?}");
    }
    drop(busy.split_off(MAX_CONNECTIONS / 2));
    sleep(Duration::from_millis(500)).await;
    assert_eq!(get(3, server.address, "/sign-in").await.0, "200");
}
