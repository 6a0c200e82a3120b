//! PW-5, PW-6, AT-16, AT-17: hashing cannot be used against the server.

use crate::support::{bench, code, fields, login};
use domain::{ErrorCode, users::RegisterInput};
use service::{
    limits::Client,
    rng::SeededRng,
    testing::PASSWORD,
    users::{self, HashCost, Hasher},
};
use sqlx::PgPool;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

fn register(password: String) -> RegisterInput {
    RegisterInput {
        email: "ada@example.org".into(),
        password,
        first_name: None,
        last_name: None,
        time_zone: None,
    }
}

/// PW-1, AT-16: what is too long is refused before it is hashed.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_megabyte_is_refused_at_once(pool: PgPool) {
    let bench = bench(pool);
    let began = Instant::now();
    for _ in 0..200 {
        let refused = users::register(&bench.services, register("x".repeat(129)), &Client::unknown()).await;
        assert_eq!(fields(refused), ["password"]);
    }
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    let began = Instant::now();
    let refused = users::register(
        &bench.services,
        register("x".repeat(1_000_000)),
        &Client::unknown(),
    )
    .await;
    assert_eq!(fields(refused), ["password"]);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    let began = Instant::now();
    assert_eq!(
        fields(login(&bench, "ada", &"x".repeat(1_000_000), "curl").await),
        ["password"]
    );
    assert!(began.elapsed() < Duration::from_secs(1));
}

/// PW-1: nothing is cut off. Passwords that differ only at the end differ.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_last_character_counts(pool: PgPool) {
    let bench = bench(pool);
    let long = "correct horse battery staple and ".repeat(3);
    let long: String = long.chars().cycle().take(127).collect();
    users::register(&bench.services, register(format!("{long}x")), &Client::unknown())
        .await
        .expect("128 characters");
    assert_eq!(
        code(login(&bench, "ada", &format!("{long}y"), "curl").await),
        ErrorCode::InvalidCredentials
    );
    login(&bench, "ada", &format!("{long}x"), "curl")
        .await
        .expect("the right one");
}

/// PW-5, AT-17: parameters that somebody planted in the database are refused, not followed.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_planted_hash_is_refused_at_once(pool: PgPool) {
    let bench = bench(pool);
    bench.person("ada").await.expect("ada");
    for planted in [
        "replace(password_hash, 'm=64,', 'm=67108864,')",
        "replace(password_hash, 't=1,', 't=4294967295,')",
        "replace(password_hash, 'p=1$', 'p=16777215$')",
        "'$argon2id$'",
        "''",
    ] {
        let kept: String = sqlx::query_scalar("select password_hash from users")
            .fetch_one(&bench.owner)
            .await
            .expect("hash");
        let sql = format!("update users set password_hash = {planted}");
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&bench.owner)
            .await
            .expect("planted");
        let began = Instant::now();
        assert_eq!(
            code(login(&bench, "ada", PASSWORD, "curl").await),
            ErrorCode::InvalidCredentials,
            "{planted}"
        );
        assert!(
            began.elapsed() < Duration::from_secs(1),
            "{planted}: {:?}",
            began.elapsed()
        );
        sqlx::query("update users set password_hash = $1")
            .bind(kept)
            .execute(&bench.owner)
            .await
            .expect("back");
    }
    login(&bench, "ada", PASSWORD, "curl")
        .await
        .expect("the true one");
}

/// PW-5: a hash made with other costs is made anew at sign-in.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_old_hash_is_renewed_at_sign_in(pool: PgPool) {
    let bench = bench(pool);
    bench.person("ada").await.expect("ada");
    let costly = Hasher::new(
        HashCost {
            memory: 128,
            passes: 2,
        },
        Arc::new(SeededRng::new(9)),
    );
    let old = costly.hash(PASSWORD.into()).await.expect("hash");
    sqlx::query("update users set password_hash = $1")
        .bind(&old)
        .execute(&bench.owner)
        .await
        .expect("old");
    login(&bench, "ada", PASSWORD, "curl").await.expect("in");
    let new: String = sqlx::query_scalar("select password_hash from users")
        .fetch_one(&bench.owner)
        .await
        .expect("hash");
    assert!(old.contains("m=128,t=2") && new.contains("m=64,t=1"), "{new}");
}

/// PW-6: with many at once some are told to come back; nobody waits for ever and nothing piles up.
#[tokio::test]
async fn a_flood_of_passwords_is_turned_away() {
    let cost = HashCost {
        memory: 19_456,
        passes: 2,
    };
    let hasher = Hasher::new(cost, Arc::new(SeededRng::new(9)));
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let hasher = hasher.clone();
        tries.spawn(async move {
            hasher
                .verify(PASSWORD.into(), None)
                .await
                .map_err(|e| domain::ApiError::from(e).code)
        });
    }
    let answers = tries.join_all().await;
    let turned_away = answers
        .iter()
        .filter(|a| **a == Err(ErrorCode::Unavailable))
        .count();
    assert!(turned_away >= 200 - 64 - 1, "{turned_away}");
    assert!(answers.contains(&Ok(false)), "and some were served");
}
