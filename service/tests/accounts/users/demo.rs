//! Demo accounts.

use crate::support::{count, forgot_password, run_jobs, test_app, test_app_with_smtp};
use chrono::TimeDelta;
use domain::{
    ApiError, ErrorCode, auth::ChangePasswordInput, coaching::ListClientsInput, metrics::MetricsQuery,
};
use service::{auth, context::ClientInfo, wiring};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn demo_account_has_the_time_zone_of_the_browser(pool: PgPool) {
    let app = test_app(pool);
    for (sent, stored) in [
        ("Europe/Berlin", "Europe/Berlin"),
        ("", "UTC"),
        ("Mars/Olympus", "UTC"),
    ] {
        let (user, _) = wiring::create_demo_user(&app.services, &ClientInfo::unknown(), sent)
            .await
            .expect("demo");
        assert_eq!(user.time_zone, stored);
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn demo_account_has_sample_data_and_expires_after_a_day(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("ada");
    let (user, tenant) = wiring::create_demo_user(&app.services, &ClientInfo::unknown(), "UTC")
        .await
        .expect("demo");
    wiring::create_demo_user(&app.services, &ClientInfo::unknown(), "UTC")
        .await
        .expect("second demo");
    let page = auth::authenticate_session(&app.services, user.id, uuid::Uuid::nil().into(), &tenant.slug)
        .await
        .expect("authenticated");
    let count = service::metrics::total(&app.services, &page, &MetricsQuery::default())
        .await
        .expect("total")
        .count;
    assert!(count > 90, "{count}");
    let months = service::metrics::by_month(&app.services, &page, &MetricsQuery::default())
        .await
        .expect("months");
    assert!(
        months.series.len() >= 5 && (0..12).all(|m| months.series.iter().any(|s| s.data[m] > 0)),
        "{months:?}"
    );
    // The state of each application is that of its last event.
    let inconsistent: i64 = sqlx::query_scalar(
        "select count(*) from job_applications a where (a.stage_id, coalesce(a.outcome, '')) is distinct from \
         (select (e.to_stage_id, coalesce(e.outcome, '')) from application_events e where e.application_id = a.id \
          order by e.recorded_at desc, e.id desc limit 1)",
    )
    .fetch_one(&app.owner)
    .await
    .expect("count");
    assert_eq!(inconsistent, 0);
    app.clock.advance(TimeDelta::hours(25));
    wiring::delete_expired(&app.services).await.expect("deleted");
    let left: Vec<String> = sqlx::query_scalar("select email from users")
        .fetch_all(&app.owner)
        .await
        .expect("users");
    assert_eq!(left, [ada.user.email]);
    let rows: i64 = sqlx::query_scalar("select count(*) from job_applications")
        .fetch_one(&app.owner)
        .await
        .expect("rows");
    assert_eq!(rows, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn demo_user_gets_no_email(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    let client = ClientInfo::unknown();
    let (demo, _) = wiring::create_demo_user(&app.services, &client, "UTC")
        .await
        .expect("demo");
    forgot_password(&app, &demo.email).await.expect("requested");
    run_jobs(&app).await;
    assert!(smtp.emails().is_empty());
    assert_eq!(count(&app, "select count(*) from outbound_emails").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn demo_user_gets_no_sign_in_method(pool: PgPool) {
    let app = test_app(pool);
    let client = ClientInfo::unknown();
    let (demo, tenant) = wiring::create_demo_user(&app.services, &client, "UTC")
        .await
        .expect("demo");
    let caller = auth::authenticate_session(&app.services, demo.id, uuid::Uuid::nil().into(), &tenant.slug)
        .await
        .expect("authenticated");
    let input = ChangePasswordInput {
        current_password: None,
        new_password: "seven quiet cats herd sheep".into(),
    };
    let changed = auth::change_password(&app.services, &caller, input, &client).await;
    let linked = auth::oauth::link_linkedin(&app.services, demo.id, "demo").await;
    for result in [changed, linked] {
        assert_eq!(
            ApiError::from(result.expect_err("rejected")).code,
            ErrorCode::Forbidden
        );
    }
    let methods = "select count(*) from users u left join identities i on i.user_id = u.id \
                   where u.password_hash is not null or i.id is not null";
    assert_eq!(count(&app, methods).await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn demo_email_belongs_to_the_applications_or_waits_for_a_decision(pool: PgPool) {
    let app = test_app(pool);
    let (_, tenant) = wiring::create_demo_user(&app.services, &ClientInfo::unknown(), "UTC")
        .await
        .expect("demo");
    let rows: Vec<(String, String, String, Option<uuid::Uuid>, bool)> = sqlx::query_as(
        "select subject, kind, decision, application_id, explanation <> '[]' from mail_messages where tenant_id = $1 order by sent_at, id",
    )
    .bind(tenant.id.0)
    .fetch_all(&app.owner)
    .await
    .expect("messages");
    let with = |decision: &str| rows.iter().filter(|row| row.2 == decision).collect::<Vec<_>>();
    let automatic = with("automatic");
    assert_eq!(automatic.len(), 14, "{rows:#?}");
    assert!(automatic.iter().all(|row| row.3.is_some() && row.4), "{rows:#?}");
    for kind in ["confirmation", "interview", "offer"] {
        assert!(automatic.iter().any(|row| row.1 == kind), "{kind}: {rows:#?}");
    }
    assert_eq!((with("review").len(), with("ignored").len()), (2, 2), "{rows:#?}");
    let from_mail: i64 = sqlx::query_scalar(
        "select count(*) from application_events where tenant_id = $1 and mail_id is not null",
    )
    .bind(tenant.id.0)
    .fetch_one(&app.owner)
    .await
    .expect("count");
    assert_eq!(
        from_mail, 0,
        "the history of the demo says already what the email says"
    );
    let files: i64 = sqlx::query_scalar("select count(*) from files where tenant_id = $1")
        .bind(tenant.id.0)
        .fetch_one(&app.owner)
        .await
        .expect("count");
    assert_eq!(files, 2);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn demo_organization_has_clients_groups_and_metrics_and_expires(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("ada");
    let client = ClientInfo::unknown();
    let started = std::time::Instant::now();
    let (coach, tenant) = wiring::create_demo_organization(&app.services, &client, "Europe/Berlin")
        .await
        .expect("demo");
    println!("created in {:?}", started.elapsed());
    let caller = auth::authenticate_session(&app.services, coach.id, uuid::Uuid::nil().into(), &tenant.slug)
        .await
        .expect("authenticated");
    assert_eq!(caller.tenant.role, domain::tenants::Role::Coach);
    let clients = service::coaching::list_clients(&app.services, &caller, ListClientsInput::default())
        .await
        .expect("clients")
        .data;
    assert!(
        clients.len() == 2 && clients.iter().all(|c| c.open_applications > 0),
        "{clients:?}"
    );
    let groups = service::organizations::list_groups(&app.services, &caller)
        .await
        .expect("groups");
    let sizes: Vec<i64> = groups.iter().map(|group| group.member_count).collect();
    assert_eq!(sizes, [6, 3, 6]);
    let metrics = async |group_id| {
        let query = domain::metrics::CohortQuery {
            group_id,
            ..Default::default()
        };
        service::metrics::cohort(&app.services, &caller, &query)
            .await
            .expect("metrics")
    };
    let everyone = metrics(None).await;
    assert_eq!((everyone.months.len(), everyone.members), (12, 12));
    assert!(
        everyone.months[1..]
            .iter()
            .all(|month| month.applications > Some(20))
            && everyone.response_rate > Some(0.2),
        "{everyone:?}"
    );
    assert!(everyone.median_response_days.is_some());
    assert!(metrics(Some(groups[0].id)).await.applications.is_some());
    assert!(metrics(Some(groups[1].id)).await.is_hidden(), "three people");
    app.clock.advance(TimeDelta::hours(25));
    wiring::delete_expired(&app.services).await.expect("deleted");
    let left: Vec<String> = sqlx::query_scalar("select email from users")
        .fetch_all(&app.owner)
        .await
        .expect("users");
    assert_eq!(left, [ada.user.email]);
    for table in ["tenants", "job_applications", "groups", "cohort_entries"] {
        let expected = i64::from(table == "tenants");
        assert_eq!(
            count(&app, &format!("select count(*) from {table}")).await,
            expected,
            "{table}"
        );
    }
}
