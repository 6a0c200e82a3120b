//! Limits: counted for all servers together, kept over restarts, and no way to lock others out.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use chrono::TimeDelta;
use domain::{
    ApiError, ErrorCode,
    users::{ChangePasswordInput, LoginInput, ProofInput, RefreshInput, RegisterInput},
};
use service::{
    Error, Services,
    limits::{self, Client, Limits},
    testing::{Bench, PASSWORD},
    users,
};
use sqlx::PgPool;
use std::{net::IpAddr, sync::Arc};
use tokio::task::JoinSet;
use uuid::Uuid;

fn at(address: &str) -> Client {
    let address: IpAddr = address.parse().expect("an address");
    Client::new(address, None)
}

fn limited(bench: &Bench, limits: &str) -> Services {
    bench
        .services
        .clone()
        .with_limits(limits.parse::<Limits>().expect("limits"))
}

async fn login(s: &Services, client: &Client, name: &str, password: &str) -> Result<(), ApiError> {
    let input = LoginInput {
        email: format!("{name}@example.org"),
        password: password.into(),
        tenant: None,
    };
    users::login(s, input, client)
        .await
        .map(drop)
        .map_err(ApiError::from)
}

/// What comes of a try.
async fn tried(s: &Services, address: &str, name: &str, password: &str) -> Option<ErrorCode> {
    login(s, &at(address), name, password).await.err().map(|e| e.code)
}

const WRONG: Option<ErrorCode> = Some(ErrorCode::InvalidCredentials);
const LIMITED: Option<ErrorCode> = Some(ErrorCode::RateLimited);
const NO: &str = "wrong wrong wrong";

/// RL-2, FT-26: many requests at once on two servers with one key are never more than the limit, and all of it is used.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn rl_2_two_servers_together_keep_the_limit(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let (one, two) = (limited(&bench, "api=100/m"), limited(&bench, "api=100/m"));
    let whose = Uuid::from_u128(7);
    let mut asking = JoinSet::new();
    for n in 0..8 {
        let s = if n % 2 == 0 { one.clone() } else { two.clone() };
        asking.spawn(async move {
            let mut accepted = 0;
            for _ in 0..50 {
                match limits::api(&s, &at("192.0.2.1"), whose).await {
                    Ok(()) => accepted += 1,
                    Err(e) => assert_eq!(ApiError::from(e).code, ErrorCode::RateLimited),
                }
            }
            accepted
        });
    }
    assert_eq!(asking.join_all().await.iter().sum::<i32>(), 100);
    // A server that starts anew does not begin anew.
    let three = limited(&bench, "api=100/m");
    let refused = limits::api(&three, &at("192.0.2.1"), whose)
        .await
        .map_err(ApiError::from);
    let wait = refused.expect_err("refused").retry_after.expect("a time");
    // HT-9: who waits as long as it says is let through.
    bench.clock.advance(TimeDelta::seconds(i64::from(wait) - 1));
    assert!(limits::api(&three, &at("192.0.2.1"), whose).await.is_err());
    bench.clock.advance(TimeDelta::seconds(1));
    assert!(limits::api(&three, &at("192.0.2.1"), whose).await.is_ok());
}

/// A batch of permits is taken at once: most requests cost no statement.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn requests_are_counted_in_batches(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let s = limited(&bench, "");
    let used = async || {
        sqlx::query_scalar::<_, i32>("select used from rate_limit")
            .fetch_one(&bench.owner)
            .await
            .expect("one counter")
    };
    for n in 1..=30 {
        let client = at("192.0.2.1");
        limits::api(&s, &client, Uuid::from_u128(7))
            .await
            .expect("let through");
        assert_eq!(client.standing().expect("counted").remaining, 600 - n);
        assert_eq!(used().await, 30, "one statement for thirty requests");
    }
    limits::api(&s, &at("192.0.2.1"), Uuid::from_u128(7))
        .await
        .expect("let through");
    assert_eq!(used().await, 60);
}

