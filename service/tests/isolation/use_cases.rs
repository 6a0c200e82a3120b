//! RLS-6, RLS-12, AZ-2: every use case that takes an id, called with somebody else's.

use domain::{
    ErrorCode, JobApplicationId, StageId,
    jobapps::{AddJobappInput, JobApplication, ListJobappsInput, UpdateJobappInput},
};
use service::{Error, jobapps, metrics, tenants::Caller, testing::Bench};
use sqlx::PgPool;
use uuid::Uuid;

async fn application(bench: &Bench, caller: &Caller, company: &str) -> JobApplication {
    let input = AddJobappInput {
        job_title: "Analyst".into(),
        company: company.into(),
        ..AddJobappInput::default()
    };
    jobapps::add(&bench.services, caller, input).await.expect("added")
}

#[cfg(feature = "no_where_tenant")]
fn misdirect(victim: Option<&Caller>) {
    service::db::misdirect::to(victim.map(|v| (v.tenant.id, v.user.id)));
}
#[cfg(not(feature = "no_where_tenant"))]
fn misdirect(_: Option<&Caller>) {}

fn code(error: Error) -> ErrorCode {
    domain::ApiError::from(error).code
}

async fn rows(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "select a::text from job_application a union all select e::text from application_event e order by 1",
    )
    .fetch_all(pool)
    .await
    .expect("rows")
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn another_tenants_ids_do_not_exist(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let (ada, ben) = (
        bench.person("ada").await.expect("ada"),
        bench.person("ben").await.expect("ben"),
    );
    let hers = application(&bench, &ada, "CANARY-A").await;
    let his = application(&bench, &ben, "Own").await;
    let before = rows(&bench.owner).await;
    misdirect(Some(&ada));
    let s = &bench.services;
    let nobodys = JobApplicationId(Uuid::from_u128(9));
    for id in [hers.id, nobodys] {
        assert_eq!(
            jobapps::history(s, &ben, id).await.map_err(code),
            Err(ErrorCode::NotFound)
        );
        let wish = UpdateJobappInput::to_stage(id, his.application_status.id);
        assert_eq!(
            jobapps::update(s, &ben, wish).await.map_err(code),
            Err(ErrorCode::NotFound)
        );
    }
    let listed = jobapps::list(s, &ben, ListJobappsInput::default())
        .await
        .expect("list");
    let board = jobapps::board(s, &ben).await.expect("board");
    let by_month = metrics::by_month(s, &ben).await.expect("months");
    let statuses = jobapps::statuses(s, &ben).await.expect("statuses");
    for text in [
        format!("{listed:?}"),
        format!("{board:?}"),
        format!("{statuses:?}"),
    ] {
        assert!(
            !text.contains("CANARY-A") && !text.contains(&hers.id.to_string()),
            "{text}"
        );
        assert!(!text.contains(&hers.application_status.id.to_string()), "{text}");
    }
    let counted: i64 = by_month.series.iter().flat_map(|s| &s.data).sum();
    let own = i64::from(!cfg!(feature = "no_where_tenant"));
    assert_eq!(
        (counted, metrics::total(s, &ben).await.expect("total").count),
        (own, own)
    );
    assert_eq!(rows(&bench.owner).await, before, "nothing was written");
    misdirect(None);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn another_tenants_stage_is_refused_and_nothing_is_written(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let (ada, ben) = (
        bench.person("ada").await.expect("ada"),
        bench.person("ben").await.expect("ben"),
    );
    let hers = application(&bench, &ada, "A").await;
    let his = application(&bench, &ben, "B").await;
    let before = rows(&bench.owner).await;
    misdirect(Some(&ada));
    let nobodys = StageId(Uuid::from_u128(9));
    for stage in [hers.application_status.id, nobodys] {
        let wish = UpdateJobappInput::to_stage(his.id, stage);
        assert_eq!(
            jobapps::update(&bench.services, &ben, wish).await.map_err(code),
            Err(ErrorCode::NotFound)
        );
        let input = AddJobappInput {
            job_title: "x".into(),
            company: "y".into(),
            status_id: Some(stage),
            ..AddJobappInput::default()
        };
        assert_eq!(
            jobapps::add(&bench.services, &ben, input).await.map_err(code),
            Err(ErrorCode::NotFound)
        );
    }
    assert_eq!(rows(&bench.owner).await, before);
    misdirect(None);
}

/// RLS-6: the same company in two workspaces is no conflict, and nobody learns of the other.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_same_company_in_two_workspaces_is_nobodys_business(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let (ada, ben) = (
        bench.person("ada").await.expect("ada"),
        bench.person("ben").await.expect("ben"),
    );
    application(&bench, &ada, "Hearth Homes").await;
    application(&bench, &ben, "Hearth Homes").await;
    assert_eq!(
        metrics::total(&bench.services, &ben).await.expect("total").count,
        1
    );
}

/// RLS-14: many people through few connections, some of them hanging up: each sees only their own.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn few_connections_serve_many_people_without_mixing_them(pool: PgPool) {
    let bench = std::sync::Arc::new(Bench::new(pool).expect("bench"));
    let (ada, ben) = (
        bench.person("ada").await.expect("ada"),
        bench.person("ben").await.expect("ben"),
    );
    application(&bench, &ada, "CANARY-A").await;
    application(&bench, &ben, "CANARY-B").await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..400_u32 {
        let (bench, caller) = (bench.clone(), if n % 2 == 0 { ada.clone() } else { ben.clone() });
        tasks.spawn(async move {
            let work = jobapps::list(&bench.services, &caller, ListJobappsInput::default());
            // Every fifth hangs up in the middle.
            if n % 5 == 0 {
                let _ = tokio::time::timeout(std::time::Duration::from_micros(u64::from(n) * 7), work).await;
                return;
            }
            let text = format!("{:?}", work.await.expect("list"));
            let (own, other) = if n % 2 == 0 {
                ("CANARY-A", "CANARY-B")
            } else {
                ("CANARY-B", "CANARY-A")
            };
            assert!(text.contains(own) && !text.contains(other));
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no panic");
    }
    let stuck: i64 = sqlx::query_scalar(
        "select count(*) from pg_stat_activity where datname = current_database() and state = 'idle in transaction' and usename = 'jobhax_login' and state_change < now() - interval '1 second'",
    )
    .fetch_one(&bench.owner)
    .await
    .expect("activity");
    assert_eq!(stuck, 0);
}
