//! SE-1, SE-2, SE-4, SE-6, PW-9, TK-7, TK-8, F1, AT-1 to AT-4: sessions and tokens, on a real database.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use chrono::TimeDelta;
use domain::{
    ErrorCode,
    users::{LoginInput, LogoutInput, RefreshInput, TokenSet},
};
use service::{
    Error,
    limits::Client,
    testing::{Bench, PASSWORD},
    users::{self, IDLE, LIFETIME, SessionStore, USER_KEY},
};
use sqlx::PgPool;
use std::{collections::HashMap, sync::Arc};
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore as _,
    session::{Id, Record},
};

fn record(bench: &Bench, user: Option<&str>) -> Record {
    use service::clock::Clock as _;
    let until = (bench.clock.now() + LIFETIME).timestamp();
    let data = user
        .map(|u| (USER_KEY.to_owned(), u.into()))
        .into_iter()
        .collect::<HashMap<_, _>>();
    Record {
        id: Id::default(),
        data,
        expiry_date: OffsetDateTime::from_unix_timestamp(until).expect("time"),
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorCode {
    domain::ApiError::from(result.expect_err("refused")).code
}

async fn login(bench: &Bench, name: &str) -> TokenSet {
    let input = LoginInput {
        email: format!("{name}@example.org"),
        password: PASSWORD.into(),
        tenant: None,
    };
    users::login(&bench.services, input, &Client::unknown())
        .await
        .expect("logged in")
}

fn with(token: &str) -> RefreshInput {
    RefreshInput {
        refresh_token: token.to_owned(),
        tenant: None,
    }
}

/// F1, AT-2: one request has loaded the session, another ends it, the first saves. It stays ended.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_ended_session_stays_ended(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let user = bench.person("ada").await.expect("ada").user.id.to_string();
    let store = SessionStore::new(bench.services.clone());
    for round in 0..20 {
        let mut created = record(&bench, Some(&user));
        store.create(&mut created).await.expect("created");
        let mut loaded = store.load(&created.id).await.expect("load").expect("there");
        store.delete(&created.id).await.expect("ended");
        loaded.data.insert("theme".into(), round.into());
        store
            .save(&loaded)
            .await
            .expect("saving what has ended is no error");
        assert_eq!(
            store.load(&created.id).await.expect("load"),
            None,
            "round {round}"
        );
    }
    let rows: i64 = sqlx::query_scalar("select count(*) from sessions where kind = 'web'")
        .fetch_one(&bench.owner)
        .await
        .expect("rows");
    assert_eq!(rows, 0);
}

/// AT-4: of two requests that write at once the second is told so.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_write_of_another_request_is_not_lost(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let store = SessionStore::new(bench.services.clone());
    let mut created = record(&bench, None);
    store.create(&mut created).await.expect("created");
    let mut first = store.load(&created.id).await.expect("load").expect("there");
    let mut second = first.clone();
    first.data.insert("a".into(), 1.into());
    second.data.insert("b".into(), 2.into());
    store.save(&first).await.expect("saved");
    assert!(store.save(&second).await.is_err());
    let kept = store.load(&created.id).await.expect("load").expect("there");
    assert_eq!((kept.data.get("a"), kept.data.get("b")), (Some(&1.into()), None));
}

/// SE-6, AT-94: nothing in the database can be used as a cookie.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_database_holds_no_usable_cookie(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let store = SessionStore::new(bench.services.clone());
    let mut created = record(&bench, None);
    store.create(&mut created).await.expect("created");
    let tokens = bench
        .person("ada")
        .await
        .map(|_| ())
        .and(Ok::<_, Error>(login(&bench, "ada").await))
        .expect("tokens");
    let dump: Vec<String> =
        sqlx::query_scalar("select s::text from sessions s union all select r::text from refresh_tokens r")
            .fetch_all(&bench.owner)
            .await
            .expect("dump");
    let dump = dump.join("\n");
    assert!(!dump.contains(&created.id.to_string()) && !dump.contains(&tokens.refresh_token));
    assert!(dump.contains("\\x"), "hashes are there");
}