/// AT-13, PW-7: one place that guesses, at one person or at many.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn at_13_who_guesses_is_slowed_down(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    bench.person("ada").await.expect("ada");
    let s = limited(&bench, "");
    for _ in 0..10 {
        assert_eq!(tried(&s, "192.0.2.1", "ada", NO).await, WRONG);
    }
    assert_eq!(
        tried(&s, "192.0.2.1", "ada", PASSWORD).await,
        LIMITED,
        "even the right one"
    );
    assert_eq!(tried(&s, "192.0.2.1", "nobody", NO).await, WRONG);
    for n in 11..60 {
        assert_eq!(
            tried(&s, "192.0.2.1", &format!("person{n}"), NO).await,
            WRONG,
            "{n}"
        );
    }
    assert_eq!(tried(&s, "192.0.2.1", "somebody", NO).await, LIMITED);
    // RL-1: the neighbours of an IPv6 address are the same place.
    for n in 0..10 {
        assert_eq!(tried(&s, &format!("2001:db8::{n}"), "ada", NO).await, WRONG);
    }
    assert_eq!(tried(&s, "2001:db8::ffff", "ada", NO).await, LIMITED);
    bench.clock.advance(TimeDelta::minutes(1));
    assert_eq!(tried(&s, "192.0.2.1", "ada", PASSWORD).await, None);
}

/// PW-7, AT-14: many places guess at one person. After a hundred failures nobody new gets in, and the person does, from
/// where they have been before.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn pw_7_strangers_lock_nobody_out(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let caller = bench.person("ada").await.expect("ada");
    let s = limited(&bench, "");
    assert_eq!(tried(&s, "198.51.100.7", "ada", PASSWORD).await, None, "her desk");
    // That sign-in counted once, as one from a new place.
    for n in 0..99 {
        assert_eq!(
            tried(&s, &format!("203.0.113.{n}"), "ada", NO).await,
            WRONG,
            "{n}"
        );
    }
    assert_eq!(
        tried(&s, "203.0.113.200", "ada", PASSWORD).await,
        LIMITED,
        "the right one at last"
    );
    assert_eq!(tried(&s, "198.51.100.7", "ada", PASSWORD).await, None);
    // Her sessions do not notice anything.
    limits::api(&s, &at("203.0.113.200"), caller.session.0)
        .await
        .expect("let through");
    // The count is in the database: another server, or this one started anew, refuses as well.
    assert_eq!(
        tried(&limited(&bench, ""), "203.0.113.201", "ada", NO).await,
        LIMITED
    );
    bench.clock.advance(TimeDelta::days(1));
    assert_eq!(tried(&s, "203.0.113.200", "ada", PASSWORD).await, None);
}

