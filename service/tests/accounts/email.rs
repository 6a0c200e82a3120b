//! The recipients and times of emails.

use crate::support::{
    Behavior, NEW_PASSWORD, ReceivedEmail, count, error_code, error_fields, forgot_password, login, run_jobs,
    test_app, test_app_with_smtp,
};
use domain::{
    ErrorCode,
    auth::{ChangePasswordInput, RefreshTokenInput, RegisterInput, VerifyEmailInput},
};
use service::{
    auth::{self, Channel},
    context::ClientInfo,
    testing::{PASSWORD, TestApp},
    users, wiring,
};
use sqlx::PgPool;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

/// The link starts with the configured URL, regardless of the request.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn registration_sends_verification_email(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    let ada = app.register_user("ada").await.expect("ada");
    assert!(smtp.emails().is_empty(), "nothing is sent within the request");
    run_jobs(&app).await;
    let email = smtp.single_email();
    assert_eq!(email.to, ["<ada@example.org>"]);
    assert_eq!(email.headers("To"), ["ada@example.org"]);
    assert_eq!(email.headers("From"), ["JobHax <no-reply@localhost>"]);
    assert_eq!(email.headers("Auto-Submitted"), ["auto-generated"]);
    assert_eq!(
        email.headers("Subject"),
        ["Confirm your email address for JobHax"]
    );
    assert_eq!(email.headers("Message-ID").len(), 1);
    assert_eq!(email.headers("Date"), ["Sun, 15 Mar 2026 12:00:00 +0000"]);
    let link = format!("http://test-app/activate?token={}", email.token());
    assert!(email.text().contains(&link) && email.html().contains(&format!("href=\"{link}\"")));

    let input = VerifyEmailInput { token: email.token() };
    auth::verify_email(&app.services, input, &ClientInfo::unknown())
        .await
        .expect("verified");
    let profile = users::get_profile(&app.services, &ada).await.expect("ada");
    assert!(profile.email_verified);
    assert_eq!(count(&app, "select count(*) from outbound_emails").await, 0);
    assert_eq!(count(&app, "select count(*) from background_jobs").await, 0);
}

