//! The server is killed while it writes.

use crate::support::{
    PostgresCluster, ServerProcess, TempDir, kill_all_in,
    load::{WriteLoad, compare},
    processes_in,
    raw_http::register,
};
use std::time::Duration;
use tokio::time::sleep;

const ROUNDS: u64 = 6;
/// Applications without an event. Both are written in one transaction, so there must be none.
const HALF_WRITTEN: &str = "
    select count(*) from job_applications a where not exists (
      select from application_events e where e.tenant_id = a.tenant_id and e.application_id = a.id)";

#[tokio::test]
async fn killed_server_leaves_each_write_complete_or_absent() {
    let cluster = PostgresCluster::start(&[]).await;
    let dir = TempDir::new();
    let mut server = ServerProcess::start(&dir, &cluster.environment()).await;
    for round in 0..ROUNDS {
        let mut tokens = Vec::new();
        for n in 0..4 {
            tokens.push(register(server.address, &format!("user{round}x{n}")).await);
        }
        let load = WriteLoad::start(server.address, &tokens);
        // The kill times differ between rounds, but are the same in each run.
        sleep(Duration::from_millis(150 + round * 37)).await;
        load.wait_for_writes(4).await;
        server.kill().await;
        let logs = load.stop().await;
        server = ServerProcess::start(&dir, &cluster.environment()).await;
        let findings = compare(server.address, &logs).await;
        assert_eq!(
            (findings.lost, findings.duplicated, findings.unknown),
            (0, 0, 0),
            "round {round}: {findings:?}"
        );
    }
    assert_eq!(cluster.count(HALF_WRITTEN).await, 0);
    let open_transactions = "select count(*) from pg_stat_activity where state = 'idle in transaction'";
    assert_eq!(cluster.count(open_transactions).await, 0);

    // Control: the check detects an application without an event.
    let remove_events =
        "with deleted as (delete from application_events where (tenant_id, application_id) in (
        select tenant_id, id from job_applications limit 1) returning 1) select count(*) from deleted";
    assert!(cluster.count(remove_events).await > 0);
    assert_eq!(cluster.count(HALF_WRITTEN).await, 1);
}

/// The embedded Postgres of a killed server is found, stopped and restarted, even if it was killed as well.
#[tokio::test]
async fn server_starts_after_a_crash_with_its_embedded_postgres() {
    let dir = TempDir::new();
    let data = dir.0.join("data/postgres/data");
    let server = ServerProcess::start(&dir, &[]).await;
    let token = register(server.address, "ada").await;
    let load = WriteLoad::start(server.address, &[token]);
    sleep(Duration::from_millis(400)).await;
    load.wait_for_writes(4).await;
    server.kill().await;
    let logs = load.stop().await;
    assert!(
        !processes_in(&data).is_empty(),
        "Postgres ended with the server: this test proves nothing any more"
    );

    let server = ServerProcess::start(&dir, &[]).await;
    assert!(server.log().contains("orphaned Postgres"), "{}", server.log());
    assert_eq!(compare(server.address, &logs).await.lost, 0);

    server.kill().await;
    kill_all_in(&data);
    let server = ServerProcess::start(&dir, &[]).await;
    let findings = compare(server.address, &logs).await;
    assert_eq!((findings.lost, findings.duplicated), (0, 0), "{findings:?}");
}