/// PW-7: where somebody else sits at the same address, a hundred failures in a row are the end there too, but success
/// in between begins the count anew.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn pw_7_a_known_place_has_a_count_of_its_own(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    bench.person("ada").await.expect("ada");
    let s = limited(&bench, "login_email=0,login_address=0,login_account=10/d");
    assert_eq!(tried(&s, "198.51.100.7", "ada", PASSWORD).await, None);
    for _ in 0..3 {
        for _ in 0..9 {
            assert_eq!(tried(&s, "198.51.100.7", "ada", NO).await, WRONG);
        }
        assert_eq!(tried(&s, "198.51.100.7", "ada", PASSWORD).await, None);
    }
    for _ in 0..10 {
        assert_eq!(tried(&s, "198.51.100.7", "ada", NO).await, WRONG);
    }
    assert_eq!(tried(&s, "198.51.100.7", "ada", PASSWORD).await, LIMITED);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn accounts_demos_and_mails_are_limited_by_address(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let s = limited(&bench, "register=2/h,demo=1/h,mail_address=4/h,reset=1/h");
    let register = async |name: &str, address: &str| {
        let input = RegisterInput {
            email: format!("{name}@example.org"),
            password: PASSWORD.into(),
            first_name: None,
            last_name: None,
            time_zone: None,
        };
        let made = users::register(&s, input, &at(address)).await;
        made.err().map(|e| ApiError::from(e).code)
    };
    // What is not an account is not counted.
    for _ in 0..5 {
        assert_eq!(
            register("not an address", "192.0.2.1").await,
            Some(ErrorCode::Invalid)
        );
    }
    assert_eq!(register("ada", "192.0.2.1").await, None);
    assert_eq!(register("ada", "192.0.2.1").await, Some(ErrorCode::EmailTaken));
    assert_eq!(register("ben", "192.0.2.1").await, LIMITED);
    assert_eq!(register("ben", "192.0.2.2").await, None);

    let code = |r: Result<(), Error>| r.err().map(|e| ApiError::from(e).code);
    assert_eq!(code(users::demo(&s, &at("192.0.2.1")).await.map(drop)), None);
    assert_eq!(code(users::demo(&s, &at("192.0.2.1")).await.map(drop)), LIMITED);
    assert_eq!(code(limits::reset(&s, &at("192.0.2.1")).await), None);
    assert_eq!(code(limits::reset(&s, &at("192.0.2.1")).await), LIMITED);

    // RL-5: a hundred wishes from as many places are three mails to one recipient.
    let mut sent = 0;
    for n in 0..100 {
        let client = at(&format!("203.0.113.{n}"));
        sent += i32::from(limits::mail(&s, &client, "ada@example.org").await.is_ok());
    }
    assert_eq!(sent, 3);
    // And what was refused for the recipient did not count for the place.
    for n in 0..4 {
        let to = format!("person{n}@example.org");
        assert_eq!(code(limits::mail(&s, &at("203.0.113.99"), &to).await), None);
    }
    assert_eq!(
        code(limits::mail(&s, &at("203.0.113.99"), "more@example.org").await),
        LIMITED
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn refreshing_is_limited_by_family(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    bench.person("ada").await.expect("ada");
    let s = limited(&bench, "refresh=3/m");
    let input = || LoginInput {
        email: "ada@example.org".into(),
        password: PASSWORD.into(),
        tenant: None,
    };
    let mut mine = users::login(&s, input(), &at("192.0.2.1"))
        .await
        .expect("in")
        .refresh_token;
    let other = users::login(&s, input(), &at("192.0.2.1"))
        .await
        .expect("in")
        .refresh_token;
    let refresh = async |token: &str, tenant: Option<&str>| {
        let input = RefreshInput {
            refresh_token: token.into(),
            tenant: tenant.map(Into::into),
        };
        users::refresh(&s, input, &at("192.0.2.1"))
            .await
            .map_err(ApiError::from)
    };
    for _ in 0..2 {
        mine = refresh(&mine, None).await.expect("refreshed").refresh_token;
    }
    let foreign = refresh(&mine, Some("somewhere-else")).await.expect_err("foreign");
    assert_eq!(foreign.code, ErrorCode::NotFound);
    let refused = refresh(&mine, None).await.expect_err("limited");
    assert_eq!(refused.code, ErrorCode::RateLimited);
    refresh(&other, None).await.expect("another family");
    // The token was not used up by being refused.
    bench
        .clock
        .advance(TimeDelta::seconds(refused.retry_after.expect("a time").into()));
    refresh(&mine, None).await.expect("refreshed");
}

/// CF-10, FT-24: when nobody can count, nobody is let through.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn cf_10_without_counters_the_doors_are_closed(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    bench.person("ada").await.expect("ada");
    let s = limited(&bench, "");
    sqlx::query("alter table rate_limit rename to elsewhere")
        .execute(&bench.owner)
        .await
        .expect("away");
    let client = at("192.0.2.1");
    let refused = login(&s, &client, "ada", PASSWORD).await.expect_err("closed");
    assert_eq!(
        (refused.code, refused.retry_after),
        (ErrorCode::Unavailable, Some(2))
    );
    let demo = users::demo(&s, &client).await.map(drop).map_err(ApiError::from);
    assert_eq!(demo.expect_err("closed").code, ErrorCode::Unavailable);
    let api = limits::api(&s, &client, Uuid::from_u128(7))
        .await
        .map_err(ApiError::from);
    assert_eq!(api.expect_err("closed").code, ErrorCode::Unavailable);
    sqlx::query("alter table elsewhere rename to rate_limit")
        .execute(&bench.owner)
        .await
        .expect("back");
    login(&s, &client, "ada", PASSWORD).await.expect("open again");
}

/// Neither addresses nor e-mails stand in the counters, and what has ended goes.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn counters_are_hashed_and_swept(pool: PgPool) {
    let bench = Arc::new(Bench::new(pool).expect("bench"));
    bench.person("ada").await.expect("ada");
    let s = limited(&bench, "");
    assert_eq!(tried(&s, "192.0.2.77", "ada", PASSWORD).await, None);
    let rows = async || {
        sqlx::query_scalar::<_, String>(
            "select r::text from rate_limit r union all select p::text from login_place p",
        )
        .fetch_all(&bench.owner)
        .await
        .expect("rows")
    };
    let hex = |text: &str| {
        text.bytes()
            .fold(String::new(), |hex, b| hex + &format!("{b:02x}"))
    };
    let dump = rows().await.concat();
    assert!(!dump.is_empty());
    for text in ["ada", "192.0.2.77"] {
        assert!(!dump.contains(text) && !dump.contains(&hex(text)), "{dump}");
    }
    assert_eq!(rows().await.len(), 4);
    bench.clock.advance(TimeDelta::minutes(1));
    limits::sweep(&s).await.expect("swept");
    assert_eq!(rows().await.len(), 2, "the day's count, and the place");
    bench.clock.advance(TimeDelta::days(90));
    limits::sweep(&s).await.expect("swept");
    assert_eq!(rows().await.len(), 0);
}

