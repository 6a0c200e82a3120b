//! Clients that keep memory of the server occupied.

use super::{BIG_RESPONSE, MAX_CONNECTIONS, SLACK, Server, connect_from, send_from, status};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep, timeout},
};

/// Headers of this size, without their end.
fn incomplete_headers(bytes: usize) -> String {
    format!("GET / HTTP/1.1\r\nHost: x\r\nX-Big: {}", "a".repeat(bytes))
}

#[tokio::test]
async fn headers_up_to_the_limit_are_accepted() {
    let server = Server::start().await;
    let (response, _) = server
        .exchange(&format!("{}\r\n\r\n", incomplete_headers(31 * 1024)))
        .await;
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    let (response, _) = server.exchange(&incomplete_headers(33 * 1024)).await;
    assert!(response.starts_with("HTTP/1.1 431"), "{response}");
}

/// A server whose timeouts do not elapse, with memory for the bytes of a few clients.
async fn patient_server(max_waiting_bytes: usize) -> Server {
    Server::start_with(|config| {
        let minute = Duration::from_mins(1);
        config.timeouts.header = minute;
        config.timeouts.stall = minute;
        config.max_connections_per_address = MAX_CONNECTIONS;
        config.max_body_bytes = 1024 * 1024;
        config.max_waiting_bytes = max_waiting_bytes;
    })
    .await
}

/// Whether the server has closed the connection without sending anything.
async fn is_closed(stream: &mut TcpStream) -> bool {
    let read = timeout(Duration::from_millis(200), stream.read(&mut [0; 1024])).await;
    !matches!(read, Err(_) | Ok(Ok(1..)))
}

#[tokio::test]
async fn client_with_most_incomplete_headers_loses_its_longest_waiting_connections() {
    // Headers are kept twice, in buffers of up to twice their size.
    let server = patient_server(4 * 110 * 1024).await;
    let mut other = connect_from(3, server.address).await;
    let headers = incomplete_headers(20 * 1024);
    other.write_all(headers.as_bytes()).await.expect("write");
    let mut flood = Vec::new();
    for _ in 0..7 {
        sleep(Duration::from_millis(30)).await;
        let mut stream = connect_from(2, server.address).await;
        stream.write_all(headers.as_bytes()).await.expect("write");
        flood.push(stream);
    }
    sleep(Duration::from_millis(100)).await;
    let mut closed = Vec::new();
    for stream in &mut flood {
        closed.push(is_closed(stream).await);
    }
    assert_eq!(closed, [true, true, true, false, false, false, false]);
    other.write_all(b"\r\n\r\n").await.expect("write");
    assert!(
        status(&mut other).await.contains("200"),
        "the oldest, of another client"
    );
}

#[tokio::test]
async fn client_that_does_not_read_loses_its_longest_waiting_connections() {
    let server = patient_server(3 * BIG_RESPONSE).await;
    let mut slow = Vec::new();
    for _ in 0..5 {
        slow.push(send_from(2, server.address, "/big").await);
        sleep(Duration::from_millis(50)).await;
    }
    let mut complete = Vec::new();
    for mut stream in slow {
        let mut response = Vec::new();
        let _ = stream.read_to_end(&mut response).await;
        complete.push(response.len() > BIG_RESPONSE);
        // Frees the bytes of the connection.
        drop(stream);
    }
    // How many of the other connections were closed depends on the size of the socket buffers.
    assert!(!complete[0], "the longest waiting one was closed");
    assert_eq!(complete[3..], [true, true]);
    let mut stream = send_from(3, server.address, "/big").await;
    let mut response = Vec::new();
    let _ = timeout(SLACK, stream.read_to_end(&mut response)).await;
    assert!(response.len() > BIG_RESPONSE);
}

#[tokio::test]
async fn client_with_most_incomplete_bodies_loses_its_longest_waiting_connections() {
    let server = patient_server(500 * 1024).await;
    let start = format!(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n{}",
        "a".repeat(150_000)
    );
    let mut streams = Vec::new();
    for client in [3, 2, 2, 2, 2] {
        let mut stream = connect_from(client, server.address).await;
        stream.write_all(start.as_bytes()).await.expect("write");
        streams.push(stream);
        sleep(Duration::from_millis(50)).await;
    }
    for (n, stream) in streams.iter_mut().enumerate() {
        let _ = stream.write_all("a".repeat(50_000).as_bytes()).await;
        let expected = if n == 1 || n == 2 { "408" } else { "200" };
        let status = status(stream).await;
        assert!(status.contains(expected), "{n}: {status}");
    }
}

#[tokio::test]
async fn bytes_of_ended_requests_do_not_count() {
    let server = patient_server(300 * 1024).await;
    for n in 0..100 {
        let mut stream = connect_from(2, server.address).await;
        let request = match n % 3 {
            0 => format!("{}\r\n\r\n", incomplete_headers(20 * 1024)),
            1 => format!(
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{}",
                "a".repeat(100_000)
            ),
            _ => incomplete_headers(20 * 1024),
        };
        stream.write_all(request.as_bytes()).await.expect("write");
        if n % 3 < 2 {
            assert!(status(&mut stream).await.contains("200"), "{n}");
        }
    }
    let mut waiting = connect_from(3, server.address).await;
    waiting
        .write_all(incomplete_headers(20 * 1024).as_bytes())
        .await
        .expect("write");
    assert!(!is_closed(&mut waiting).await);
}
