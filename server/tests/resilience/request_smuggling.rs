//! Requests that two HTTP parsers could interpret differently.

use crate::support::{ServerProcess, TempDir, raw_http::send, wait_until};
use std::time::Duration;

#[tokio::test]
async fn ambiguous_requests_are_rejected_and_their_connection_closed() {
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &[]).await;
    let chunked = "5\r\nhello\r\n0\r\n\r\n";
    let smuggled = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    for (defect, request) in [
        ("no host", "GET /healthz HTTP/1.1\r\n\r\n".to_owned()),
        (
            "two hosts",
            "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(),
        ),
        (
            "Content-Length and Transfer-Encoding",
            format!(
                "POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\nTransfer-Encoding: chunked\r\n\r\n{chunked}{smuggled}"
            ),
        ),
        (
            "Transfer-Encoding and Content-Length",
            format!(
                "POST /api/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 15\r\n\r\n{chunked}{smuggled}"
            ),
        ),
        (
            "two different lengths",
            "POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"
                .to_owned(),
        ),
        (
            "absolute target of another host",
            "GET http://evil.example/healthz HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        ),
    ] {
        let response = send(server.address, request.as_bytes())
            .await
            .unwrap_or_else(|e| panic!("{defect}: {e}"));
        assert_eq!(response.status, 400, "{defect}: {}", response.head);
        assert_eq!(
            response.body.matches("HTTP/1.1").count(),
            0,
            "{defect}: a second response was sent"
        );
    }
    let ten_megabytes = "a".repeat(10 << 20);
    let large_header = format!("GET / HTTP/1.1\r\nHost: x\r\nX-Big: {ten_megabytes}\r\n\r\n");
    let response = send(server.address, large_header.as_bytes()).await;
    assert!(
        response.as_ref().map_or(true, |r| r.status == 431),
        "{response:?}"
    );
    let long_path = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(70_000));
    let response = send(server.address, long_path.as_bytes()).await;
    assert_eq!(response.expect("response").status, 431);
    wait_until("the server is still ready", Duration::from_secs(5), async || {
        server.is_ready().await
    })
    .await;
}
