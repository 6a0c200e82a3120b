//! Web sessions.

use crate::support::{login, test_app};
use chrono::TimeDelta;
use service::{
    auth::{SESSION_IDLE_TIMEOUT, SESSION_MAX_LIFETIME, SessionStore, USER_ID_KEY},
    platform::clock::Clock as _,
    testing::{PASSWORD, TestApp},
};
use sqlx::PgPool;
use std::collections::HashMap;
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore as _,
    session::{Id, Record},
};

fn record(app: &TestApp, user: Option<&str>) -> Record {
    let expires_at = (app.clock.now() + SESSION_MAX_LIFETIME).timestamp();
    let data = user
        .map(|u| (USER_ID_KEY.to_owned(), u.into()))
        .into_iter()
        .collect::<HashMap<_, _>>();
    Record {
        id: Id::default(),
        data,
        expiry_date: OffsetDateTime::from_unix_timestamp(expires_at).expect("time"),
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn saving_revoked_session_does_not_restore_it(pool: PgPool) {
    let app = test_app(pool);
    let user = app.register_user("ada").await.expect("ada").user.id.to_string();
    let store = SessionStore::new(app.services.clone());
    for round in 0..20 {
        let mut created = record(&app, Some(&user));
        store.create(&mut created).await.expect("created");
        let mut loaded = store.load(&created.id).await.expect("load").expect("session");
        store.delete(&created.id).await.expect("revoked");
        loaded.data.insert("theme".into(), round.into());
        store.save(&loaded).await.expect("no error");
        assert_eq!(
            store.load(&created.id).await.expect("load"),
            None,
            "round {round}"
        );
    }
    let rows: i64 = sqlx::query_scalar("select count(*) from sessions where kind = 'web'")
        .fetch_one(&app.owner)
        .await
        .expect("rows");
    assert_eq!(rows, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_save_is_rejected(pool: PgPool) {
    let app = test_app(pool);
    let store = SessionStore::new(app.services.clone());
    let mut created = record(&app, None);
    store.create(&mut created).await.expect("created");
    let mut first = store.load(&created.id).await.expect("load").expect("session");
    let mut second = first.clone();
    first.data.insert("a".into(), 1.into());
    second.data.insert("b".into(), 2.into());
    store.save(&first).await.expect("saved");
    assert!(store.save(&second).await.is_err());
    let stored = store.load(&created.id).await.expect("load").expect("session");
    assert_eq!(
        (stored.data.get("a"), stored.data.get("b")),
        (Some(&1.into()), None)
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn session_id_and_refresh_token_are_stored_only_as_hashes(pool: PgPool) {
    let app = test_app(pool);
    let store = SessionStore::new(app.services.clone());
    let mut created = record(&app, None);
    store.create(&mut created).await.expect("created");
    app.register_user("ada").await.expect("ada");
    let tokens = login(&app, "ada", PASSWORD, "curl").await.expect("login");
    let dump: Vec<String> =
        sqlx::query_scalar("select s::text from sessions s union all select r::text from refresh_tokens r")
            .fetch_all(&app.owner)
            .await
            .expect("dump");
    let dump = dump.join("\n");
    assert!(!dump.contains(&created.id.to_string()) && !dump.contains(&tokens.refresh_token));
    assert!(dump.contains("\\x"), "hashes are stored");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn session_expires_when_idle_and_after_maximum_lifetime(pool: PgPool) {
    let app = test_app(pool);
    let store = SessionStore::new(app.services.clone());
    let mut idle = record(&app, None);
    store.create(&mut idle).await.expect("created");
    app.clock.advance(SESSION_IDLE_TIMEOUT + TimeDelta::seconds(1));
    assert_eq!(store.load(&idle.id).await.expect("load"), None);
    let mut busy = record(&app, None);
    store.create(&mut busy).await.expect("created");
    for _ in 0..30 {
        app.clock.advance(TimeDelta::hours(23));
        assert!(
            store.load(&busy.id).await.expect("load").is_some(),
            "used within the idle timeout"
        );
    }
    // Requests and saves do not extend the maximum lifetime.
    let mut loaded = store.load(&busy.id).await.expect("load").expect("session");
    loaded.expiry_date += time::Duration::days(30);
    store.save(&loaded).await.expect("saved");
    app.clock.advance(TimeDelta::hours(31));
    assert_eq!(
        store.load(&busy.id).await.expect("load"),
        None,
        "older than 30 days"
    );
}