/// PW-7, TK-10: who has somebody's access token does not get to guess their password with it, in any of the places that
/// ask for it, nor in all of them by turns; and what is found out that way is not even found out by the right one.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn pw_7_a_stolen_token_is_no_way_to_guess_a_password(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let ada = bench.person("ada").await.expect("ada");
    let s = limited(&bench, "");
    let proof = |password: &str| ProofInput {
        password: Some(password.into()),
    };
    let ask = async |n: u8, password: &str, address: &str| {
        let client = at(address);
        let change = ChangePasswordInput {
            current_password: Some(password.into()),
            new_password: "seven quiet cats herd sheep".into(),
        };
        let answer = match n % 4 {
            0 => users::change_password(&s, &ada, change, &client).await,
            1 => users::export_data(&s, &ada, proof(password), &client)
                .await
                .map(drop),
            2 => users::prove_for_export(&s, &ada, proof(password), &client).await,
            _ => users::delete_user(&s, &ada, proof(password), &client).await,
        };
        let error = answer.err().map(ApiError::from);
        (error.as_ref().map(|e| e.code), error.and_then(|e| e.retry_after))
    };
    for n in 0..10 {
        assert_eq!(ask(n, NO, "192.0.2.1").await, (Some(ErrorCode::Invalid), None));
    }
    for n in 0..4 {
        assert_eq!(
            ask(n, PASSWORD, "192.0.2.1").await,
            (LIMITED, Some(60)),
            "even the right one"
        );
    }
    // It is the count of signing in, so neither way adds to the other.
    assert_eq!(tried(&s, "192.0.2.1", "ada", PASSWORD).await, LIMITED);
    // From ever new addresses there are a hundred in all.
    for n in 0..90 {
        let address = format!("203.0.113.{n}");
        assert_eq!(ask(n, NO, &address).await.0, Some(ErrorCode::Invalid), "{n}");
    }
    let (code, wait) = ask(3, PASSWORD, "203.0.113.200").await;
    assert_eq!(code, LIMITED);
    assert!(wait.is_some_and(|seconds| seconds > 3_600));
    // Nothing was done, and what asks for no password goes on.
    users::get_profile(&s, &ada).await.expect("still there");
    users::export_data(&s, &ada, ProofInput::default(), &at("203.0.113.200"))
        .await
        .expect("a sign-in as young as that is proof enough");
    bench.clock.advance(TimeDelta::days(1));
    assert_eq!(ask(1, PASSWORD, "203.0.113.200").await, (None, None));
}

/// Documents are written while their reader takes them: somebody who never reads holds two places, not all.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_few_documents_are_written_at_once(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let (ada, ben) = (
        bench.person("ada").await.expect("ada"),
        bench.person("ben").await.expect("ben"),
    );
    let client = at("192.0.2.1");
    let export = |who| users::export_data(&bench.services, who, ProofInput::default(), &client);
    let (one, two) = (export(&ada).await.expect("one"), export(&ada).await.expect("two"));
    let third = export(&ada).await.map(drop).map_err(ApiError::from);
    let third = third.expect_err("refused");
    assert_eq!(
        (third.code, third.retry_after),
        (ErrorCode::RateLimited, Some(10))
    );
    export(&ben).await.expect("another person");
    drop((one, two));
    for _ in 0..100 {
        if export(&ada).await.is_ok() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the places of those who went away stay taken");
}
