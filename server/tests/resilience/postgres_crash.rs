//! Postgres is killed while the server writes.

use crate::support::{
    PostgresCluster, ServerProcess, TempDir, kill_all_in,
    load::{WriteLoad, compare},
    processes_in,
    raw_http::register,
};
use std::time::Duration;
use tokio::time::sleep;

const WRITERS: usize = 8;
const LOAD_DURATION: Duration = Duration::from_millis(1500);
/// Recovery takes about two seconds on an idle machine.
const RECOVERY_TIMEOUT: Duration = Duration::from_secs(10);

async fn register_writers(server: &ServerProcess) -> Vec<String> {
    let mut tokens = Vec::new();
    for n in 0..WRITERS {
        tokens.push(register(server.address, &format!("user{n}")).await);
    }
    tokens
}

#[tokio::test]
async fn killed_postgres_loses_nothing_acknowledged_and_the_server_recovers() {
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &[]).await;
    let tokens = register_writers(&server).await;
    let load = WriteLoad::start(server.address, &tokens);
    sleep(LOAD_DURATION).await;
    load.wait_for_writes(30).await;
    let data = dir.0.join("data/postgres/data");
    let killed = processes_in(&data);
    kill_all_in(&data);
    let recovery = server.wait_until_ready(RECOVERY_TIMEOUT).await;
    sleep(Duration::from_millis(500)).await;
    let logs = load.stop().await;
    println!("ready again after {recovery:?}");

    let findings = compare(server.address, &logs).await;
    println!("{findings:?}");
    assert!(findings.acknowledged >= 30, "{findings:?}");
    assert_eq!(
        (findings.lost, findings.duplicated, findings.unknown),
        (0, 0, 0),
        "{findings:?}"
    );
    // Writers may not notice the crash, because their requests can wait for the new Postgres.
    let running = processes_in(&data);
    assert!(!killed.is_empty() && !running.is_empty());
    assert!(
        !running.iter().any(|pid| killed.contains(pid)),
        "Postgres was not restarted"
    );
    for log in &logs {
        assert!(
            log.statuses.keys().all(|status| [201, 503].contains(status)),
            "{:?}",
            log.statuses
        );
        assert_eq!(log.malformed_errors, Vec::<String>::new());
    }
}

#[tokio::test]
async fn control_losses_without_synchronous_commit_are_found() {
    let mut cluster = PostgresCluster::start(&[
        "synchronous_commit=off",
        "wal_writer_delay=10000",
        "wal_buffers=16MB",
    ])
    .await;
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &cluster.environment()).await;
    let tokens = register_writers(&server).await;
    // Ensures that the users themselves are not lost.
    cluster.checkpoint().await;
    let load = WriteLoad::start(server.address, &tokens);
    sleep(LOAD_DURATION).await;
    load.wait_for_writes(30).await;
    cluster.kill().await;
    let logs = load.stop().await;
    cluster.run().await;
    server.wait_until_ready(RECOVERY_TIMEOUT).await;
    let findings = compare(server.address, &logs).await;
    println!("{findings:?}");
    assert!(findings.lost > 0, "a certain loss was not found: {findings:?}");
}
