//! Rate limits: counted for all servers together, kept across restarts, and unusable to lock out other users.
#![expect(clippy::expect_used, reason = "tests panic on unexpected errors")]

use chrono::TimeDelta;
use domain::{
    ApiError, ErrorCode,
    auth::{ChangePasswordInput, LoginInput, ReauthInput, RefreshTokenInput, RegisterInput},
};
use futures_util::FutureExt as _;
use service::{
    Error, Services,
    auth::{self, Channel},
    context::ClientInfo,
    rate_limit::{self, Limits},
    testing::{PASSWORD, TestApp},
    users, wiring,
};
use sqlx::PgPool;
use std::{net::IpAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{task::JoinSet, time::timeout};
use uuid::Uuid;

fn client_at(ip: &str) -> ClientInfo {
    let ip: IpAddr = ip.parse().expect("IP address");
    ClientInfo::new(ip, None)
}

fn with_limits(app: &TestApp, limits: &str) -> Services {
    app.services
        .clone()
        .with_limits(limits.parse::<Limits>().expect("limits"))
}

async fn login(s: &Services, client: &ClientInfo, name: &str, password: &str) -> Result<(), ApiError> {
    let input = LoginInput {
        email: format!("{name}@example.org"),
        password: password.into(),
        tenant: None,
    };
    auth::login(s, input, client, Channel::Api)
        .await
        .map(drop)
        .map_err(ApiError::from)
}

/// The error code of a login attempt, if it fails.
async fn login_error(s: &Services, ip: &str, name: &str, password: &str) -> Option<ErrorCode> {
    login(s, &client_at(ip), name, password)
        .await
        .err()
        .map(|e| e.code)
}

const WRONG_PASSWORD: Option<ErrorCode> = Some(ErrorCode::InvalidCredentials);
const RATE_LIMITED: Option<ErrorCode> = Some(ErrorCode::RateLimited);
const OTHER_PASSWORD: &str = "wrong wrong wrong";

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_requests_on_two_servers_share_one_limit(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let (one, two) = (with_limits(&app, "api=100/m"), with_limits(&app, "api=100/m"));
    let session = Uuid::from_u128(7);
    let mut requests = JoinSet::new();
    for n in 0..8 {
        let s = if n % 2 == 0 { one.clone() } else { two.clone() };
        requests.spawn(async move {
            let mut accepted = 0;
            for _ in 0..50 {
                match rate_limit::check_api(&s, &client_at("192.0.2.1"), session).await {
                    Ok(()) => accepted += 1,
                    Err(e) => assert_eq!(ApiError::from(e).code, ErrorCode::RateLimited),
                }
            }
            accepted
        });
    }
    assert_eq!(requests.join_all().await.iter().sum::<i32>(), 100);
    // A restarted server does not start from zero.
    let restarted = with_limits(&app, "api=100/m");
    let rejected = rate_limit::check_api(&restarted, &client_at("192.0.2.1"), session)
        .await
        .map_err(ApiError::from);
    let wait = rejected
        .expect_err("rate limited")
        .retry_after
        .expect("Retry-After");
    // A client that waits exactly as long as told is accepted.
    app.clock.advance(TimeDelta::seconds(i64::from(wait) - 1));
    assert!(
        rate_limit::check_api(&restarted, &client_at("192.0.2.1"), session)
            .await
            .is_err()
    );
    app.clock.advance(TimeDelta::seconds(1));
    assert!(
        rate_limit::check_api(&restarted, &client_at("192.0.2.1"), session)
            .await
            .is_ok()
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn api_requests_are_counted_in_batches(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let s = with_limits(&app, "");
    let counted = async || {
        sqlx::query_scalar::<_, i32>("select count from rate_limits")
            .fetch_one(&app.owner)
            .await
            .expect("counter")
    };
    for n in 1..=30 {
        let client = client_at("192.0.2.1");
        rate_limit::check_api(&s, &client, Uuid::from_u128(7))
            .await
            .expect("allowed");
        assert_eq!(client.rate_limit_status().expect("status").remaining, 600 - n);
        assert_eq!(counted().await, 30, "one statement per batch of 30");
    }
    rate_limit::check_api(&s, &client_at("192.0.2.1"), Uuid::from_u128(7))
        .await
        .expect("allowed");
    assert_eq!(counted().await, 60);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn burst_of_requests_consumes_one_batch_at_a_time(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let s = with_limits(&app, "");
    let mut requests = JoinSet::new();
    for _ in 0..100 {
        let s = s.clone();
        requests.spawn(async move {
            rate_limit::check_api(&s, &client_at("192.0.2.1"), Uuid::from_u128(7)).await
        });
    }
    for result in requests.join_all().await {
        result.expect("allowed");
    }
    let consumed: i32 = sqlx::query_scalar("select count from rate_limits")
        .fetch_one(&app.owner)
        .await
        .expect("counter");
    assert_eq!(consumed, 120, "four batches of 30");
}

/// A page that waits for another part of it is polled once and not again for a while.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn request_that_is_not_polled_does_not_hold_up_others_of_the_session(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let s = with_limits(&app, "");
    let client = client_at("192.0.2.1");
    let mut started = pin!(rate_limit::check_api(&s, &client, Uuid::from_u128(7)));
    assert!(started.as_mut().now_or_never().is_none());
    let other = rate_limit::check_api(&s, &client, Uuid::from_u128(7));
    timeout(Duration::from_secs(5), other)
        .await
        .expect("not held up")
        .expect("allowed");
    started.await.expect("allowed");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn password_guessing_from_one_network_is_limited(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    app.register_user("ada").await.expect("ada");
    let s = with_limits(&app, "");
    for _ in 0..10 {
        assert_eq!(
            login_error(&s, "192.0.2.1", "ada", OTHER_PASSWORD).await,
            WRONG_PASSWORD
        );
    }
    assert_eq!(
        login_error(&s, "192.0.2.1", "ada", PASSWORD).await,
        RATE_LIMITED,
        "even with the right password"
    );
    assert_eq!(
        login_error(&s, "192.0.2.1", "unknown", OTHER_PASSWORD).await,
        WRONG_PASSWORD
    );
    for n in 11..60 {
        assert_eq!(
            login_error(&s, "192.0.2.1", &format!("user{n}"), OTHER_PASSWORD).await,
            WRONG_PASSWORD,
            "{n}"
        );
    }
    assert_eq!(
        login_error(&s, "192.0.2.1", "another", OTHER_PASSWORD).await,
        RATE_LIMITED
    );
    // Addresses of the same IPv6 /64 count as one network.
    for n in 0..10 {
        assert_eq!(
            login_error(&s, &format!("2001:db8::{n}"), "ada", OTHER_PASSWORD).await,
            WRONG_PASSWORD
        );
    }
    assert_eq!(
        login_error(&s, "2001:db8::ffff", "ada", OTHER_PASSWORD).await,
        RATE_LIMITED
    );
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(login_error(&s, "192.0.2.1", "ada", PASSWORD).await, None);
}

/// After 100 failures from many networks, sign-in is blocked from new networks, but the user can still sign in from a known
/// one.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn distributed_guessing_does_not_lock_user_out_of_known_network(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let caller = app.register_user("ada").await.expect("ada");
    let s = with_limits(&app, "");
    assert_eq!(login_error(&s, "198.51.100.7", "ada", PASSWORD).await, None);
    // The sign-in counted as one attempt from a new network.
    for n in 0..99 {
        assert_eq!(
            login_error(&s, &format!("203.0.113.{n}"), "ada", OTHER_PASSWORD).await,
            WRONG_PASSWORD,
            "{n}"
        );
    }
    assert_eq!(
        login_error(&s, "203.0.113.200", "ada", PASSWORD).await,
        RATE_LIMITED,
        "even with the right password"
    );
    assert_eq!(login_error(&s, "198.51.100.7", "ada", PASSWORD).await, None);
    // Existing sessions are not affected.
    rate_limit::check_api(&s, &client_at("203.0.113.200"), caller.session.0)
        .await
        .expect("allowed");
    // The counter is in the database, so another or a restarted server rejects the attempt, too.
    assert_eq!(
        login_error(&with_limits(&app, ""), "203.0.113.201", "ada", OTHER_PASSWORD).await,
        RATE_LIMITED
    );
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(login_error(&s, "203.0.113.200", "ada", PASSWORD).await, None);
}

/// An attacker in a known network is limited, too; a successful sign-in resets the counter.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn known_network_has_its_own_failure_counter(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    app.register_user("ada").await.expect("ada");
    let s = with_limits(
        &app,
        "login_email=0,login_address=0,login_failures_per_account=10/d",
    );
    assert_eq!(login_error(&s, "198.51.100.7", "ada", PASSWORD).await, None);
    for _ in 0..3 {
        for _ in 0..9 {
            assert_eq!(
                login_error(&s, "198.51.100.7", "ada", OTHER_PASSWORD).await,
                WRONG_PASSWORD
            );
        }
        assert_eq!(login_error(&s, "198.51.100.7", "ada", PASSWORD).await, None);
    }
    for _ in 0..10 {
        assert_eq!(
            login_error(&s, "198.51.100.7", "ada", OTHER_PASSWORD).await,
            WRONG_PASSWORD
        );
    }
    assert_eq!(
        login_error(&s, "198.51.100.7", "ada", PASSWORD).await,
        RATE_LIMITED
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn registration_demo_and_email_are_limited_per_network(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let s = with_limits(
        &app,
        "register=2/h,demo=1/h,email_per_ip=4/h,token_use_per_ip=1/h",
    );
    let register = async |name: &str, ip: &str| {
        let input = RegisterInput {
            email: format!("{name}@example.org"),
            password: PASSWORD.into(),
            first_name: None,
            last_name: None,
            time_zone: None,
        };
        let result = auth::register(&s, input, &client_at(ip), Channel::Api).await;
        result.err().map(|e| ApiError::from(e).code)
    };
    // Invalid requests are not counted.
    for _ in 0..5 {
        assert_eq!(
            register("not an address", "192.0.2.1").await,
            Some(ErrorCode::Invalid)
        );
    }
    assert_eq!(register("ada", "192.0.2.1").await, None);
    assert_eq!(register("ada", "192.0.2.1").await, Some(ErrorCode::EmailTaken));
    assert_eq!(register("ben", "192.0.2.1").await, RATE_LIMITED);
    assert_eq!(register("ben", "192.0.2.2").await, None);

    let code = |r: Result<(), Error>| r.err().map(|e| ApiError::from(e).code);
    assert_eq!(
        code(
            wiring::create_demo_user(&s, &client_at("192.0.2.1"), "UTC")
                .await
                .map(drop)
        ),
        None
    );
    assert_eq!(
        code(
            wiring::create_demo_user(&s, &client_at("192.0.2.1"), "UTC")
                .await
                .map(drop)
        ),
        RATE_LIMITED
    );
    assert_eq!(
        code(rate_limit::check_email_token(&s, &client_at("192.0.2.1")).await),
        None
    );
    assert_eq!(
        code(rate_limit::check_email_token(&s, &client_at("192.0.2.1")).await),
        RATE_LIMITED
    );

    // 100 requests from as many networks send 3 emails to one recipient.
    let mut sent = 0;
    for n in 0..100 {
        let client = client_at(&format!("203.0.113.{n}"));
        sent += i32::from(
            rate_limit::check_email(&s, &client, "ada@example.org")
                .await
                .is_ok(),
        );
    }
    assert_eq!(sent, 3);
    // Requests rejected because of the recipient did not count for their network.
    for n in 0..4 {
        let to = format!("user{n}@example.org");
        assert_eq!(
            code(rate_limit::check_email(&s, &client_at("203.0.113.99"), &to).await),
            None
        );
    }
    assert_eq!(
        code(rate_limit::check_email(&s, &client_at("203.0.113.99"), "more@example.org").await),
        RATE_LIMITED
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn token_refresh_is_limited_per_session(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    app.register_user("ada").await.expect("ada");
    let s = with_limits(&app, "refresh=3/m");
    let input = || LoginInput {
        email: "ada@example.org".into(),
        password: PASSWORD.into(),
        tenant: None,
    };
    let sign_in = async || {
        let sign_in = auth::login(&s, input(), &client_at("192.0.2.1"), Channel::Api)
            .await
            .expect("signed in");
        sign_in.into_tokens().expect("tokens").refresh_token
    };
    let mut token = sign_in().await;
    let token_of_other_session = sign_in().await;
    let refresh = async |token: &str, tenant: Option<&str>| {
        let input = RefreshTokenInput {
            refresh_token: token.into(),
            tenant: tenant.map(Into::into),
        };
        auth::refresh_tokens(&s, input, &client_at("192.0.2.1"))
            .await
            .map_err(ApiError::from)
    };
    for _ in 0..2 {
        token = refresh(&token, None).await.expect("refreshed").refresh_token;
    }
    let other_tenant = refresh(&token, Some("other-tenant"))
        .await
        .expect_err("not a member");
    assert_eq!(other_tenant.code, ErrorCode::NotFound);
    let limited = refresh(&token, None).await.expect_err("rate limited");
    assert_eq!(limited.code, ErrorCode::RateLimited);
    refresh(&token_of_other_session, None)
        .await
        .expect("other session");
    // The rejected request did not use up the token.
    let wait = limited.retry_after.expect("Retry-After");
    app.clock.advance(TimeDelta::seconds(wait.into()));
    refresh(&token, None).await.expect("refreshed");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn requests_are_rejected_when_counters_are_unavailable(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    app.register_user("ada").await.expect("ada");
    let s = with_limits(&app, "");
    sqlx::query("alter table rate_limits rename to renamed")
        .execute(&app.owner)
        .await
        .expect("renamed");
    let client = client_at("192.0.2.1");
    let error = login(&s, &client, "ada", PASSWORD)
        .await
        .expect_err("unavailable");
    assert_eq!((error.code, error.retry_after), (ErrorCode::Unavailable, Some(2)));
    let demo = wiring::create_demo_user(&s, &client, "UTC")
        .await
        .map(drop)
        .map_err(ApiError::from);
    assert_eq!(demo.expect_err("unavailable").code, ErrorCode::Unavailable);
    let api = rate_limit::check_api(&s, &client, Uuid::from_u128(7))
        .await
        .map_err(ApiError::from);
    assert_eq!(api.expect_err("unavailable").code, ErrorCode::Unavailable);
    sqlx::query("alter table renamed rename to rate_limits")
        .execute(&app.owner)
        .await
        .expect("renamed back");
    login(&s, &client, "ada", PASSWORD)
        .await
        .expect("available again");
}

/// Counters contain neither email nor IP addresses.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn counters_are_hashed_and_deleted_after_their_window(pool: PgPool) {
    let app = Arc::new(TestApp::new(pool).expect("app"));
    app.register_user("ada").await.expect("ada");
    let s = with_limits(&app, "");
    assert_eq!(login_error(&s, "192.0.2.77", "ada", PASSWORD).await, None);
    let rows = async || {
        sqlx::query_scalar::<_, String>(
            "select r::text from rate_limits r union all select p::text from known_login_networks p",
        )
        .fetch_all(&app.owner)
        .await
        .expect("rows")
    };
    let dump = rows().await.concat();
    assert!(!dump.is_empty());
    for text in ["ada", "192.0.2.77"] {
        assert!(
            !dump.contains(text) && !dump.contains(&hex::encode(text)),
            "{dump}"
        );
    }
    assert_eq!(rows().await.len(), 4);
    app.clock.advance(TimeDelta::minutes(1));
    rate_limit::delete_expired(&s).await.expect("deleted");
    assert_eq!(rows().await.len(), 2, "the failure counter and the known network");
    app.clock.advance(TimeDelta::days(90));
    rate_limit::delete_expired(&s).await.expect("deleted");
    assert_eq!(rows().await.len(), 0);
}

/// A stolen access token cannot be used to guess the password: all operations that ask for it share the login limits.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn reauthentication_shares_the_login_limits(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let ada = app.register_user("ada").await.expect("ada");
    let s = with_limits(&app, "");
    let credential = |password: &str| ReauthInput {
        password: Some(password.into()),
    };
    let reauthenticate = async |n: u8, password: &str, ip: &str| {
        let client = client_at(ip);
        let change = ChangePasswordInput {
            current_password: Some(password.into()),
            new_password: "seven quiet cats herd sheep".into(),
        };
        let result = match n % 4 {
            0 => auth::change_password(&s, &ada, change, &client).await,
            1 => users::export_data(&s, &ada, credential(password), &client)
                .await
                .map(drop),
            2 => auth::reauthenticate_for_export(&s, &ada, credential(password), &client).await,
            _ => wiring::delete_user(&s, &ada, credential(password), &client).await,
        };
        let error = result.err().map(ApiError::from);
        (error.as_ref().map(|e| e.code), error.and_then(|e| e.retry_after))
    };
    for n in 0..10 {
        assert_eq!(
            reauthenticate(n, OTHER_PASSWORD, "192.0.2.1").await,
            (Some(ErrorCode::Invalid), None)
        );
    }
    for n in 0..4 {
        assert_eq!(
            reauthenticate(n, PASSWORD, "192.0.2.1").await,
            (RATE_LIMITED, Some(60)),
            "even with the right password"
        );
    }
    // The counters are those of login.
    assert_eq!(login_error(&s, "192.0.2.1", "ada", PASSWORD).await, RATE_LIMITED);
    // From new networks there are 100 attempts in all.
    for n in 0..90 {
        let ip = format!("203.0.113.{n}");
        assert_eq!(
            reauthenticate(n, OTHER_PASSWORD, &ip).await.0,
            Some(ErrorCode::Invalid),
            "{n}"
        );
    }
    let (code, wait) = reauthenticate(3, PASSWORD, "203.0.113.200").await;
    assert_eq!(code, RATE_LIMITED);
    assert!(wait.is_some_and(|seconds| seconds > 3_600));
    // The account was not changed, and operations without a password still work.
    users::get_profile(&s, &ada).await.expect("profile");
    users::export_data(&s, &ada, ReauthInput::default(), &client_at("203.0.113.200"))
        .await
        .expect("a recent sign-in needs no password");
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(reauthenticate(1, PASSWORD, "203.0.113.200").await, (None, None));
}

/// An export runs while the client reads it, so a client that never reads holds at most two of the slots.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_exports_are_limited_per_user(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let (ada, ben) = (
        app.register_user("ada").await.expect("ada"),
        app.register_user("ben").await.expect("ben"),
    );
    let client = client_at("192.0.2.1");
    let export = |caller| users::export_data(&app.services, caller, ReauthInput::default(), &client);
    let (one, two) = (export(&ada).await.expect("one"), export(&ada).await.expect("two"));
    let third = export(&ada).await.map(drop).map_err(ApiError::from);
    let third = third.expect_err("rate limited");
    assert_eq!(
        (third.code, third.retry_after),
        (ErrorCode::RateLimited, Some(10))
    );
    export(&ben).await.expect("other user");
    drop((one, two));
    for _ in 0..100 {
        if export(&ada).await.is_ok() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the slots of dropped exports stay in use");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn slow_readers_do_not_keep_others_from_exporting(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let client = client_at("192.0.2.1");
    let export = |caller| users::export_data(&app.services, caller, ReauthInput::default(), &client);
    let mut callers = Vec::new();
    for n in 0..8 {
        callers.push(app.register_user(&format!("u{n}")).await.expect("user"));
    }
    let ada = app.register_user("ada").await.expect("ada");
    let mut slow = JoinSet::new();
    for user in &callers {
        for _ in 0..2 {
            let mut export = export(user).await.expect("export");
            slow.spawn(async move {
                // A chunk per second is faster than a byte per second, and still too slow.
                while let Some(chunk) = export.chunks.recv().await {
                    if chunk.is_err() {
                        return true;
                    }
                    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                }
                false
            });
        }
    }
    let rejected = export(&ada).await.map(drop).map_err(ApiError::from);
    assert_eq!(
        rejected.expect_err("control: all slots are taken").code,
        ErrorCode::Unavailable
    );
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    let mut document = Vec::new();
    let mut chunks = export(&ada).await.expect("a slot").chunks;
    while let Some(chunk) = chunks.recv().await {
        document.extend(chunk.expect("complete"));
    }
    serde_json::from_slice::<serde_json::Value>(&document).expect("a complete document");
    let broken = slow.join_all().await.into_iter().filter(|broken| *broken).count();
    assert_eq!(broken, 1, "only one reader lost its slot");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn clock_that_was_ahead_blocks_no_user(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    app.register_user("ada").await.expect("registered");
    let limits = "api=40/m,login_email=2/m,login_failures_per_account=0";
    let (client, session) = (client_at("192.0.2.1"), Uuid::from_u128(7));
    let s = with_limits(&app, limits);
    let ahead = TimeDelta::days(7);
    app.clock.advance(ahead);
    while rate_limit::check_api(&s, &client, session).await.is_ok() {}
    while login(&s, &client, "ada", OTHER_PASSWORD)
        .await
        .map_err(|e| e.code)
        != Err(ErrorCode::RateLimited)
    {}
    app.clock.advance(-ahead);

    // The counters of this server, and those that another one reads from the database.
    for s in [s, with_limits(&app, limits)] {
        let api = rate_limit::check_api(&s, &client, session)
            .await
            .map_err(ApiError::from);
        let login = login(&s, &client, "ada", PASSWORD).await;
        for result in [api, login] {
            let error = result.expect_err("still exhausted");
            assert_eq!(
                (error.code, error.retry_after),
                (ErrorCode::RateLimited, Some(60))
            );
        }
    }
    app.clock.advance(TimeDelta::seconds(60));
    let s = with_limits(&app, limits);
    rate_limit::check_api(&s, &client, session)
        .await
        .expect("allowed");
    login(&s, &client, "ada", PASSWORD).await.expect("signed in");
}
