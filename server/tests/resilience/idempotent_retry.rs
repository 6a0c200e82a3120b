//! The server is killed repeatedly while clients write with idempotency keys and retry until they get a response.

use crate::support::{
    PostgresCluster, ServerProcess, TempDir,
    raw_http::{RawRequest, RawResponse, register},
    wait_until,
};
use serde_json::json;
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{task::JoinSet, time::sleep};

const KILLS: u64 = 6;
const WRITERS: usize = 4;
/// Long enough for a restart of the server.
const RETRY_TIMEOUT: Duration = Duration::from_secs(30);
const DUPLICATES: &str = "select count(*) - count(distinct job_title) from job_applications";

async fn add(address: SocketAddr, token: &str, key: Option<&str>, title: &str) -> io::Result<RawResponse> {
    let body = json!({"job_title": title, "company": "Fernway"});
    let mut request = RawRequest::new("POST", "/api/jobapps/add_jobapp").token(token);
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key);
    }
    request.json(&body).send(address).await
}

#[tokio::test]
async fn retries_with_a_key_across_crashes_take_effect_once() {
    let cluster = PostgresCluster::start(&[]).await;
    let dir = TempDir::new();
    let mut server = ServerProcess::start(&dir, &cluster.environment()).await;
    let address = Arc::new(Mutex::new(server.address));
    let stop = Arc::new(AtomicBool::new(false));
    let retries = Arc::new(AtomicU32::new(0));
    let done = Arc::new(AtomicI64::new(0));
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let token = register(server.address, &format!("user{writer}")).await;
        let (address, stop) = (address.clone(), stop.clone());
        let (retries, done) = (retries.clone(), done.clone());
        writers.spawn(async move {
            for n in 0.. {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let title = format!("request-{writer}-{n}");
                let start = Instant::now();
                loop {
                    let address = *address.lock().expect("not poisoned");
                    match add(address, &token, Some(&title), &title).await {
                        Ok(response) if response.status == 201 => break,
                        Ok(response) => assert!(matches!(response.status, 409 | 503), "{response:?}"),
                        Err(_) => {}
                    }
                    assert!(start.elapsed() < RETRY_TIMEOUT, "no response to {title}");
                    retries.fetch_add(1, Ordering::Relaxed);
                    sleep(Duration::from_millis(10)).await;
                }
                done.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    for kill in 0..KILLS {
        // The kill times differ from each other, but are the same in each run.
        sleep(Duration::from_millis(300 + kill * 41)).await;
        let before = done.load(Ordering::Relaxed);
        wait_until("some requests succeed", RETRY_TIMEOUT, async || {
            done.load(Ordering::Relaxed) > before
        })
        .await;
        server.kill().await;
        server = ServerProcess::start(&dir, &cluster.environment()).await;
        *address.lock().expect("not poisoned") = server.address;
    }
    sleep(Duration::from_millis(300)).await;
    stop.store(true, Ordering::Relaxed);
    writers.join_all().await;
    let done = done.load(Ordering::Relaxed);
    assert!(retries.load(Ordering::Relaxed) > 0, "no request was retried");
    assert_eq!(cluster.count("select count(*) from job_applications").await, done);
    assert_eq!(cluster.count(DUPLICATES).await, 0);
    assert_eq!(cluster.count("select count(*) from idempotency_keys").await, done);

    // Control: without a key there is a duplicate, and the check detects it.
    let token = register(server.address, "control").await;
    for _ in 0..2 {
        let response = add(server.address, &token, None, "control")
            .await
            .expect("response");
        assert_eq!(response.status, 201);
    }
    assert_eq!(cluster.count(DUPLICATES).await, 1);
}