/// SE-4.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_session_ends_when_idle_and_when_old(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let store = SessionStore::new(bench.services.clone());
    let mut idle = record(&bench, None);
    store.create(&mut idle).await.expect("created");
    bench.clock.advance(IDLE + TimeDelta::seconds(1));
    assert_eq!(store.load(&idle.id).await.expect("load"), None);
    let mut busy = record(&bench, None);
    store.create(&mut busy).await.expect("created");
    for _ in 0..30 {
        bench.clock.advance(TimeDelta::hours(23));
        assert!(
            store.load(&busy.id).await.expect("load").is_some(),
            "used every day"
        );
    }
    // Using and saving it does not move the end.
    let mut loaded = store.load(&busy.id).await.expect("load").expect("there");
    loaded.expiry_date += time::Duration::days(30);
    store.save(&loaded).await.expect("saved");
    bench.clock.advance(TimeDelta::hours(31));
    assert_eq!(
        store.load(&busy.id).await.expect("load"),
        None,
        "thirty days are over"
    );
}

/// TK-5: an ended session takes its access tokens with it, at once.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn logout_kills_tokens_at_once(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    bench.person("ada").await.expect("ada");
    let (one, two) = (login(&bench, "ada").await, login(&bench, "ada").await);
    let s = &bench.services;
    let caller = users::caller_of_token(s, &one.access_token).await.expect("holds");
    users::logout(s, &caller, LogoutInput::default())
        .await
        .expect("out");
    assert_eq!(
        code(users::caller_of_token(s, &one.access_token).await),
        ErrorCode::Unauthorized
    );
    assert_eq!(
        code(users::refresh(s, with(&one.refresh_token), &Client::unknown()).await),
        ErrorCode::InvalidToken
    );
    let caller = users::caller_of_token(s, &two.access_token)
        .await
        .expect("the other one holds");
    users::logout(s, &caller, LogoutInput { everywhere: true })
        .await
        .expect("out");
    assert_eq!(
        code(users::caller_of_token(s, &two.access_token).await),
        ErrorCode::Unauthorized
    );
}

/// TK-7: a token used twice means that one of two holders stole it.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_reused_refresh_token_ends_the_session(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    bench.person("ada").await.expect("ada");
    let s = &bench.services;
    let first = login(&bench, "ada").await;
    let second = users::refresh(s, with(&first.refresh_token), &Client::unknown())
        .await
        .expect("exchanged");
    assert!(
        users::caller_of_token(s, &first.access_token).await.is_ok(),
        "the earlier access token lives out its minutes"
    );
    // Within ten seconds it is a busy program.
    bench.clock.advance(TimeDelta::seconds(9));
    assert_eq!(
        code(users::refresh(s, with(&first.refresh_token), &Client::unknown()).await),
        ErrorCode::InvalidToken
    );
    let third = users::refresh(s, with(&second.refresh_token), &Client::unknown())
        .await
        .expect("still alive");
    bench.clock.advance(TimeDelta::seconds(11));
    assert_eq!(
        code(users::refresh(s, with(&second.refresh_token), &Client::unknown()).await),
        ErrorCode::InvalidToken
    );
    assert_eq!(
        code(users::refresh(s, with(&third.refresh_token), &Client::unknown()).await),
        ErrorCode::InvalidToken,
        "the family is dead"
    );
    assert_eq!(
        code(users::caller_of_token(s, &third.access_token).await),
        ErrorCode::Unauthorized
    );
}

