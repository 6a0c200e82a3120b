//! HT-8: a list that is read page by page while others are added misses nothing and repeats nothing.

use domain::jobapps::{AddJobappInput, ListJobappsInput, Sort};
use service::{jobapps, testing::Bench};
use sqlx::PgPool;
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::task::JoinSet;

fn new(n: usize) -> AddJobappInput {
    AddJobappInput {
        job_title: format!("Clerk {n}"),
        company: format!("Company {}", n * 7919 % 1000),
        application_date: format!("2026-{:02}-{:02}", n % 3 + 1, n % 28 + 1).parse().ok(),
        ..AddJobappInput::default()
    }
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_scan_during_a_thousand_inserts_misses_and_repeats_nothing(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let ada = Arc::new(bench.person("ada").await.expect("ada"));
    let s = Arc::new(bench.services.clone());
    let mut before = BTreeSet::new();
    for n in 0..200 {
        before.insert(jobapps::add(&s, &ada, new(n)).await.expect("added").id);
    }
    let added = Arc::new(AtomicUsize::new(0));
    let mut adding = JoinSet::new();
    for writer in 0..4 {
        let (s, ada, added) = (s.clone(), ada.clone(), added.clone());
        adding.spawn(async move {
            for n in 0..250 {
                jobapps::add(&s, &ada, new(1000 + writer * 250 + n))
                    .await
                    .expect("added");
                added.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    let mut scans = 0;
    while scans < 3 || added.load(Ordering::Relaxed) < 1000 {
        for sort in [Sort::ApplyDate, Sort::UpdatedAt, Sort::Company] {
            let (mut seen, mut cursor) = (BTreeSet::new(), None);
            loop {
                let input = ListJobappsInput {
                    sort: Some(sort),
                    limit: Some(17),
                    cursor,
                    ..ListJobappsInput::default()
                };
                let page = jobapps::list(&s, &ada, input).await.expect("page");
                for row in page.data {
                    assert!(seen.insert(row.id), "{sort:?} repeats {}", row.company);
                }
                cursor = page.pagination.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            assert!(before.is_subset(&seen), "{sort:?} misses some");
        }
        scans += 1;
    }
    while let Some(done) = adding.join_next().await {
        done.expect("writer");
    }
}
