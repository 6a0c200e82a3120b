//! Helpers for the tests.

mod dns;
mod mock_smtp;

pub use dns::DnsServer;
pub use mock_smtp::{Behavior, MockSmtp, ReceivedEmail};

use chrono::TimeDelta;
use domain::{
    ApiError, ErrorCode,
    auth::{ForgotPasswordInput, LoginInput, ReauthInput, ResetPasswordInput, TokenSet},
};
use service::{
    Error,
    auth::{self, Channel},
    background::run_until_idle,
    context::ClientInfo,
    email::Mailer,
    rate_limit::Limits,
    testing::{PASSWORD, TestApp},
};
use sqlx::{AssertSqlSafe, PgPool};
use std::{net::Ipv4Addr, sync::Arc};

/// A password that differs from [`PASSWORD`].
pub const NEW_PASSWORD: &str = "seven quiet cats herd sheep";

/// Without rate limits. Emails are written to the outbox.
pub fn test_app(pool: PgPool) -> TestApp {
    let mut app = TestApp::new(pool).expect("test app");
    app.services = app.services.with_limits(Limits::off());
    app
}

/// As [`test_app`], with emails sent to a mock SMTP server.
pub async fn test_app_with_smtp(pool: PgPool) -> (TestApp, MockSmtp) {
    let smtp = MockSmtp::start().await;
    let mut app = test_app(pool);
    let mailer = Mailer::outbox("http://test-app")
        .and_then(|mailer| mailer.smtp(&smtp.url()))
        .expect("mailer");
    app.services = app.services.with_mailer(mailer);
    (app, smtp)
}

pub fn error_code<T>(result: Result<T, Error>) -> ErrorCode {
    match result {
        Ok(_) => panic!("expected an error"),
        Err(error) => ApiError::from(error).code,
    }
}

/// The invalid fields.
pub fn error_fields<T>(result: Result<T, Error>) -> Vec<String> {
    match result {
        Ok(_) => panic!("expected an error"),
        Err(error) => {
            let error = ApiError::from(error);
            assert_eq!(error.code, ErrorCode::Invalid);
            error.errors.into_iter().map(|e| e.field).collect()
        }
    }
}

pub async fn login(app: &TestApp, name: &str, password: &str, user_agent: &str) -> Result<TokenSet, Error> {
    let input = LoginInput {
        email: format!("{name}@example.org"),
        password: password.into(),
        tenant: None,
    };
    let client = ClientInfo::new(Ipv4Addr::LOCALHOST.into(), Some(user_agent.to_owned()));
    auth::login(&app.services, input, &client, Channel::Api)
        .await?
        .into_tokens()
}

pub async fn forgot_password(app: &TestApp, email: &str) -> Result<(), Error> {
    let input = ForgotPasswordInput { email: email.into() };
    auth::forgot_password(&app.services, input, &ClientInfo::unknown()).await
}

pub async fn reset_password(app: &TestApp, token: &str, password: &str) -> Result<(), Error> {
    let input = ResetPasswordInput {
        token: token.into(),
        new_password: password.into(),
    };
    auth::reset_password(&app.services, input, &ClientInfo::unknown()).await
}

/// Runs all due background jobs.
pub async fn run_jobs(app: &TestApp) {
    run_until_idle(&Arc::new(app.services.clone()))
        .await
        .expect("jobs");
}

/// Requests a password reset and returns the token from the email. The clock advances, so that the email is not held back
/// because of an earlier one.
pub async fn request_reset_token(app: &TestApp, smtp: &MockSmtp, name: &str) -> String {
    run_jobs(app).await;
    smtp.clear();
    app.clock.advance(TimeDelta::minutes(2));
    forgot_password(app, &format!("{name}@example.org"))
        .await
        .expect("requested");
    run_jobs(app).await;
    smtp.single_email().token()
}

pub async fn count(app: &TestApp, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_one(&app.owner)
        .await
        .expect("count")
}

/// The password of test users.
pub fn reauth_input() -> ReauthInput {
    ReauthInput {
        password: Some(PASSWORD.into()),
    }
}