/// PW-9, TK-8, AT-9: fifty exchanges of one token at once, exactly one wins, and nobody is logged out.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn of_many_exchanges_at_once_one_wins(pool: PgPool) {
    let bench = Arc::new(Bench::new(pool).expect("bench"));
    bench.person("ada").await.expect("ada");
    let tokens = login(&bench, "ada").await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (bench, token) = (bench.clone(), tokens.refresh_token.clone());
        tasks.spawn(async move {
            users::refresh(&bench.services, with(&token), &Client::unknown())
                .await
                .ok()
        });
    }
    let won: Vec<TokenSet> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(won.len(), 1);
    assert!(
        users::refresh(&bench.services, with(&won[0].refresh_token), &Client::unknown())
            .await
            .is_ok()
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_workspace_that_one_is_not_in_leaves_the_token_unused(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    bench.person("ada").await.expect("ada");
    let slug = bench.person("ben").await.expect("ben").tenant.slug;
    let tokens = login(&bench, "ada").await;
    let foreign = RefreshInput {
        refresh_token: tokens.refresh_token.clone(),
        tenant: Some(slug.clone()),
    };
    assert_eq!(
        code(users::refresh(&bench.services, foreign, &Client::unknown()).await),
        ErrorCode::NotFound
    );
    assert!(
        users::refresh(&bench.services, with(&tokens.refresh_token), &Client::unknown())
            .await
            .is_ok()
    );
    let input = LoginInput {
        email: "ada@example.org".into(),
        password: PASSWORD.into(),
        tenant: Some(slug),
    };
    assert_eq!(
        code(users::login(&bench.services, input, &Client::unknown()).await),
        ErrorCode::NotFound
    );
}

/// AZ-6: who left the workspace has no rights there, whatever they hold.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn leaving_a_workspace_is_felt_at_once(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let ada = bench.person("ada").await.expect("ada");
    let tokens = login(&bench, "ada").await;
    sqlx::query("delete from memberships where user_id = $1")
        .bind(ada.user.id.0)
        .execute(&bench.owner)
        .await
        .expect("left");
    assert_eq!(
        code(users::caller_of_token(&bench.services, &tokens.access_token).await),
        ErrorCode::Unauthorized
    );
    assert_eq!(
        code(users::refresh(&bench.services, with(&tokens.refresh_token), &Client::unknown()).await),
        ErrorCode::InvalidToken
    );
}

/// The demo is full, its own, and gone after a day.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_demo_lives_a_day(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let ada = bench.person("ada").await.expect("ada");
    let (user, tenant) = users::demo(&bench.services, &Client::unknown())
        .await
        .expect("demo");
    users::demo(&bench.services, &Client::unknown())
        .await
        .expect("a second one");
    let page = users::caller_of_page(&bench.services, user.id, uuid::Uuid::nil().into(), &tenant.slug)
        .await
        .expect("in");
    let count = service::metrics::total(&bench.services, &page)
        .await
        .expect("total")
        .count;
    assert!(count > 90, "{count}");
    let months = service::metrics::by_month(&bench.services, &page)
        .await
        .expect("months");
    assert!(
        months.series.len() >= 5 && (0..12).all(|m| months.series.iter().any(|s| s.data[m] > 0)),
        "{months:?}"
    );
    // Every application stands where its ledger says.
    let astray: i64 = sqlx::query_scalar(
        "select count(*) from job_application a where (a.stage_id, coalesce(a.outcome, '')) is distinct from \
         (select (e.to_stage_id, coalesce(e.outcome, '')) from application_event e where e.application_id = a.id \
          order by e.recorded_at desc, e.id desc limit 1)",
    )
    .fetch_one(&bench.owner)
    .await
    .expect("fold");
    assert_eq!(astray, 0);
    bench.clock.advance(TimeDelta::hours(25));
    users::sweep(&bench.services).await.expect("swept");
    let left: Vec<String> = sqlx::query_scalar("select email from users")
        .fetch_all(&bench.owner)
        .await
        .expect("users");
    assert_eq!(left, [ada.user.email]);
    let rows: i64 = sqlx::query_scalar("select count(*) from job_application")
        .fetch_one(&bench.owner)
        .await
        .expect("rows");
    assert_eq!(rows, 0);
}
