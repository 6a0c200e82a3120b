//! With 100,000 applications in 200 tenants, no list and no metric scans the whole table.
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests panic on unexpected errors and wait for statistics"
)]

use domain::{
    auth::LoginInput,
    jobapps::{AddApplicationInput, ListApplicationsInput, Sort},
    metrics::MetricsQuery,
};
use service::{
    auth::{self, Channel},
    context::ClientInfo,
    jobapps, metrics,
    testing::{PASSWORD, TestApp},
};
use sqlx::PgPool;

const INSERT_APPLICATIONS: &str = "
    insert into job_applications (tenant_id, owner_id, id, job_title, company, search_text, match_key, stage_id, stage_changed_at,
      apply_date, source, created_at, updated_at)
    select m.tenant_id, m.user_id, gen_random_uuid(), 'Analyst ' || n, 'Company ' || n, 'analyst company ' || n, 'company ' || n,
      (select id from stages s where s.tenant_id = m.tenant_id and s.position = n % 5), timestamptz '2026-03-01' - n * interval '1 hour',
      date '2026-03-01' - n, 'LinkedIn', now(), timestamptz '2026-03-01' - n * interval '1 minute'
    from memberships m cross join generate_series(1, 500) n";
const INSERT_OTHER_TENANTS: &str = "
    with u as (
      insert into users (id, email, email_normalized, created_at)
      select gen_random_uuid(), n || '@x.yz', n || '@x.yz', now() from generate_series(1, 199) n returning id
    ), t as (
      insert into tenants (id, slug, name, kind, created_at) select id, id::text, '', 'personal', now() from u returning id
    ), m as (
      insert into memberships select id, id, 'owner', '', now() from t returning tenant_id
    )
    insert into stages select tenant_id, gen_random_uuid(), 'applied', 'x', n, now() from m cross join generate_series(0, 4) n";

async fn count_sequential_scans(pool: &PgPool) -> i64 {
    let mut conn = pool.acquire().await.expect("connection");
    sqlx::query("select pg_stat_clear_snapshot()")
        .execute(&mut *conn)
        .await
        .expect("cleared");
    sqlx::query_scalar("select seq_scan from pg_stat_user_tables where relname = 'job_applications'")
        .fetch_one(&mut *conn)
        .await
        .expect("statistics")
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn lists_and_metrics_do_not_scan_the_table(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    app.register_user("ada").await.expect("ada");
    for sql in [INSERT_OTHER_TENANTS, INSERT_APPLICATIONS, "analyze"] {
        sqlx::raw_sql(sql).execute(&app.owner).await.expect("inserted");
    }
    let input = LoginInput {
        email: "ada@example.org".into(),
        password: PASSWORD.into(),
        tenant: None,
    };
    let sign_in = auth::login(&app.services, input, &ClientInfo::unknown(), Channel::Api)
        .await
        .expect("signed in");
    let tokens = sign_in.into_tokens().expect("tokens");
    let ada = auth::authenticate_token(&app.services, &tokens.access_token)
        .await
        .expect("caller");
    let s = &app.services;
    let before = count_sequential_scans(&app.owner).await;
    for sort in Sort::ALL {
        let first = ListApplicationsInput {
            sort: Some(sort),
            limit: Some(100),
            ..ListApplicationsInput::default()
        };
        let page = jobapps::list(s, &ada, first.clone()).await.expect("page");
        let next = ListApplicationsInput {
            cursor: page.pagination.next_cursor,
            ..first
        };
        assert_eq!(jobapps::list(s, &ada, next).await.expect("page").data.len(), 100);
    }
    let search = ListApplicationsInput {
        q: Some("company 77".into()),
        ..ListApplicationsInput::default()
    };
    assert_eq!(jobapps::list(s, &ada, search).await.expect("page").data.len(), 1);
    jobapps::get_board(s, &ada, ListApplicationsInput::default(), &[])
        .await
        .expect("board");
    metrics::dashboard(s, &ada, &MetricsQuery::default())
        .await
        .expect("charts");
    assert_eq!(
        metrics::total(s, &ada, &MetricsQuery::default())
            .await
            .expect("total")
            .count,
        500
    );
    let input = AddApplicationInput {
        job_title: "a".into(),
        company: "b".into(),
        ..AddApplicationInput::default()
    };
    jobapps::add(s, &ada, None, input).await.expect("added");
    s.db.close().await; // connections report their statistics at the latest when they close
    let mut last = -1;
    for _ in 0..50 {
        let now = count_sequential_scans(&app.owner).await;
        if now == last {
            break;
        }
        last = now;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(last, before, "a statement scanned the whole table");
    // Control: a sequential scan is detected.
    let mut conn = app.owner.acquire().await.expect("connection");
    for sql in [
        "select count(*) from job_applications where company like '%x'",
        "select pg_stat_force_next_flush()",
    ] {
        sqlx::query(sql).execute(&mut *conn).await.expect("statement");
    }
    assert!(count_sequential_scans(&app.owner).await > last);
}
