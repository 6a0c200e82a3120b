//! What the tests share.

use crate::sink::Sink;
use chrono::TimeDelta;
use domain::{
    ErrorCode,
    users::{ForgotPasswordInput, LoginInput, ProofInput, ResetPasswordInput, TokenSet},
};
use service::{
    Error,
    jobs::work_off,
    letters::Post,
    limits::{Client, Limits},
    testing::{Bench, PASSWORD},
    users,
};
use sqlx::{AssertSqlSafe, PgPool};
use std::{net::Ipv4Addr, sync::Arc};

/// A password that nobody on the bench has yet.
pub const NEW: &str = "seven quiet cats herd sheep";

/// A bench without limits: what is tested here is what holds without them.
pub fn bench(pool: PgPool) -> Bench {
    let mut bench = Bench::new(pool).expect("bench");
    bench.services = bench.services.with_limits(Limits::off());
    bench
}

/// A bench whose letters go to a mail server of the test.
pub async fn posted(pool: PgPool) -> (Bench, Sink) {
    let sink = Sink::start().await;
    let mut bench = bench(pool);
    let post = Post::outbox("http://bench")
        .and_then(|post| post.smtp(&sink.url()))
        .expect("post");
    bench.services = bench.services.with_post(post);
    (bench, sink)
}

pub fn code<T>(result: Result<T, Error>) -> ErrorCode {
    match result {
        Ok(_) => panic!("not refused"),
        Err(error) => domain::ApiError::from(error).code,
    }
}

pub fn fields<T>(result: Result<T, Error>) -> Vec<String> {
    match result {
        Ok(_) => panic!("not refused"),
        Err(error) => {
            let error = domain::ApiError::from(error);
            assert_eq!(error.code, ErrorCode::Invalid);
            error.errors.into_iter().map(|e| e.field).collect()
        }
    }
}

pub async fn login(bench: &Bench, name: &str, password: &str, agent: &str) -> Result<TokenSet, Error> {
    let input = LoginInput {
        email: format!("{name}@example.org"),
        password: password.into(),
        tenant: None,
    };
    let client = Client::new(Ipv4Addr::LOCALHOST.into(), Some(agent.to_owned()));
    users::login(&bench.services, input, &client).await
}

pub async fn forgot(bench: &Bench, email: &str) -> Result<(), Error> {
    let input = ForgotPasswordInput { email: email.into() };
    users::forgot_password(&bench.services, input, &Client::unknown()).await
}

pub async fn reset(bench: &Bench, token: &str, password: &str) -> Result<(), Error> {
    let input = ResetPasswordInput {
        token: token.into(),
        new_password: password.into(),
    };
    users::reset_password(&bench.services, input, &Client::unknown()).await
}

/// Does all that waits in the background.
pub async fn work(bench: &Bench) {
    work_off(&Arc::new(bench.services.clone()))
        .await
        .expect("worked off");
}

/// Asks for a new password and gives the token of the mail. Time moves on so that none is held back.
pub async fn asked(bench: &Bench, sink: &Sink, name: &str) -> String {
    work(bench).await;
    sink.clear();
    bench.clock.advance(TimeDelta::minutes(2));
    forgot(bench, &format!("{name}@example.org"))
        .await
        .expect("taken down");
    work(bench).await;
    sink.only().token()
}

pub async fn count(bench: &Bench, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_one(&bench.owner)
        .await
        .expect("count")
}

/// The proof that the people of the bench can give.
pub fn proof() -> ProofInput {
    ProofInput {
        password: Some(PASSWORD.into()),
    }
}
