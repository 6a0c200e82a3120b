//! What is sent, to whom, and when.

use crate::{
    sink::Mood,
    support::{NEW, bench, code, count, forgot, login, posted, work},
};
use domain::{
    ErrorCode,
    users::{ActivateInput, ChangePasswordInput, RefreshInput, RegisterInput},
};
use service::{
    limits::Client,
    testing::{Bench, PASSWORD},
    users,
};
use sqlx::PgPool;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

/// AT-8: the link begins with the configured address; no request has a say in it.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn registering_asks_whether_the_address_is_theirs(pool: PgPool) {
    let (bench, sink) = posted(pool).await;
    let ada = bench.person("ada").await.expect("ada");
    assert!(
        sink.all().is_empty(),
        "nothing is sent while the request is answered"
    );
    work(&bench).await;
    let letter = sink.only();
    assert_eq!(letter.to, ["<ada@example.org>"]);
    assert_eq!(letter.headers("To"), ["ada@example.org"]);
    assert_eq!(letter.headers("From"), ["JobHax <no-reply@localhost>"]);
    assert_eq!(letter.headers("Auto-Submitted"), ["auto-generated"]);
    assert_eq!(letter.headers("Subject"), ["Confirm your e-mail for JobHax"]);
    assert_eq!(letter.headers("Message-ID").len(), 1);
    assert_eq!(letter.headers("Date"), ["Sun, 15 Mar 2026 12:00:00 +0000"]);
    let link = format!("http://bench/activate?token={}", letter.token());
    assert!(letter.plain().contains(&link) && letter.html().contains(&format!("href=\"{link}\"")));

    let input = ActivateInput {
        token: letter.token(),
    };
    users::activate(&bench.services, input, &Client::unknown())
        .await
        .expect("confirmed");
    let profile = users::get_profile(&bench.services, &ada).await.expect("ada");
    assert!(profile.email_verified);
    assert_eq!(count(&bench, "select count(*) from letter").await, 0);
    assert_eq!(count(&bench, "select count(*) from job").await, 0);
}

/// A sign-in from something not seen before is told once, and the first one is nothing new.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_sign_in_from_something_new_is_told(pool: PgPool) {
    let (bench, sink) = posted(pool).await;
    bench.person("ada").await.expect("ada");
    work(&bench).await;
    sink.clear();
    for agent in [
        FIREFOX,
        FIREFOX,
        "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0",
    ] {
        login(&bench, "ada", PASSWORD, agent).await.expect("in");
    }
    work(&bench).await;
    let letter = sink.only();
    assert_eq!(
        letter.headers("Subject"),
        ["A new sign-in to your JobHax account"]
    );
    assert!(letter.plain().contains("from Firefox on Linux"));
    assert!(login(&bench, "ada", "wrong wrong wrong", "curl/8").await.is_err());
    work(&bench).await;
    assert_eq!(sink.all().len(), 1, "a wrong password is no sign-in");
}

/// PW-10, AT-7, IN-8, AT-73: one letter, to the stored address, whatever was typed.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn letters_go_to_the_stored_address_only(pool: PgPool) {
    let (bench, sink) = posted(pool).await;
    let input = RegisterInput {
        email: "Mara.K@example.org".into(),
        password: PASSWORD.into(),
        first_name: Some("Mara, see http://evil.example".into()),
        last_name: None,
        time_zone: None,
    };
    users::register(&bench.services, input, &Client::unknown())
        .await
        .expect("registered");
    work(&bench).await;
    sink.clear();
    for wrong in [
        "mara.k@example.org,eve@evil.example",
        "mara.k@example.org\r\nBcc: eve@evil.example",
        "mara.k@example.org%0aeve@evil.example",
        "Mara <mara.k@example.org>",
        "mara.k@example.org eve@evil.example",
        "mara.k@example.org\0",
        "",
    ] {
        assert_eq!(
            crate::support::fields(forgot(&bench, wrong).await),
            ["email"],
            "{wrong:?}"
        );
    }
    // A letter of another alphabet is another address; the Kelvin sign is a K and finds the person, at their own.
    forgot(&bench, "mаra.k@example.org").await.expect("taken down");
    forgot(&bench, " MARA.\u{212a}@EXAMPLE.ORG ")
        .await
        .expect("taken down");
    work(&bench).await;
    let letter = sink.only();
    assert_eq!(letter.to, ["<Mara.K@example.org>"]);
    assert_eq!(letter.headers("To"), ["Mara.K@example.org"]);
    assert!(letter.headers("Bcc").is_empty() && letter.headers("Cc").is_empty());
    assert!(!letter.plain().contains("evil") && !letter.html().contains("evil"));
}

