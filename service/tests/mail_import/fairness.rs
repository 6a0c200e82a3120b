//! Imports of many users share the workers, and no one's email waits for them.

use crate::import_fixture::{ImportFixture, confirmation, mbox};
use service::background::{Lane, run_one};
use sqlx::PgPool;

fn mailbox(company: &str) -> Vec<u8> {
    mbox(&[confirmation(company, "Baker", 1)])
}

/// Marks the next import as running, as a worker would that holds it for long.
const HOLD: &str = "update background_jobs set lease_until = now() + interval '1 hour' where id = \
    (select id from background_jobs where kind = 'import_mail' and lease_until is null order by run_at, id limit 1)";

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn confirmation_email_is_sent_while_ten_users_import(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    while run_one(&fixture.services, Some(Lane::Interactive))
        .await
        .expect("emails of ada")
    {}
    for n in 0..10 {
        let user = fixture.app.register_user(&format!("u{n}")).await.expect("user");
        while run_one(&fixture.services, Some(Lane::Interactive))
            .await
            .expect("emails")
        {}
        for _ in 0..5 {
            fixture.upload(&user, &[("a.mbox", &mailbox("Moss"))]).await;
        }
    }
    fixture.app.register_user("late").await.expect("registered");
    let emails = "select kind from background_jobs where kind = 'send_email'";
    assert_eq!(fixture.rows(emails).await.len(), 1, "control");
    assert!(
        run_one(&fixture.services, Some(Lane::Interactive))
            .await
            .expect("ran")
    );
    assert!(fixture.rows(emails).await.is_empty());
    assert!(
        !run_one(&fixture.services, Some(Lane::Interactive))
            .await
            .expect("polled"),
        "the worker for interactive jobs runs no import"
    );
    let imports = "select kind from background_jobs where kind = 'import_mail' and fencing_token = 0";
    assert_eq!(fixture.rows(imports).await.len(), 50);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn next_import_is_of_the_user_with_the_fewest_running(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let ben = fixture.app.register_user("ben").await.expect("registered");
    while run_one(&fixture.services, Some(Lane::Interactive))
        .await
        .expect("emails")
    {}
    for _ in 0..5 {
        fixture
            .upload(&fixture.ada, &[("a.mbox", &mailbox("Moss"))])
            .await;
    }
    let bens = fixture.upload(&ben, &[("b.mbox", &mailbox("Fern"))]).await;
    fixture.execute(HOLD).await;
    assert!(run_one(&fixture.services, None).await.expect("ran"));
    let done = service::mail::get_import(&fixture.services, &ben, bens.id).await;
    assert_eq!(
        done.expect("import").state,
        domain::mail::ImportState::Done,
        "ben's only import precedes the other four of ada, which were queued earlier"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn imports_are_not_starved_by_emails(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    for n in 0..5 {
        fixture.app.register_user(&format!("u{n}")).await.expect("user");
    }
    let import = fixture
        .upload(&fixture.ada, &[("a.mbox", &mailbox("Moss"))])
        .await;
    assert!(run_one(&fixture.services, None).await.expect("ran"));
    let import = service::mail::get_import(&fixture.services, &fixture.ada, import.id).await;
    assert_eq!(import.expect("import").state, domain::mail::ImportState::Done);
    let emails = "select kind from background_jobs where kind = 'send_email'";
    assert_eq!(
        fixture.rows(emails).await.len(),
        6,
        "control: emails were due earlier"
    );
}

/// More than a small import may have.
fn large_mailbox(company: &str) -> Vec<u8> {
    let mut message = confirmation(company, "Baker", 1);
    message.extend(vec![b'x'; 1 << 20]);
    mbox(&[message])
}

async fn drain_emails(fixture: &ImportFixture) {
    while run_one(&fixture.services, Some(Lane::Interactive))
        .await
        .expect("emails")
    {}
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn small_import_does_not_wait_for_large_ones(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let ben = fixture.app.register_user("ben").await.expect("registered");
    drain_emails(&fixture).await;
    let large = fixture
        .upload(&fixture.ada, &[("a.mbox", &large_mailbox("Moss"))])
        .await;
    let small = fixture.upload(&ben, &[("b.mbox", &mailbox("Fern"))]).await;
    assert!(run_one(&fixture.services, Some(Lane::Short)).await.expect("ran"));
    let small = service::mail::get_import(&fixture.services, &ben, small.id).await;
    assert_eq!(small.expect("import").state, domain::mail::ImportState::Done);
    assert!(
        !run_one(&fixture.services, Some(Lane::Short))
            .await
            .expect("polled"),
        "the worker for short jobs runs no large import"
    );
    assert!(run_one(&fixture.services, None).await.expect("ran"));
    let large = service::mail::get_import(&fixture.services, &fixture.ada, large.id).await;
    assert_eq!(large.expect("import").state, domain::mail::ImportState::Done);
}

async fn check_turns(pool: PgPool, file: &[u8]) {
    let fixture = ImportFixture::new(pool).await;
    let ben = fixture.app.register_user("ben").await.expect("registered");
    drain_emails(&fixture).await;
    let mut imports = Vec::new();
    for user in [&fixture.ada, &fixture.ada, &fixture.ada, &ben, &ben] {
        imports.push((user, fixture.upload(user, &[("a.mbox", file)]).await.id));
    }
    let mut order = Vec::new();
    while run_one(&fixture.services, None).await.expect("ran") {
        for (n, (user, id)) in imports.iter().enumerate() {
            let import = service::mail::get_import(&fixture.services, user, *id).await;
            if import.expect("import").state == domain::mail::ImportState::Done && !order.contains(&n) {
                order.push(n);
            }
        }
    }
    assert_eq!(order, [0, 3, 1, 4, 2]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn large_imports_of_users_take_turns(pool: PgPool) {
    Box::pin(check_turns(pool, &large_mailbox("Moss"))).await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn small_imports_of_users_take_turns(pool: PgPool) {
    Box::pin(check_turns(pool, &mailbox("Moss"))).await;
}
