//! FT-10, FT-11, FT-12: a worker that dies anywhere, one that sleeps too long, one that never gets on.

use crate::bench::{Desk, all_fixtures, mbox, receipt, rejection};
use domain::mail::ImportState;
use service::{jobs::work_off, mail};
use sqlx::PgPool;
use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll},
};

/// Lets a future go on for so many turns and then drops it, wherever it is: what a kill does.
struct Killed<F> {
    work: Pin<Box<F>>,
    turns: usize,
}

impl<F: Future<Output = Result<(), service::Error>>> Future for Killed<F> {
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool> {
        if self.turns == 0 {
            return Poll::Ready(false);
        }
        self.turns -= 1;
        self.work
            .as_mut()
            .poll(context)
            .map(|done| done.map(|()| true).expect("worked off"))
    }
}

fn mailbox() -> Vec<u8> {
    let (mut file, _) = all_fixtures();
    let more = (0..450).flat_map(|n| {
        let company = format!("Moss {}", n % 150);
        [
            receipt(&company, "Baker", n),
            if n % 3 == 0 {
                rejection(&company, "Baker", 1 + n % 27)
            } else {
                receipt(&company, "Cook", n)
            },
        ]
    });
    file.extend(mbox(&more.collect::<Vec<_>>()));
    file
}

/// The same for the doors to the database: a caller who goes away while a transaction begins must not leave the connection
/// inside of it, where the next one would work under a foreign name and lose what it writes.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ft_08_a_transaction_given_up_while_it_begins_is_over(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let open = "select pid::text from pg_stat_activity where datname = current_database() and usename = 'jobhax_login' \
                and state like 'idle in transaction%' and now() - state_change > interval '200 ms'";
    for turns in (1..8).cycle().take(60) {
        let reading = async {
            service::jobapps::statuses(&desk.services, &desk.ada)
                .await
                .map(drop)
        };
        Killed {
            work: Box::pin(reading),
            turns,
        }
        .await;
        let searching = async {
            mail::get_import(&desk.services, &desk.ada, domain::ImportId(uuid::Uuid::nil()))
                .await
                .map(drop)
                .or(Ok(()))
        };
        Killed {
            work: Box::pin(searching),
            turns,
        }
        .await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(desk.rows(open).await, Vec::<String>::new());
    desk.bench.person("ben").await.expect("what is written lasts");
    assert_eq!(
        desk.rows("select email from users where email like 'ben@%'")
            .await
            .len(),
        1
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ft_10_killed_anywhere_every_application_is_made_exactly_once(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let file = mailbox();
    let undisturbed = desk.import(&desk.ada, &[("all.mbox", &file)]).await;
    let wanted = desk.state(&desk.ada).await;

    let ben = desk.bench.person("ben").await.expect("registered");
    let import = desk.send(&ben, &[("all.mbox", &file)]).await;
    let mut kills = 0;
    for turns in (0..).map(|n: usize| 3 + n * 5 % 24) {
        let work = work_off(&desk.services);
        let ended = Killed {
            work: Box::pin(work),
            turns,
        }
        .await;
        // A statement that was on its way when the worker died may still take the work.
        if ended && desk.rows("select id::text from job").await.is_empty() {
            break;
        }
        kills += 1;
        assert!(kills < 2_000, "it gets on");
        // The lease of the dead is over.
        desk.execute("update job set lease_until = null, run_at = now() - interval '1 s', attempts = 0")
            .await;
    }
    assert!(kills > 8, "killed only {kills} times");
    assert_eq!(desk.state(&ben).await, wanted);
    let import = mail::get_import(&desk.services, &ben, import.id)
        .await
        .expect("found");
    assert_eq!(import.errors, undisturbed.errors);
    let counts = |i: &domain::mail::Import| {
        (
            i.state,
            i.messages_seen,
            i.applications_created,
            i.applications_updated,
            i.mails_ignored,
        )
    };
    assert_eq!(counts(&import), counts(&undisturbed));
    // And then the person, unsure, sends it again.
    let again = desk.import(&ben, &[("all.mbox", &file)]).await;
    assert_eq!((again.applications_created, again.applications_updated), (0, 0));
    assert_eq!(desk.state(&ben).await, wanted);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ft_11_a_worker_that_lost_its_work_changes_nothing_any_more(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let import = desk.send(&desk.ada, &[("all.mbox", &mailbox())]).await;
    let mut zombie = pin!(work_off(&desk.services));
    // It goes on turn by turn until it has taken the work and is between two steps. There it sleeps, and another takes the
    // work. Asleep within a step it would hold the row, and the other would have to wait.
    let take = "update job set token = token + 1, attempts = 1, lease_until = now() + interval '1 hour' where id in \
                (select id from job where token > 0 and kind = 'import_mail' for update skip locked) returning id::text";
    while desk.rows(take).await.is_empty() {
        let turn = std::future::poll_fn(|context| Poll::Ready(zombie.as_mut().poll(context))).await;
        assert!(turn.is_pending(), "it was done before it slept");
    }
    let before = desk.rows("select i::text from mail_import i").await;
    zombie.await.expect("it ends quietly");
    assert_eq!(
        desk.rows("select i::text from mail_import i").await,
        before,
        "no step was made with the old token"
    );
    assert_eq!(
        desk.rows("select token::text || attempts from job where kind = 'import_mail'")
            .await
            .len(),
        1,
        "the work is the other's"
    );
    desk.execute("update job set lease_until = null").await;
    work_off(&desk.services).await.expect("worked off");
    let import = mail::get_import(&desk.services, &desk.ada, import.id)
        .await
        .expect("found");
    assert_eq!(import.state, ImportState::Done);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ft_12_work_that_never_gets_on_is_given_up_and_says_so(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let import = desk.send(&desk.ada, &[("Poison.mbox", &mailbox())]).await;
    for _ in 0..5 {
        // Taken, and the process is gone at once.
        desk.execute("update job set attempts = attempts + 1, token = token + 1")
            .await;
    }
    work_off(&desk.services).await.expect("worked off");
    let import = mail::get_import(&desk.services, &desk.ada, import.id)
        .await
        .expect("found");
    assert_eq!(import.state, ImportState::Failed);
    assert_eq!(
        (import.errors[0].file.as_str(), import.errors[0].position),
        ("Poison.mbox", 1)
    );
    assert!(
        !desk
            .bench
            .data_dir()
            .join("uploads")
            .join(import.id.to_string())
            .exists()
    );
    assert!(desk.rows("select id::text from job").await.is_empty());
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn work_of_a_person_who_is_gone_is_dropped(pool: PgPool) {
    let desk = Desk::new(pool).await;
    desk.send(&desk.ada, &[("a.mbox", &mailbox())]).await;
    desk.execute("delete from users").await;
    desk.execute("delete from tenants").await;
    work_off(&desk.services).await.expect("worked off");
    assert!(desk.rows("select id::text from job").await.is_empty());
}
