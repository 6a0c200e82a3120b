//! Rate limits: counted for all servers together, kept across restarts, and unusable to lock out other users.
#![expect(clippy::expect_used, reason = "tests panic on unexpected errors")]

mod counters;
mod exports;
mod guessing;
mod requests;

use domain::{ApiError, ErrorCode, auth::LoginInput};
use service::{
    Services,
    auth::{self, Channel},
    context::ClientInfo,
    rate_limit::Limits,
    testing::TestApp,
};
use std::net::IpAddr;

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
