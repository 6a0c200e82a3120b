//! Endless uploads without a complete part are rejected early, and use little memory and time.

use crate::support::{ServerProcess, TempDir, raw_http::register};
use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// Bytes that the client would send if it were not stopped.
const ENDLESS: usize = 128 << 20;
const MAX_GROWTH: u64 = 50 << 20;

/// The resident memory of the process.
fn resident_bytes(server: &ServerProcess) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).expect("/proc");
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).expect("VmRSS");
    let kib: u64 = line
        .split_whitespace()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .expect("KiB");
    kib * 1024
}

/// Uploads `start` and then endless `a` bytes in chunks. Returns the response and how many bytes were sent before it.
async fn upload(server: &ServerProcess, token: &str, start: &str) -> (String, usize) {
    let stream = TcpStream::connect(server.address).await.expect("connect");
    let (mut read, mut write) = stream.into_split();
    let head = format!(
        "POST /api/mail/import_mails HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nTransfer-Encoding: chunked\r\n\
         Content-Type: multipart/form-data; boundary=x\r\n\r\n{:x}\r\n{start}\r\n",
        start.len()
    );
    write.write_all(head.as_bytes()).await.expect("head");
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = sent.clone();
    let sending = tokio::spawn(async move {
        let block = "a".repeat(64 * 1024);
        let chunk = format!("{:x}\r\n{block}\r\n", block.len());
        while counter.load(Ordering::Relaxed) < ENDLESS && write.write_all(chunk.as_bytes()).await.is_ok() {
            counter.fetch_add(block.len(), Ordering::Relaxed);
        }
    });
    let mut response = vec![0; 4096];
    let length = timeout(Duration::from_secs(20), read.read(&mut response))
        .await
        .expect("a response in time")
        .unwrap_or(0);
    let sent = sent.load(Ordering::Relaxed);
    let text = String::from_utf8_lossy(&response[..length]).into_owned();
    sending.await.expect("sent");
    (text, sent)
}

#[tokio::test]
async fn upload_without_structure_is_rejected_early_and_in_little_memory() {
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &[]).await;
    let token = register(server.address, "ada").await;
    // The first request of each kind allocates memory that is kept.
    upload(&server, &token, "--x--\r\n").await;
    let before = resident_bytes(&server);
    for start in [
        "a",
        "--x",
        "--x\r\nContent-Disposition: form-data; name=\"",
        "--x\r\nContent-Disposition: form-data; name=\"file\"\r\nX-Long: ",
    ] {
        let begun = Instant::now();
        let (response, sent) = upload(&server, &token, start).await;
        assert!(response.starts_with("HTTP/1.1 400"), "{start}: {response}");
        // The count includes bytes in the socket buffers that the server has not read.
        assert!(sent < ENDLESS / 2, "{start}: {sent} bytes were sent");
        assert!(
            begun.elapsed() < Duration::from_secs(8),
            "{start}: {:?}",
            begun.elapsed()
        );
        let growth = resident_bytes(&server).saturating_sub(before);
        assert!(growth < MAX_GROWTH, "{start}: {growth} bytes of memory");
    }
}
