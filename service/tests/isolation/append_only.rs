//! What can be added and never changed: changes, the audit log and the events of applications.

use crate::fixture::{context, execute_in_context, fixture};
use sqlx::{AssertSqlSafe, Executor as _, PgPool};
use uuid::Uuid;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn changes_of_others_cannot_be_appended(pool: PgPool) {
    let mut s = fixture(pool).await;
    let append = |tenant: Uuid, owner: Option<Uuid>| {
        let owner = owner.map_or_else(|| "null".to_owned(), |owner| owner.to_string());
        let object = Uuid::nil();
        format!(
            "select count(append_changes('{tenant}', '{{note.created}}', '{{{object}}}', '{{{owner}}}', '{{null}}'))"
        )
    };
    let (ada, ben, cleo) = (context(s.ada), context(s.ben), context(s.cleo));
    let denied = Err("42501".to_owned());
    for (who, sql, expected) in [
        (ada.as_str(), append(s.ada.0, Some(s.ada.1)), Ok(1)),
        (&ada, append(s.ada.0, None), Ok(1)),
        ("select 1", append(s.ada.0, None), Ok(1)),
        (&ben, append(s.ada.0, Some(s.ben.1)), denied.clone()),
        (&ben, append(s.ada.0, None), denied.clone()),
        (&cleo, append(s.ada.0, Some(s.ada.1)), denied.clone()),
        ("select 1", append(s.ada.0, Some(s.ada.1)), denied.clone()),
        (
            &ada,
            "insert into changes select * from changes".into(),
            denied.clone(),
        ),
        (&ada, "update change_sequences set last_number = 0".into(), denied),
    ] {
        assert_eq!(
            execute_in_context(&mut s.login, who, &sql).await,
            expected,
            "{who}: {sql}"
        );
    }
}

/// The login adds events of accounts and members, and can do nothing else with the audit log. Members add their own events only.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn audit_events_can_be_added_and_never_changed(pool: PgPool) {
    let mut s = fixture(pool).await;
    let insert = |tenant: Uuid, actor: Uuid| {
        format!(
            "insert into audit_events (tenant_id, id, actor_kind, actor_id, action, occurred_at) \
             values ('{tenant}', gen_random_uuid(), 'user', '{actor}', 'signed_in', now())"
        )
    };
    let (ada, ben, cleo) = (s.ada, s.ben, s.cleo);
    let (of_ada, of_cleo) = (context(ada), context(cleo));
    let denied = Err("42501".to_owned());
    let count = "select count(*) from audit_events".to_owned();
    let mut expected_rows = 2; // those of the fixture
    sqlx::query("delete from audit_events where action <> 'signed_in' or details = '{}'")
        .execute(&s.app.owner)
        .await
        .expect("only rows of the fixture");
    for (context, sql, expected) in [
        ("select 1", insert(ben.0, ada.1), Ok(1)),
        ("select 1", count.clone(), denied.clone()),
        (
            "select 1",
            "update audit_events set action = 'x'".into(),
            denied.clone(),
        ),
        ("select 1", "delete from audit_events".into(), denied.clone()),
        (of_ada.as_str(), insert(ada.0, ada.1), Ok(1)),
        (&of_ada, insert(ada.0, cleo.1), denied.clone()),
        (&of_ada, insert(ben.0, ada.1), denied.clone()),
        (
            &of_ada,
            "update audit_events set action = 'x'".into(),
            denied.clone(),
        ),
        (&of_ada, "delete from audit_events".into(), denied.clone()),
        (&of_ada, count.clone(), Ok(expected_rows)),
        (&of_cleo, count.clone(), Ok(1)),
    ] {
        let result = execute_in_context(&mut s.login, context, &sql).await;
        assert_eq!(result, expected, "{context}: {sql}");
    }
    // An admin sees the events of others, too.
    sqlx::query("update memberships set role = 'admin' where user_id = $1")
        .bind(cleo.1)
        .execute(&s.app.owner)
        .await
        .expect("promoted");
    expected_rows = 2;
    let seen = execute_in_context(&mut s.login, &of_cleo, &count).await;
    assert_eq!(seen, Ok(expected_rows));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn purge_deletes_only_events_and_views_older_than_400_days(pool: PgPool) {
    let mut s = fixture(pool).await;
    let events = (
        "audit_events",
        "(tenant_id, id, actor_kind, actor_id, action, occurred_at) values ($1, gen_random_uuid(), 'user', $2, 'signed_in', ",
    );
    let views = (
        "access_log",
        "(tenant_id, id, owner_id, viewer_id, hour, viewed_at) \
         select $1, gen_random_uuid(), $2, $2, t, t from (values (",
    );
    for ((table, values), end) in [(events, ")"), (views, ")) v (t)")] {
        sqlx::query(AssertSqlSafe(format!("delete from {table}")))
            .execute(&s.app.owner)
            .await
            .expect("emptied");
        for age in ["399 days 23 hours", "400 days 1 hour", "900 days"] {
            let sql = format!("insert into {table} {values} now() - interval '{age}' {end}");
            sqlx::query(AssertSqlSafe(sql))
                .bind(s.ada.0)
                .bind(s.ada.1)
                .execute(&s.app.owner)
                .await
                .expect(table);
        }
        let purge = format!("select purge_{table}(1000)");
        let denied = execute_in_context(&mut s.login, &context(s.ada), &purge).await;
        assert_eq!(denied, Err("42501".into()), "not for the role of tenants");
        let purged: i32 = sqlx::query_scalar(AssertSqlSafe(purge))
            .fetch_one(&mut s.login)
            .await
            .expect("purged");
        assert_eq!(purged, 2, "{table}");
        let left: i64 = sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {table}")))
            .fetch_one(&s.app.owner)
            .await
            .expect("counted");
        assert_eq!(left, 1, "{table}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn application_events_are_append_only(pool: PgPool) {
    let mut s = fixture(pool).await;
    let retract = "select count(*) filter (where retract_last_event(tenant_id, id)) from job_applications";
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.ada), retract).await,
        Ok(0),
        "a creation stays"
    );
    let of_email = "insert into application_events \
        (tenant_id, owner_id, id, application_id, from_stage_id, to_stage_id, occurred_at, recorded_at, cause, mail_id) \
        select a.tenant_id, a.owner_id, gen_random_uuid(), a.id, a.stage_id, a.stage_id, now(), now() + interval '1 day', 'mail', m.id \
        from job_applications a join mail_messages m on m.tenant_id = a.tenant_id and m.owner_id = a.owner_id";
    s.app.owner.execute(of_email).await.expect("events of emails");
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.ada), retract).await,
        Ok(0),
        "what an email changed by itself stays"
    );
    let decide = "update application_events set actor_id = owner_id where mail_id is not null";
    s.app.owner.execute(decide).await.expect("decided by the users");
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.ada), retract).await,
        Ok(1),
        "what the user decided about an email"
    );
    for sql in [
        "update application_events set cause = 'rule'",
        "delete from application_events",
        "truncate application_events",
        "delete from job_applications",
    ] {
        assert_eq!(
            execute_in_context(&mut s.login, &context(s.ada), sql).await,
            Err("42501".into()),
            "{sql}"
        );
    }
}
