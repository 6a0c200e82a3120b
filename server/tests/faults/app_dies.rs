//! FT-02: the program dies in the middle of writes. Each write is there whole or not at all, and nothing twice.

use crate::{
    client::register,
    load::{Load, compare},
    program::Program,
    system::{Cluster, Folder, kill_all_in, processes_in},
};
use std::time::Duration;
use tokio::time::sleep;

const ROUNDS: u64 = 6;
/// An application comes with its first entry in the ledger, or not at all; the ledger folds to what the row says.
const HALF_WRITTEN: &str = "
    select count(*) from job_application a where not exists (
      select from application_event e where e.tenant_id = a.tenant_id and e.application_id = a.id)";

#[tokio::test]
async fn ft_02_each_write_is_there_whole_or_not_at_all() {
    let cluster = Cluster::start(&[]).await;
    let folder = Folder::new();
    let mut program = Program::start(&folder, &cluster.environment()).await;
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        let mut tokens = Vec::new();
        for n in 0..4 {
            tokens.push(register(program.address, &format!("person{round}x{n}")).await);
        }
        let load = Load::start(program.address, &tokens);
        // Another moment in each round, the same in each run.
        sleep(Duration::from_millis(150 + round * 37)).await;
        program.kill().await;
        let books = load.stop().await;
        program = Program::start(&folder, &cluster.environment()).await;
        let findings = compare(program.address, &books).await;
        assert_eq!(
            (findings.lost, findings.twice, findings.invented),
            (0, 0, 0),
            "round {round}: {findings:?}"
        );
        acknowledged += findings.acknowledged;
    }
    assert!(acknowledged > 20, "there was no load: {acknowledged}");
    assert_eq!(cluster.count(HALF_WRITTEN).await, 0);
    assert_eq!(
        cluster
            .count("select count(*) from pg_stat_activity where state = 'idle in transaction'")
            .await,
        0
    );

    // The control: one that is half written is found.
    let removed = "with gone as (delete from application_event where (tenant_id, application_id) in (
        select tenant_id, id from job_application limit 1) returning 1) select count(*) from gone";
    assert!(cluster.count(removed).await > 0);
    assert_eq!(cluster.count(HALF_WRITTEN).await, 1);
}

/// The embedded Postgres of a server that was killed is found, ended and started anew; one killed with it as well.
#[tokio::test]
async fn ft_02_a_killed_server_leaves_nothing_that_keeps_the_next_from_starting() {
    let folder = Folder::new();
    let data = folder.0.join("data/postgres/data");
    let program = Program::start(&folder, &[]).await;
    let token = register(program.address, "ada").await;
    let load = Load::start(program.address, &[token]);
    sleep(Duration::from_millis(400)).await;
    program.kill().await;
    let books = load.stop().await;
    assert!(
        !processes_in(&data).is_empty(),
        "Postgres went with it: this test proves nothing any more"
    );

    let program = Program::start(&folder, &[]).await;
    assert!(
        program.log().contains("an earlier server left running"),
        "{}",
        program.log()
    );
    assert_eq!(compare(program.address, &books).await.lost, 0);

    program.kill().await;
    kill_all_in(&data);
    let program = Program::start(&folder, &[]).await;
    let findings = compare(program.address, &books).await;
    assert_eq!((findings.lost, findings.twice), (0, 0), "{findings:?}");
}
