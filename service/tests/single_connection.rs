//! No use case waits for a second connection while it holds one: with a pool of one connection all of them complete.
#![expect(clippy::expect_used, reason = "tests panic on unexpected errors")]

use domain::{
    auth::{LoginInput, RefreshTokenInput, RegisterInput},
    jobapps::{AddApplicationInput, AddNoteInput},
};
use service::{
    Services,
    auth::{self, Channel},
    context::ClientInfo,
    idempotency::IdempotentRequest,
    jobapps, mail,
    platform::db::Db,
    rate_limit::{self, Limits},
    testing::{PASSWORD, TestApp},
    wiring,
};
use sqlx::PgPool;
use std::time::Duration;
use tokio::time::timeout;

async fn run_use_cases(s: &Services) {
    let client = ClientInfo::unknown();
    let register = RegisterInput {
        email: "ada@example.org".into(),
        password: PASSWORD.into(),
        first_name: None,
        last_name: None,
        time_zone: None,
    };
    auth::register(s, register, &client, Channel::Api)
        .await
        .expect("registered");
    let login = LoginInput {
        email: "ada@example.org".into(),
        password: PASSWORD.into(),
        tenant: None,
    };
    let sign_in = auth::login(s, login, &client, Channel::Api)
        .await
        .expect("signed in");
    let refresh = RefreshTokenInput {
        refresh_token: sign_in.into_tokens().expect("tokens").refresh_token,
        tenant: None,
    };
    let tokens = auth::refresh_tokens(s, refresh, &client)
        .await
        .expect("refreshed");
    let caller = auth::authenticate_token(s, &tokens.access_token)
        .await
        .expect("authenticated");
    rate_limit::check_api(s, &client, caller.session.0)
        .await
        .expect("allowed");

    let mut applications = Vec::new();
    for _ in 0..2 {
        let input = AddApplicationInput {
            job_title: "Baker".into(),
            company: "Fernway".into(),
            ..AddApplicationInput::default()
        };
        let request = IdempotentRequest::new("POST /x", b"k").expect("valid key");
        request.update(b"application");
        request.finish();
        let application = jobapps::add(s, &caller, Some(&request), input)
            .await
            .expect("added");
        assert_eq!(request.is_replayed(), !applications.is_empty());
        applications.push(application);
    }
    assert_eq!(applications[0], applications[1]);
    for _ in 0..2 {
        let request = IdempotentRequest::new("POST /notes", b"k").expect("valid key");
        let input = AddNoteInput {
            jobapp_id: applications[0].id,
            description: "Called.".into(),
        };
        jobapps::add_note(s, &caller, Some(&request), input)
            .await
            .expect("added");
    }
    for _ in 0..2 {
        let request = IdempotentRequest::new("POST /mails", b"k").expect("valid key");
        let mut upload = mail::begin_import(s, &caller, Some(&request))
            .await
            .expect("import");
        upload.start_file("a.eml").await.expect("file");
        upload.write(b"Subject: x\r\n\r\nHello").await.expect("written");
        upload.finish().await.expect("finished");
    }
    wiring::create_demo_user(s, &client, "UTC")
        .await
        .expect("demo user");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn use_cases_complete_with_a_single_connection(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let login = app
        .owner
        .connect_options()
        .as_ref()
        .clone()
        .username("jobhax_login");
    let mut services = app.services.clone().with_limits(Limits::default());
    services.db = Db::connect(login, 1);
    // Shorter than two acquire timeouts of the pool, with which a deadlock would end.
    timeout(Duration::from_secs(30), run_use_cases(&services))
        .await
        .expect("completed");
}
