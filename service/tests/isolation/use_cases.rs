//! Use cases that take an id, called with ids of another tenant.

use domain::{
    ErrorCode, JobApplicationId, MailMessageId, StageId,
    jobapps::{
        AddApplicationInput, JobApplication, ListApplicationsInput, MergeApplicationsInput,
        SplitApplicationInput, UpdateApplicationInput,
    },
    metrics::MetricsQuery,
};
use service::{Error, context::Caller, jobapps, mail, metrics, testing::TestApp};
use sqlx::PgPool;
use uuid::Uuid;

async fn application(app: &TestApp, caller: &Caller, company: &str) -> JobApplication {
    let input = AddApplicationInput {
        job_title: "Analyst".into(),
        company: company.into(),
        ..AddApplicationInput::default()
    };
    jobapps::add(&app.services, caller, None, input)
        .await
        .expect("added")
}

#[cfg(feature = "no_where_tenant")]
fn misdirect(victim: Option<&Caller>) {
    service::platform::db::with_wrong_tenant::set(victim.map(|v| (v.tenant.id, v.user.id)));
}
#[cfg(not(feature = "no_where_tenant"))]
fn misdirect(_: Option<&Caller>) {}

fn code(error: Error) -> ErrorCode {
    domain::ApiError::from(error).code
}

async fn snapshot(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "select a::text from job_applications a union all select e::text from application_events e order by 1",
    )
    .fetch_all(pool)
    .await
    .expect("rows")
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn id_of_another_tenant_is_not_found(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let (ada, ben) = (
        app.register_user("ada").await.expect("ada"),
        app.register_user("ben").await.expect("ben"),
    );
    let ada_application = application(&app, &ada, "CANARY-A").await;
    let ben_application = application(&app, &ben, "Own").await;
    let before = snapshot(&app.owner).await;
    misdirect(Some(&ada));
    let s = &app.services;
    let unknown = JobApplicationId(Uuid::from_u128(9));
    for id in [ada_application.id, unknown] {
        assert_eq!(
            jobapps::list_events(s, &ben, id).await.map_err(code),
            Err(ErrorCode::NotFound)
        );
        let input = UpdateApplicationInput::to_stage(id, ben_application.application_status.id);
        assert_eq!(
            jobapps::move_stage(s, &ben, input).await.map_err(code),
            Err(ErrorCode::NotFound)
        );
    }
    for (jobapp_id, other_id) in [
        (ada_application.id, ben_application.id),
        (ben_application.id, ada_application.id),
    ] {
        let input = MergeApplicationsInput { jobapp_id, other_id };
        assert_eq!(
            jobapps::merge(s, &ben, input).await.map_err(code).err(),
            Some(ErrorCode::NotFound)
        );
    }
    let split = SplitApplicationInput {
        jobapp_id: ada_application.id,
        mail_ids: vec![MailMessageId(Uuid::from_u128(9))],
    };
    assert_eq!(
        mail::split_application(s, &ben, None, split)
            .await
            .map_err(code)
            .err(),
        Some(ErrorCode::NotFound)
    );
    let listed = jobapps::list(s, &ben, ListApplicationsInput::default())
        .await
        .expect("list");
    let board = jobapps::get_board(s, &ben, ListApplicationsInput::default(), &[])
        .await
        .expect("board");
    let by_month = metrics::by_month(s, &ben, &MetricsQuery::default())
        .await
        .expect("months");
    let stages = jobapps::list_stages(s, &ben).await.expect("stages");
    for text in [format!("{listed:?}"), format!("{board:?}"), format!("{stages:?}")] {
        assert!(
            !text.contains("CANARY-A") && !text.contains(&ada_application.id.to_string()),
            "{text}"
        );
        assert!(
            !text.contains(&ada_application.application_status.id.to_string()),
            "{text}"
        );
    }
    let counted: i64 = by_month.series.iter().flat_map(|s| &s.data).sum();
    let own = i64::from(!cfg!(feature = "no_where_tenant"));
    assert_eq!(
        (
            counted,
            metrics::total(s, &ben, &MetricsQuery::default())
                .await
                .expect("total")
                .count
        ),
        (own, own)
    );
    assert_eq!(snapshot(&app.owner).await, before, "nothing was written");
    misdirect(None);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn stage_of_another_tenant_is_not_found(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let (ada, ben) = (
        app.register_user("ada").await.expect("ada"),
        app.register_user("ben").await.expect("ben"),
    );
    let ada_application = application(&app, &ada, "A").await;
    let ben_application = application(&app, &ben, "B").await;
    let before = snapshot(&app.owner).await;
    misdirect(Some(&ada));
    let unknown = StageId(Uuid::from_u128(9));
    for stage in [ada_application.application_status.id, unknown] {
        let input = UpdateApplicationInput::to_stage(ben_application.id, stage);
        assert_eq!(
            jobapps::move_stage(&app.services, &ben, input)
                .await
                .map_err(code),
            Err(ErrorCode::NotFound)
        );
        let input = AddApplicationInput {
            job_title: "x".into(),
            company: "y".into(),
            status_id: Some(stage),
            ..AddApplicationInput::default()
        };
        assert_eq!(
            jobapps::add(&app.services, &ben, None, input).await.map_err(code),
            Err(ErrorCode::NotFound)
        );
    }
    assert_eq!(snapshot(&app.owner).await, before);
    misdirect(None);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn same_company_in_two_tenants_does_not_conflict(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let (ada, ben) = (
        app.register_user("ada").await.expect("ada"),
        app.register_user("ben").await.expect("ben"),
    );
    application(&app, &ada, "Hearth Homes").await;
    application(&app, &ben, "Hearth Homes").await;
    assert_eq!(
        metrics::total(&app.services, &ben, &MetricsQuery::default())
            .await
            .expect("total")
            .count,
        1
    );
}

/// Many concurrent requests of two users on five connections, some of them cancelled.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_and_cancelled_requests_share_connections_without_leaks(pool: PgPool) {
    let app = std::sync::Arc::new(TestApp::new(pool).expect("app"));
    let (ada, ben) = (
        app.register_user("ada").await.expect("ada"),
        app.register_user("ben").await.expect("ben"),
    );
    application(&app, &ada, "CANARY-A").await;
    application(&app, &ben, "CANARY-B").await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..400_u32 {
        let (app, caller) = (app.clone(), if n % 2 == 0 { ada.clone() } else { ben.clone() });
        tasks.spawn(async move {
            let request = jobapps::list(&app.services, &caller, ListApplicationsInput::default());
            // Every fifth request is cancelled.
            if n % 5 == 0 {
                let _ =
                    tokio::time::timeout(std::time::Duration::from_micros(u64::from(n) * 7), request).await;
                return;
            }
            let text = format!("{:?}", request.await.expect("list"));
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
    .fetch_one(&app.owner)
    .await
    .expect("activity");
    assert_eq!(stuck, 0);
}