/// Only once per device, and not for the first device.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn sign_in_from_new_device_sends_email(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    app.register_user("ada").await.expect("ada");
    run_jobs(&app).await;
    smtp.clear();
    for user_agent in [
        FIREFOX,
        FIREFOX,
        "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0",
    ] {
        login(&app, "ada", PASSWORD, user_agent).await.expect("login");
    }
    run_jobs(&app).await;
    let email = smtp.single_email();
    assert_eq!(email.headers("Subject"), ["New sign-in to your JobHax account"]);
    assert!(email.text().contains("from Firefox on Linux"));
    assert!(login(&app, "ada", "wrong wrong wrong", "curl/8").await.is_err());
    run_jobs(&app).await;
    assert_eq!(smtp.emails().len(), 1, "a failed login sends no email");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn email_is_sent_only_to_stored_address(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    let input = RegisterInput {
        email: "Mara.K@example.org".into(),
        password: PASSWORD.into(),
        first_name: Some("Mara, see http://evil.example".into()),
        last_name: None,
        time_zone: None,
    };
    auth::register(&app.services, input, &ClientInfo::unknown(), Channel::Api)
        .await
        .expect("registered");
    run_jobs(&app).await;
    smtp.clear();
    for invalid in [
        "mara.k@example.org,eve@evil.example",
        "mara.k@example.org\r\nBcc: eve@evil.example",
        "mara.k@example.org%0aeve@evil.example",
        "Mara <mara.k@example.org>",
        "mara.k@example.org eve@evil.example",
        "mara.k@example.org\0",
        "",
    ] {
        assert_eq!(
            error_fields(forgot_password(&app, invalid).await),
            ["email"],
            "{invalid:?}"
        );
    }
    // A Cyrillic letter makes another address. The Kelvin sign is normalized to K and finds the user.
    forgot_password(&app, "mаra.k@example.org")
        .await
        .expect("requested");
    forgot_password(&app, " MARA.\u{212a}@EXAMPLE.ORG ")
        .await
        .expect("requested");
    run_jobs(&app).await;
    let email = smtp.single_email();
    assert_eq!(email.to, ["<Mara.K@example.org>"]);
    assert_eq!(email.headers("To"), ["Mara.K@example.org"]);
    assert!(email.headers("Bcc").is_empty() && email.headers("Cc").is_empty());
    assert!(!email.text().contains("evil") && !email.html().contains("evil"));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn transient_smtp_error_is_retried_and_permanent_error_is_not(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    app.register_user("ada").await.expect("ada");
    smtp.set_behavior(Behavior::Defer);
    run_jobs(&app).await;
    assert!(smtp.emails().is_empty());
    assert_eq!(count(&app, "select count(*) from outbound_emails").await, 1);
    let scheduled = "select count(*) from background_jobs where kind = 'send_email' and attempts = 1 and run_at > now() + interval '20 s'";
    assert_eq!(count(&app, scheduled).await, 1);
    // The token is not in the database between the attempts.
    let dump: Vec<String> = sqlx::query_scalar(
        "select l::text from outbound_emails l union all select j::text from background_jobs j",
    )
    .fetch_all(&app.owner)
    .await
    .expect("dump");

    smtp.set_behavior(Behavior::Accept);
    run_retries(&app).await;
    let token = smtp.single_email().token();
    assert!(token.len() >= 22 && dump.iter().all(|row| !row.contains(&token)));

    app.register_user("ben").await.expect("ben");
    smtp.set_behavior(Behavior::Reject);
    run_jobs(&app).await;
    assert_eq!(
        count(&app, "select count(*) from outbound_emails").await,
        0,
        "permanently rejected"
    );
    assert_eq!(count(&app, "select count(*) from background_jobs").await, 0);
}

/// If the worker crashes after sending, the email is sent twice.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn resent_email_has_the_same_token(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    app.register_user("ada").await.expect("ada");
    let rows = |table: &str| format!("create table copy_of_{table} as table {table}");
    for table in ["outbound_emails", "background_jobs"] {
        sqlx::query(sqlx::AssertSqlSafe(rows(table)))
            .execute(&app.owner)
            .await
            .expect("copied");
    }
    run_jobs(&app).await;
    sqlx::raw_sql("insert into outbound_emails table copy_of_outbound_emails; insert into background_jobs table copy_of_background_jobs")
        .execute(&app.owner)
        .await
        .expect("restored as after a crash");
    run_jobs(&app).await;
    let tokens: Vec<String> = smtp.emails().iter().map(ReceivedEmail::token).collect();
    assert_eq!(tokens.len(), 2);
    assert_eq!(tokens[0], tokens[1]);
    let input = VerifyEmailInput {
        token: tokens[0].clone(),
    };
    auth::verify_email(&app.services, input, &ClientInfo::unknown())
        .await
        .expect("valid");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn emails_without_smtp_are_private_files_in_outbox_until_retention_ends(pool: PgPool) {
    use std::os::unix::fs::PermissionsExt as _;
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("ada");
    let input = ChangePasswordInput {
        current_password: Some(PASSWORD.into()),
        new_password: NEW_PASSWORD.into(),
    };
    auth::change_password(&app.services, &ada, input, &ClientInfo::unknown())
        .await
        .expect("changed");
    run_jobs(&app).await;
    let outbox_files = || {
        let suffix = format!("{}.eml", ada.user.id);
        let mut files: Vec<_> = std::fs::read_dir(app.data_dir().join("outbox"))
            .expect("outbox")
            .map(|entry| entry.expect("entry").path())
            .filter(|path| path.to_string_lossy().ends_with(&suffix))
            .collect();
        files.sort();
        files
    };
    let files = outbox_files();
    assert_eq!(files.len(), 2);
    for path in &files {
        let mode = std::fs::metadata(path).expect("file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let text = std::fs::read_to_string(&files[0]).expect("text");
    assert!(text.contains("To: ada@example.org"));
    // Modification times of files are real, and the test clock is not: advance it beyond them.
    app.clock.advance(chrono::TimeDelta::days(3650));
    wiring::delete_expired(&app.services).await.expect("deleted");
    assert!(outbox_files().is_empty());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn reused_refresh_token_sends_one_email(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    app.register_user("ada").await.expect("ada");
    let first = login(&app, "ada", PASSWORD, "curl/8").await.expect("login");
    run_jobs(&app).await;
    smtp.clear();
    let client = ClientInfo::new(
        std::net::Ipv4Addr::LOCALHOST.into(),
        Some("python-requests/2".into()),
    );
    let refresh = async || {
        let input = RefreshTokenInput {
            refresh_token: first.refresh_token.clone(),
            tenant: None,
        };
        auth::refresh_tokens(&app.services, input, &client).await
    };
    let second = refresh().await.expect("refreshed");
    assert_eq!(error_code(refresh().await), ErrorCode::InvalidToken);
    run_jobs(&app).await;
    assert!(
        smtp.emails().is_empty(),
        "within the grace period no email is sent"
    );
    app.clock.advance(chrono::TimeDelta::seconds(11));
    for _ in 0..3 {
        assert_eq!(error_code(refresh().await), ErrorCode::InvalidToken);
    }
    run_jobs(&app).await;
    let email = smtp.single_email();
    assert_eq!(email.to, ["<ada@example.org>"]);
    assert_eq!(smtp.subjects(), ["A session of your JobHax account was revoked"]);
    let text = email.text();
    assert!(text.contains("python-requests"), "{text}");
    assert!(text.contains("http://test-app/forgot-password"), "{text}");
    for token in [&first, &second] {
        let secrets = [&token.refresh_token, &token.access_token];
        assert!(secrets.iter().all(|secret| !email.raw.contains(*secret)));
    }
}

async fn run_retries(app: &TestApp) {
    sqlx::query("update background_jobs set run_at = now()")
        .execute(&app.owner)
        .await
        .expect("updated");
    run_jobs(app).await;
}
