//! Workers that are killed, that lose their lease, or that never make progress.

use crate::import_fixture::{ImportFixture, all_samples, confirmation, mbox, rejection};
use domain::mail::ImportState;
use service::{background::run_until_idle, mail};
use sqlx::PgPool;
use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll},
};

/// Polls a future a number of times and then drops it, like a killed process. False if it was dropped.
struct CancelAfterPolls<F> {
    future: Pin<Box<F>>,
    polls: usize,
}

impl<F: Future<Output = Result<(), service::Error>>> Future for CancelAfterPolls<F> {
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool> {
        if self.polls == 0 {
            return Poll::Ready(false);
        }
        self.polls -= 1;
        self.future
            .as_mut()
            .poll(context)
            .map(|done| done.map(|()| true).expect("jobs run"))
    }
}

fn mailbox() -> Vec<u8> {
    let (mut file, _) = all_samples();
    let more = (0..450).flat_map(|n| {
        let company = format!("Moss {}", n % 150);
        [
            confirmation(&company, "Baker", n),
            if n % 3 == 0 {
                rejection(&company, "Baker", 1 + n % 27)
            } else {
                confirmation(&company, "Cook", n)
            },
        ]
    });
    file.extend(mbox(&more.collect::<Vec<_>>()));
    file
}

/// Otherwise the next user of the connection would work inside the transaction of another tenant and lose its writes.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn transaction_cancelled_while_beginning_is_rolled_back(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let open = "select pid::text from pg_stat_activity where datname = current_database() and usename = 'jobhax_login' \
                and state like 'idle in transaction%' and now() - state_change > interval '200 ms'";
    for polls in (1..8).cycle().take(60) {
        let listing = async {
            service::jobapps::list_stages(&fixture.services, &fixture.ada)
                .await
                .map(drop)
        };
        CancelAfterPolls {
            future: Box::pin(listing),
            polls,
        }
        .await;
        let finding = async {
            mail::get_import(
                &fixture.services,
                &fixture.ada,
                domain::ImportId(uuid::Uuid::nil()),
            )
            .await
            .map(drop)
            .or(Ok(()))
        };
        CancelAfterPolls {
            future: Box::pin(finding),
            polls,
        }
        .await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(fixture.rows(open).await, Vec::<String>::new());
    fixture.app.register_user("ben").await.expect("registered");
    assert_eq!(
        fixture
            .rows("select email from users where email like 'ben@%'")
            .await
            .len(),
        1
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn worker_killed_anywhere_creates_each_application_exactly_once(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let file = mailbox();
    let uninterrupted = fixture.import(&fixture.ada, &[("all.mbox", &file)]).await;
    let expected = fixture.snapshot(&fixture.ada).await;

    let ben = fixture.app.register_user("ben").await.expect("registered");
    let import = fixture.upload(&ben, &[("all.mbox", &file)]).await;
    let mut kills = 0;
    // The fewer polls the whole work needs, the earlier it is killed.
    for polls in (0..).map(|n: usize| 2 + n % 4 + n / 4) {
        let work = run_until_idle(&fixture.services);
        let is_done = CancelAfterPolls {
            future: Box::pin(work),
            polls,
        }
        .await;
        // A statement that was sent before the kill may still acquire the job.
        if is_done
            && fixture
                .rows("select id::text from background_jobs")
                .await
                .is_empty()
        {
            break;
        }
        kills += 1;
        assert!(kills < 2_000, "no progress");
        // Expires the lease of the killed worker.
        fixture.execute("update background_jobs set lease_until = null, run_at = now() - interval '1 s', attempts = 0")
            .await;
    }
    assert!(kills > 8, "killed only {kills} times");
    assert_eq!(fixture.snapshot(&ben).await, expected);
    let import = mail::get_import(&fixture.services, &ben, import.id)
        .await
        .expect("found");
    assert_eq!(import.errors, uninterrupted.errors);
    let counts = |i: &domain::mail::Import| {
        (
            i.state,
            i.messages_seen,
            i.applications_created,
            i.applications_updated,
            i.mails_ignored,
        )
    };
    assert_eq!(counts(&import), counts(&uninterrupted));
    // The user uploads the file again.
    let again = fixture.import(&ben, &[("all.mbox", &file)]).await;
    assert_eq!((again.applications_created, again.applications_updated), (0, 0));
    assert_eq!(fixture.snapshot(&ben).await, expected);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn worker_that_lost_its_lease_changes_nothing(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let import = fixture.upload(&fixture.ada, &[("all.mbox", &mailbox())]).await;
    let mut zombie = pin!(run_until_idle(&fixture.services));
    // Polled until it has acquired the job and is between two steps; then another worker acquires the job. Within a step it
    // would lock the row.
    let acquire = "update background_jobs set fencing_token = fencing_token + 1, attempts = 1, lease_until = now() + interval '1 hour' where id in \
                (select id from background_jobs where fencing_token > 0 and kind = 'import_mail' for update skip locked) returning id::text";
    while fixture.rows(acquire).await.is_empty() {
        let poll = std::future::poll_fn(|context| Poll::Ready(zombie.as_mut().poll(context))).await;
        assert!(poll.is_pending(), "the import ended too early");
    }
    let before = fixture.rows("select i::text from mail_imports i").await;
    zombie.await.expect("ends without error");
    assert_eq!(
        fixture.rows("select i::text from mail_imports i").await,
        before,
        "no step with the old fencing token was committed"
    );
    assert_eq!(
        fixture
            .rows("select fencing_token::text || attempts from background_jobs where kind = 'import_mail'")
            .await
            .len(),
        1,
        "the job belongs to the other worker"
    );
    fixture
        .execute("update background_jobs set lease_until = null")
        .await;
    run_until_idle(&fixture.services).await.expect("jobs run");
    let import = mail::get_import(&fixture.services, &fixture.ada, import.id)
        .await
        .expect("found");
    assert_eq!(import.state, ImportState::Done);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn job_without_progress_is_given_up_with_an_error(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let import = fixture.upload(&fixture.ada, &[("Poison.mbox", &mailbox())]).await;
    for _ in 0..5 {
        // Acquired by a process that crashes immediately.
        fixture
            .execute("update background_jobs set attempts = attempts + 1, fencing_token = fencing_token + 1")
            .await;
    }
    run_until_idle(&fixture.services).await.expect("jobs run");
    let import = mail::get_import(&fixture.services, &fixture.ada, import.id)
        .await
        .expect("found");
    assert_eq!(import.state, ImportState::Failed);
    assert_eq!(
        (import.errors[0].file.as_str(), import.errors[0].position),
        ("Poison.mbox", 1)
    );
    assert!(
        !fixture
            .app
            .data_dir()
            .join("uploads")
            .join(import.id.to_string())
            .exists()
    );
    assert!(
        fixture
            .rows("select id::text from background_jobs")
            .await
            .is_empty()
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn job_of_deleted_user_is_discarded(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    fixture.upload(&fixture.ada, &[("a.mbox", &mailbox())]).await;
    fixture.execute("delete from users").await;
    fixture.execute("delete from tenants").await;
    run_until_idle(&fixture.services).await.expect("jobs run");
    assert!(
        fixture
            .rows("select id::text from background_jobs")
            .await
            .is_empty()
    );
}
