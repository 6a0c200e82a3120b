//! FT-06: no use case needs a second connection while it holds one: with a pool of one, all of them still end.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use domain::{
    jobapps::{AddJobappInput, AddNoteInput},
    users::{LoginInput, RefreshInput, RegisterInput},
};
use service::{
    Services,
    db::Db,
    idempotency::Attempt,
    jobapps,
    limits::{self, Client, Limits},
    mail,
    testing::{Bench, PASSWORD},
    users,
};
use sqlx::PgPool;
use std::time::Duration;
use tokio::time::timeout;

/// A request with a key and this body.
fn attempt(body: &str) -> Attempt {
    let attempt = Attempt::new("POST /x", b"k").expect("a key");
    attempt.feed(body.as_bytes());
    attempt.seal();
    attempt
}

async fn all(s: &Services) {
    let client = Client::unknown();
    let register = RegisterInput {
        email: "ada@example.org".into(),
        password: PASSWORD.into(),
        first_name: None,
        last_name: None,
        time_zone: None,
    };
    users::register(s, register, &client).await.expect("registered");
    let login = LoginInput {
        email: "ada@example.org".into(),
        password: PASSWORD.into(),
        tenant: None,
    };
    let tokens = users::login(s, login, &client).await.expect("in");
    let refresh = RefreshInput {
        refresh_token: tokens.refresh_token,
        tenant: None,
    };
    let tokens = users::refresh(s, refresh, &client).await.expect("refreshed");
    let caller = users::caller_of_token(s, &tokens.access_token)
        .await
        .expect("known");
    limits::api(s, &client, caller.session.0)
        .await
        .expect("let through");
    let mut made = Vec::new();
    for _ in 0..2 {
        let input = AddJobappInput {
            job_title: "Baker".into(),
            company: "Fernway".into(),
            ..AddJobappInput::default()
        };
        let attempt = attempt("job");
        let job = jobapps::add_once(s, &caller, Some(&attempt), input)
            .await
            .expect("added");
        assert_eq!(attempt.is_replayed(), !made.is_empty());
        made.push(job);
    }
    assert_eq!(made[0], made[1]);
    for _ in 0..2 {
        let attempt = Attempt::new("POST /notes", b"k").expect("a key");
        let input = AddNoteInput {
            jobapp_id: made[0].id,
            description: "Called.".into(),
        };
        jobapps::add_note_once(s, &caller, Some(&attempt), input)
            .await
            .expect("noted");
    }
    for _ in 0..2 {
        let attempt = Attempt::new("POST /mails", b"k").expect("a key");
        let mut upload = mail::begin_import_once(s, &caller, Some(&attempt))
            .await
            .expect("begun");
        upload.file("a.eml").await.expect("a file");
        upload.write(b"Subject: x\r\n\r\nHello").await.expect("written");
        upload.finish().await.expect("finished");
    }
    users::demo(s, &client).await.expect("a demo");
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ft_06_one_connection_is_enough(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let login = bench
        .owner
        .connect_options()
        .as_ref()
        .clone()
        .username("jobhax_login");
    let mut services = bench.services.clone().with_limits(Limits::default());
    services.db = Db::connect(login, 1);
    // Two requests that wait for one another would end by the time that a connection is waited for.
    timeout(Duration::from_secs(30), all(&services))
        .await
        .expect("all ended");
}
