//! RLS-15: with 100 000 applications of 200 workspaces, no list and no number reads them all.
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use domain::{
    jobapps::{AddJobappInput, ListJobappsInput, Sort},
    users::LoginInput,
};
use service::{
    jobapps,
    limits::Client,
    metrics,
    testing::{Bench, PASSWORD},
    users,
};
use sqlx::PgPool;

const FILL: &str = "
    insert into job_application (tenant_id, owner_id, id, job_title, company, search_text, match_key, stage_id, moved_at,
      apply_date, source, created_at, updated_at)
    select m.tenant_id, m.user_id, gen_random_uuid(), 'Analyst ' || n, 'Company ' || n, 'analyst company ' || n, 'company ' || n,
      (select id from stage s where s.tenant_id = m.tenant_id and s.position = n % 5), timestamptz '2026-03-01' - n * interval '1 hour',
      date '2026-03-01' - n, 'LinkedIn', now(), timestamptz '2026-03-01' - n * interval '1 minute'
    from memberships m cross join generate_series(1, 500) n";
const OTHERS: &str = "
    with u as (
      insert into users (id, email, email_key, created_at)
      select gen_random_uuid(), n || '@x.yz', n || '@x.yz', now() from generate_series(1, 199) n returning id
    ), t as (
      insert into tenants (id, slug, name, kind, created_at) select id, id::text, '', 'personal', now() from u returning id
    ), m as (
      insert into memberships select id, id, 'owner', '', now() from t returning tenant_id
    )
    insert into stage select tenant_id, gen_random_uuid(), 'applied', 'x', n, now() from m cross join generate_series(0, 4) n";

async fn whole_reads(pool: &PgPool) -> i64 {
    let mut conn = pool.acquire().await.expect("connection");
    sqlx::query("select pg_stat_clear_snapshot()")
        .execute(&mut *conn)
        .await
        .expect("fresh");
    sqlx::query_scalar("select seq_scan from pg_stat_user_tables where relname = 'job_application'")
        .fetch_one(&mut *conn)
        .await
        .expect("statistics")
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn lists_and_numbers_use_indexes_that_begin_with_the_tenant(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    bench.person("ada").await.expect("ada");
    for sql in [OTHERS, FILL, "analyze"] {
        sqlx::raw_sql(sql).execute(&bench.owner).await.expect("filled");
    }
    let input = LoginInput {
        email: "ada@example.org".into(),
        password: PASSWORD.into(),
        tenant: None,
    };
    let tokens = users::login(&bench.services, input, &Client::unknown())
        .await
        .expect("in");
    let ada = users::caller_of_token(&bench.services, &tokens.access_token)
        .await
        .expect("caller");
    let s = &bench.services;
    let before = whole_reads(&bench.owner).await;
    for sort in [Sort::ApplyDate, Sort::UpdatedAt, Sort::Company] {
        let first = ListJobappsInput {
            sort: Some(sort),
            limit: Some(100),
            ..ListJobappsInput::default()
        };
        let page = jobapps::list(s, &ada, first.clone()).await.expect("page");
        let next = ListJobappsInput {
            cursor: page.pagination.next_cursor,
            ..first
        };
        assert_eq!(jobapps::list(s, &ada, next).await.expect("page").data.len(), 100);
    }
    let search = ListJobappsInput {
        q: Some("company 77".into()),
        ..ListJobappsInput::default()
    };
    assert_eq!(jobapps::list(s, &ada, search).await.expect("found").data.len(), 1);
    jobapps::board(s, &ada).await.expect("board");
    metrics::charts(s, &ada).await.expect("charts");
    assert_eq!(metrics::total(s, &ada).await.expect("total").count, 500);
    let new = AddJobappInput {
        job_title: "a".into(),
        company: "b".into(),
        ..AddJobappInput::default()
    };
    jobapps::add(s, &ada, new).await.expect("added");
    s.db.close().await; // what the connections counted is reported at the latest when they close
    let mut last = -1;
    for _ in 0..50 {
        let now = whole_reads(&bench.owner).await;
        if now == last {
            break;
        }
        last = now;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(last, before, "a statement read the whole table");
    // The check has teeth: reading the whole table is noticed.
    let mut conn = bench.owner.acquire().await.expect("connection");
    for sql in [
        "select count(*) from job_application where company like '%x'",
        "select pg_stat_force_next_flush()",
    ] {
        sqlx::query(sql).execute(&mut *conn).await.expect("statement");
    }
    assert!(whole_reads(&bench.owner).await > last);
}
