//! FT-20: several servers start on one empty database at once. One migrates, the others wait; one that dies meanwhile
//! leaves nothing behind.

use crate::{
    program::{Program, command},
    system::{Cluster, Folder, until},
};
use server::postgres::roles;
use sqlx::{Connection as _, PgConnection};
use std::{process::Stdio, time::Duration};
use tokio::time::sleep;

const WAITING: &str =
    "select count(*) from pg_stat_activity where usename = 'jobhax_owner' and wait_event_type = 'Lock'";

/// Makes any migration wait in the middle: a table of a name that one of them is about to make, not yet committed.
async fn obstacle(cluster: &Cluster) -> PgConnection {
    let mut conn = cluster.superuser(roles::DATABASE).await;
    sqlx::raw_sql("begin; create table note (id int)")
        .execute(&mut conn)
        .await
        .expect("obstacle");
    conn
}

#[tokio::test]
async fn ft_20_five_servers_at_once() {
    let cluster = Cluster::start(&[]).await;
    let folder = Folder::new();
    let environment = cluster.environment();
    let start = async |data: &str| {
        let program = Program::start_unready(&folder, data, &environment).await;
        program.until_ready(Duration::from_mins(1)).await;
        program
    };
    let (one, two, three, four, five) =
        tokio::join!(start("a"), start("b"), start("c"), start("d"), start("e"));
    let migrations = i64::try_from(service::db::MIGRATOR.iter().count()).expect("few");
    assert_eq!(
        cluster
            .count("select count(*) from _sqlx_migrations where success")
            .await,
        migrations
    );
    assert_eq!(
        cluster.count("select count(*) from _sqlx_migrations").await,
        migrations
    );
    for program in [one, two, three, four, five] {
        assert!(program.is_ready().await);
    }
}

#[tokio::test]
async fn ft_20_the_one_that_migrates_dies() {
    let cluster = Cluster::start(&[]).await;
    let folder = Folder::new();
    let mut held = obstacle(&cluster).await;
    let quiet = |data: &str| {
        let mut command = command(&folder.0.join(data), &cluster.environment());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("jobhax")
    };
    let mut first = quiet("first");
    until(
        "the first is in the middle",
        Duration::from_secs(30),
        async || cluster.count(WAITING).await == 1,
    )
    .await;
    let mut second = quiet("second");
    until("the second waits for it", Duration::from_secs(30), async || {
        cluster.count(WAITING).await >= 2
    })
    .await;
    first.kill().await.expect("killed");
    sqlx::raw_sql("rollback").execute(&mut held).await.expect("gone");
    let third = Program::start_unready(&folder, "third", &cluster.environment()).await;
    third.until_ready(Duration::from_mins(1)).await;
    let migrations = i64::try_from(service::db::MIGRATOR.iter().count()).expect("few");
    assert_eq!(
        cluster
            .count("select count(*) from _sqlx_migrations where success")
            .await,
        migrations
    );
    assert!(second.try_wait().expect("status").is_none(), "the second gave up");
    second.kill().await.expect("killed");
}

/// The control: without the lock two that migrate at once get in each other's way.
#[tokio::test]
async fn ft_20_control_without_the_lock_one_fails() {
    let cluster = Cluster::start(&[]).await;
    let mut held = obstacle(&cluster).await;
    let migrate = async || {
        let mut conn = PgConnection::connect(&cluster.url(roles::OWNER, roles::DATABASE))
            .await
            .expect("connect");
        let mut migrator = clone_of(&service::db::MIGRATOR);
        migrator.set_locking(false);
        migrator.run(&mut conn).await.is_ok()
    };
    let release = async {
        until("one is in it", Duration::from_secs(30), async || {
            cluster.count(WAITING).await >= 1
        })
        .await;
        sleep(Duration::from_millis(500)).await;
        sqlx::raw_sql("rollback").execute(&mut held).await.expect("gone");
    };
    let (first, second, ()) = tokio::join!(migrate(), migrate(), release);
    let well = u32::from(first) + u32::from(second);
    assert!(
        well < 2,
        "both went well without a lock: this test proves nothing any more"
    );
}

fn clone_of(migrator: &sqlx::migrate::Migrator) -> sqlx::migrate::Migrator {
    sqlx::migrate::Migrator::with_migrations(migrator.iter().cloned().collect())
}
