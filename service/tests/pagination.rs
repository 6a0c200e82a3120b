//! Cursor pagination during concurrent inserts.

use domain::jobapps::{AddApplicationInput, ListApplicationsInput, Sort};
use service::{jobapps, testing::TestApp};
use sqlx::PgPool;
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::task::JoinSet;

fn application(n: usize) -> AddApplicationInput {
    AddApplicationInput {
        job_title: format!("Clerk {n}"),
        company: format!("Company {}", n * 7919 % 1000),
        application_date: format!("2026-{:02}-{:02}", n % 3 + 1, n % 28 + 1).parse().ok(),
        ..AddApplicationInput::default()
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn pages_neither_skip_nor_repeat_rows_during_inserts(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let ada = Arc::new(app.register_user("ada").await.expect("ada"));
    let s = Arc::new(app.services.clone());
    let mut initial_ids = BTreeSet::new();
    for n in 0..200 {
        initial_ids.insert(
            jobapps::add(&s, &ada, None, application(n))
                .await
                .expect("added")
                .id,
        );
    }
    let added = Arc::new(AtomicUsize::new(0));
    let mut writers = JoinSet::new();
    for writer in 0..4 {
        let (s, ada, added) = (s.clone(), ada.clone(), added.clone());
        writers.spawn(async move {
            for n in 0..250 {
                jobapps::add(&s, &ada, None, application(1000 + writer * 250 + n))
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
                let input = ListApplicationsInput {
                    sort: Some(sort),
                    limit: Some(17),
                    cursor,
                    ..ListApplicationsInput::default()
                };
                let page = jobapps::list(&s, &ada, input).await.expect("page");
                for row in page.data {
                    assert!(seen.insert(row.id), "{sort:?} repeats {:?}", row.company);
                }
                cursor = page.pagination.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            assert!(initial_ids.is_subset(&seen), "{sort:?} skips rows");
        }
        scans += 1;
    }
    while let Some(done) = writers.join_next().await {
        done.expect("writer");
    }
}
