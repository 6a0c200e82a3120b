//! Database connections that fail silently: their backends are frozen, so nothing is closed and no data arrives.

use crate::support::{
    PostgresCluster, ServerProcess, TempDir, processes_in,
    raw_http::{get, get_with_token, register},
    send_signal, wait_until,
};
use rustix::process::Signal;
use std::{fs, net::SocketAddr, path::Path, time::Duration};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

/// More requests than connections in the pool.
const REQUESTS: usize = 24;
const RECOVERY_TIMEOUT: Duration = Duration::from_secs(15);
/// Time in which probes (every second, with a timeout of two seconds) detect and replace dead connections. Shorter than the statement
/// timeout.
const REPLACEMENT_TIME: Duration = Duration::from_secs(6);

/// Sends requests at the same time, so that they need all connections of the pool.
fn send_requests(address: SocketAddr, token: &str) -> JoinSet<u16> {
    let requests = (0..REQUESTS).map(|_| {
        let token = token.to_owned();
        async move {
            let response = get_with_token(address, &token, "/api/jobapps/get_statuses").await;
            response.map_or(0, |response| response.status)
        }
    });
    requests.collect()
}

async fn statuses(address: SocketAddr, token: &str) -> Vec<u16> {
    send_requests(address, token).join_all().await
}

/// The backends of the server's connections, without the main Postgres process, which accepts new connections.
fn backends(folder: &Path) -> Vec<i32> {
    let is_backend = |pid: &i32| {
        fs::read(format!("/proc/{pid}/cmdline"))
            .is_ok_and(|command| command.starts_with(b"postgres: jobhax_login"))
    };
    processes_in(folder).into_iter().filter(is_backend).collect()
}

fn signal_all(pids: &[i32], signal: Signal) {
    assert!(pids.len() > 1, "{pids:?}");
    for pid in pids {
        send_signal(*pid, signal);
    }
}

#[tokio::test]
async fn silently_dead_connections_are_replaced() {
    let cluster = PostgresCluster::start(&[]).await;
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &cluster.environment()).await;
    let token = register(server.address, "ada").await;
    assert_eq!(statuses(server.address, &token).await, [200; REQUESTS]);

    // All connections are in use, because the requests wait for a lock.
    let mut superuser = cluster.superuser("jobhax").await;
    let lock = "begin; lock table memberships in access exclusive mode";
    sqlx::raw_sql(lock).execute(&mut superuser).await.expect("locked");
    let waiting = send_requests(server.address, &token);
    sleep(Duration::from_secs(1)).await;
    signal_all(&backends(&cluster.data()), Signal::STOP);
    let frozen_at = Instant::now();
    sqlx::raw_sql("rollback")
        .execute(&mut superuser)
        .await
        .expect("unlocked");

    assert_eq!(waiting.join_all().await, [503; REQUESTS]);
    wait_until("full service", RECOVERY_TIMEOUT, async || {
        statuses(server.address, &token).await == [200; REQUESTS]
    })
    .await;
    let recovery = frozen_at.elapsed();
    assert!(recovery < RECOVERY_TIMEOUT, "{recovery:?}\n{}", server.log());

    // Idle connections are replaced before a request needs them.
    signal_all(&backends(&cluster.data()), Signal::STOP);
    sleep(REPLACEMENT_TIME).await;
    let sent_at = Instant::now();
    assert_eq!(
        statuses(server.address, &token).await,
        [200; REQUESTS],
        "{}",
        server.log()
    );
    println!("answered after {:?}", sent_at.elapsed());
}

#[tokio::test]
async fn frozen_database_makes_every_request_unavailable_until_it_continues() {
    let cluster = PostgresCluster::start(&[]).await;
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &cluster.environment()).await;
    let token = register(server.address, "ada").await;
    assert_eq!(statuses(server.address, &token).await, [200; REQUESTS]);

    let pids = processes_in(&cluster.data());
    signal_all(&pids, Signal::STOP);
    let page = get(server.address, "/verify-email?token=unknown");
    let (statuses_while_frozen, page) = tokio::join!(statuses(server.address, &token), page);
    assert_eq!(statuses_while_frozen, [503; REQUESTS]);
    println!("{:?}", page.map(|page| page.status));
    assert_eq!(statuses(server.address, &token).await, [503; REQUESTS]);
    signal_all(&pids, Signal::CONT);

    wait_until("full service", RECOVERY_TIMEOUT, async || {
        statuses(server.address, &token).await == [200; REQUESTS]
    })
    .await;
}
