//! FT-01: Postgres dies under load with all its processes. Nothing that was acknowledged is lost.

use crate::{
    client::register,
    load::{Load, compare},
    program::Program,
    system::{Cluster, Folder, kill_all_in},
};
use std::time::Duration;
use tokio::time::sleep;

const PEOPLE: usize = 8;
const BEFORE: Duration = Duration::from_millis(1500);
const BACK: Duration = Duration::from_secs(5);

async fn people(program: &Program) -> Vec<String> {
    let mut tokens = Vec::new();
    for n in 0..PEOPLE {
        tokens.push(register(program.address, &format!("person{n}")).await);
    }
    tokens
}

#[tokio::test]
async fn ft_01_nothing_acknowledged_is_lost_and_the_server_is_back_by_itself() {
    let folder = Folder::new();
    let program = Program::start(&folder, &[]).await;
    let tokens = people(&program).await;
    let load = Load::start(program.address, &tokens);
    sleep(BEFORE).await;
    kill_all_in(&folder.0.join("data/postgres/data"));
    // Not ready at first, then ready again, in the same process.
    let back = program.until_ready(BACK).await;
    sleep(Duration::from_millis(500)).await;
    let books = load.stop().await;
    println!("ready again after {back:?}");

    let findings = compare(program.address, &books).await;
    println!("{findings:?}");
    assert!(findings.acknowledged > 20, "there was no load: {findings:?}");
    assert_eq!(
        (findings.lost, findings.twice, findings.invented),
        (0, 0, 0),
        "{findings:?}"
    );
    let refused: u32 = books
        .iter()
        .flat_map(|b| &b.answers)
        .filter(|(status, _)| **status == 503)
        .map(|(_, n)| n)
        .sum();
    assert!(refused > 0, "nobody noticed that Postgres was away");
    for book in &books {
        assert!(
            book.answers.keys().all(|status| [201, 503].contains(status)),
            "{:?}",
            book.answers
        );
        assert_eq!(book.bad_refusals, Vec::<String>::new());
    }
}

/// The control: a Postgres that says "done" before it is, loses what it said.
#[tokio::test]
async fn ft_01_control_without_synchronous_commit_losses_are_seen() {
    let mut cluster = Cluster::start(&[
        "synchronous_commit=off",
        "wal_writer_delay=10000",
        "wal_buffers=16MB",
    ])
    .await;
    let folder = Folder::new();
    let program = Program::start(&folder, &cluster.environment()).await;
    let tokens = people(&program).await;
    // What came before the load is made safe, so that the people themselves are not lost.
    cluster.checkpoint().await;
    let load = Load::start(program.address, &tokens);
    sleep(BEFORE).await;
    cluster.kill().await;
    let books = load.stop().await;
    cluster.run().await;
    program.until_ready(BACK).await;
    let findings = compare(program.address, &books).await;
    println!("{findings:?}");
    assert!(
        findings.lost > 0,
        "this harness does not see a loss where there must be one: {findings:?}"
    );
}
