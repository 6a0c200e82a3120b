//! Several servers start with the same empty database at the same time.

use crate::support::{PostgresCluster, ServerProcess, TempDir, server_command, wait_until};
use server::embedded_postgres::roles;
use service::platform::db::MIGRATOR;
use sqlx::{Connection as _, PgConnection, migrate::Migrator};
use std::{process::Stdio, time::Duration};
use tokio::time::sleep;

const WAIT_TIMEOUT: Duration = Duration::from_secs(30);
const WAITING_FOR_A_LOCK: &str =
    "select count(*) from pg_stat_activity where usename = 'jobhax_owner' and wait_event_type = 'Lock'";
const APPLIED: &str = "select count(*) from _sqlx_migrations where success";

fn migration_count() -> i64 {
    i64::try_from(MIGRATOR.iter().count()).expect("few")
}

/// Blocks migrations halfway: an uncommitted table has the same name as a table that a migration creates.
async fn block_migrations(cluster: &PostgresCluster) -> PgConnection {
    let mut connection = cluster.superuser(roles::DATABASE).await;
    sqlx::raw_sql("begin; create table notes (id int)")
        .execute(&mut connection)
        .await
        .expect("blocked");
    connection
}

async fn unblock(connection: &mut PgConnection) {
    sqlx::raw_sql("rollback")
        .execute(connection)
        .await
        .expect("unblocked");
}

#[tokio::test]
async fn five_servers_migrate_once() {
    let cluster = PostgresCluster::start(&[]).await;
    let dir = TempDir::new();
    let environment = cluster.environment();
    let start = async |data: &str| ServerProcess::start_in(&dir, data, &environment).await;
    let (one, two, three, four, five) =
        tokio::join!(start("a"), start("b"), start("c"), start("d"), start("e"));
    assert_eq!(cluster.count(APPLIED).await, migration_count());
    let all = "select count(*) from _sqlx_migrations";
    assert_eq!(cluster.count(all).await, migration_count());
    for server in [one, two, three, four, five] {
        assert!(server.is_ready().await);
    }
}

#[tokio::test]
async fn another_server_migrates_when_the_first_is_killed() {
    let cluster = PostgresCluster::start(&[]).await;
    let dir = TempDir::new();
    let mut blocker = block_migrations(&cluster).await;
    let spawn = |data: &str| {
        let mut command = server_command(&dir.0.join(data), &cluster.environment());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("jobhax")
    };
    let mut first = spawn("first");
    wait_until("the first is migrating", WAIT_TIMEOUT, async || {
        cluster.count(WAITING_FOR_A_LOCK).await == 1
    })
    .await;
    let mut second = spawn("second");
    wait_until("the second waits for it", WAIT_TIMEOUT, async || {
        cluster.count(WAITING_FOR_A_LOCK).await >= 2
    })
    .await;
    first.kill().await.expect("killed");
    unblock(&mut blocker).await;
    let _third = ServerProcess::start_in(&dir, "third", &cluster.environment()).await;
    assert_eq!(cluster.count(APPLIED).await, migration_count());
    assert!(second.try_wait().expect("status").is_none(), "the second gave up");
    second.kill().await.expect("killed");
}

#[tokio::test]
async fn control_concurrent_migrations_without_the_lock_fail() {
    let cluster = PostgresCluster::start(&[]).await;
    let mut blocker = block_migrations(&cluster).await;
    let migrate = async || {
        let mut connection = PgConnection::connect(&cluster.url(roles::OWNER, roles::DATABASE))
            .await
            .expect("connect");
        let mut migrator = Migrator::with_migrations(MIGRATOR.iter().cloned().collect());
        migrator.set_locking(false);
        migrator.run(&mut connection).await.is_ok()
    };
    let release = async {
        wait_until("one is migrating", WAIT_TIMEOUT, async || {
            cluster.count(WAITING_FOR_A_LOCK).await >= 1
        })
        .await;
        sleep(Duration::from_millis(500)).await;
        unblock(&mut blocker).await;
    };
    let (first, second, ()) = tokio::join!(migrate(), migrate(), release);
    assert!(
        !(first && second),
        "both succeeded without a lock: this test proves nothing any more"
    );
}