/// A busy server is asked again, the letter stays; one that refuses the recipient for good ends it.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_letter_waits_for_a_busy_server(pool: PgPool) {
    let (bench, sink) = posted(pool).await;
    bench.person("ada").await.expect("ada");
    sink.become_(Mood::Busy);
    work(&bench).await;
    assert!(sink.all().is_empty());
    assert_eq!(count(&bench, "select count(*) from letter").await, 1);
    let waiting = "select count(*) from job where kind = 'send_letter' and attempts = 1 and run_at > now() + interval '20 s'";
    assert_eq!(count(&bench, waiting).await, 1);
    // The database holds nothing that could be used, before, between and after the attempts.
    let dump: Vec<String> =
        sqlx::query_scalar("select l::text from letter l union all select j::text from job j")
            .fetch_all(&bench.owner)
            .await
            .expect("dump");

    sink.become_(Mood::Takes);
    again(&bench).await;
    let token = sink.only().token();
    assert!(token.len() >= 22 && dump.iter().all(|row| !row.contains(&token)));

    bench.person("ben").await.expect("ben");
    sink.become_(Mood::Refuses);
    work(&bench).await;
    assert_eq!(
        count(&bench, "select count(*) from letter").await,
        0,
        "refused for good"
    );
    assert_eq!(count(&bench, "select count(*) from job").await, 0);
}

/// Sent twice, because the worker fell down in between, a letter has the same link.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn sending_again_sends_the_same_link(pool: PgPool) {
    let (bench, sink) = posted(pool).await;
    bench.person("ada").await.expect("ada");
    let rows = |table: &str| format!("create table kept_{table} as table {table}");
    for table in ["letter", "job"] {
        sqlx::query(sqlx::AssertSqlSafe(rows(table)))
            .execute(&bench.owner)
            .await
            .expect("kept");
    }
    work(&bench).await;
    sqlx::raw_sql("insert into letter table kept_letter; insert into job table kept_job")
        .execute(&bench.owner)
        .await
        .expect("as if it had fallen down");
    work(&bench).await;
    let tokens: Vec<String> = sink.all().iter().map(crate::sink::Arrived::token).collect();
    assert_eq!(tokens.len(), 2);
    assert_eq!(tokens[0], tokens[1]);
    let input = ActivateInput {
        token: tokens[0].clone(),
    };
    users::activate(&bench.services, input, &Client::unknown())
        .await
        .expect("holds");
}

/// Without a mail server letters lie in the outbox, for the server's eyes only, until a week has gone.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn without_a_mail_server_letters_lie_in_the_outbox(pool: PgPool) {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = bench(pool);
    let ada = bench.person("ada").await.expect("ada");
    let input = ChangePasswordInput {
        current_password: Some(PASSWORD.into()),
        new_password: NEW.into(),
    };
    users::change_password(&bench.services, &ada, input, &Client::unknown())
        .await
        .expect("changed");
    work(&bench).await;
    let lying = || {
        let ending = format!("{}.eml", ada.user.id);
        let mut found: Vec<_> = std::fs::read_dir(bench.data_dir().join("outbox"))
            .expect("outbox")
            .map(|entry| entry.expect("entry").path())
            .filter(|path| path.to_string_lossy().ends_with(&ending))
            .collect();
        found.sort();
        found
    };
    let found = lying();
    assert_eq!(found.len(), 2);
    for path in &found {
        let mode = std::fs::metadata(path).expect("file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let text = std::fs::read_to_string(&found[0]).expect("text");
    assert!(text.contains("To: ada@example.org"));
    // The bench's clock stands in 2026, the files are from today: a week after today they are too old.
    bench.clock.advance(chrono::TimeDelta::days(3650));
    users::sweep(&bench.services).await.expect("swept");
    assert!(lying().is_empty());
}

/// TK-7: whose refresh token is used twice is told, once, and as a person who can do something about it.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn tk_7_a_token_used_twice_is_told(pool: PgPool) {
    let (bench, sink) = posted(pool).await;
    bench.person("ada").await.expect("ada");
    let first = login(&bench, "ada", PASSWORD, "curl/8").await.expect("in");
    work(&bench).await;
    sink.clear();
    let client = Client::new(
        std::net::Ipv4Addr::LOCALHOST.into(),
        Some("python-requests/2".into()),
    );
    let exchange = async || {
        let input = RefreshInput {
            refresh_token: first.refresh_token.clone(),
            tenant: None,
        };
        users::refresh(&bench.services, input, &client).await
    };
    let second = exchange().await.expect("exchanged");
    assert_eq!(code(exchange().await), ErrorCode::InvalidToken);
    work(&bench).await;
    assert!(sink.all().is_empty(), "at the same moment it is a busy program");
    bench.clock.advance(chrono::TimeDelta::seconds(11));
    for _ in 0..3 {
        assert_eq!(code(exchange().await), ErrorCode::InvalidToken);
    }
    work(&bench).await;
    let letter = sink.only();
    assert_eq!(letter.to, ["<ada@example.org>"]);
    assert_eq!(sink.subjects(), ["A sign-in to your JobHax account was ended"]);
    let words = letter.plain();
    assert!(words.contains("python-requests"), "{words}");
    assert!(words.contains("http://bench/forgot-password"), "{words}");
    for token in [&first, &second] {
        let secrets = [&token.refresh_token, &token.access_token];
        assert!(secrets.iter().all(|secret| !letter.raw.contains(*secret)));
    }
}

async fn again(bench: &Bench) {
    sqlx::query("update job set run_at = now()")
        .execute(&bench.owner)
        .await
        .expect("now");
    work(bench).await;
}
