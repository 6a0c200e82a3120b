//! A worker that is killed while it reads email leaves nothing behind that the next worker does not complete.

use super::{
    Sources, assert_same,
    messages::{Random, messages},
};
use service::background::run_until_idle;
use sqlx::PgPool;
use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
};

const MESSAGES: usize = 600;
const KILLS: usize = 10;
/// Users whose imports are disturbed, one after the other, until the worker was killed often enough.
const USERS: [&str; 8] = ["ben", "cleo", "dora", "eve", "finn", "gus", "hana", "ida"];

/// A worker that counts how often it was polled.
struct Worker<'a> {
    work: Pin<Box<dyn Future<Output = Result<(), service::Error>> + 'a>>,
    polls: usize,
}

impl<'a> Worker<'a> {
    fn start(sources: &'a Sources) -> Self {
        Self {
            work: Box::pin(run_until_idle(&sources.server.services)),
            polls: 0,
        }
    }

    /// Polls the worker until it was polled `max_polls` times in total. Returns true if it ended by itself.
    async fn run(&mut self, max_polls: usize) -> bool {
        poll_fn(|context| {
            if self.polls >= max_polls {
                return Poll::Ready(false);
            }
            self.polls += 1;
            let poll = self.work.as_mut().poll(context);
            poll.map(|result| result.map(|()| true).expect("jobs run"))
        })
        .await
    }
}

/// Runs the jobs of a kind and kills the worker at random times, at most `max_kills` times. An undisturbed worker is polled about `polls`
/// times. Returns the number of kills, which can be smaller, because the number of polls depends on the load of the machine.
async fn run_with_kills(
    sources: &Sources,
    kind: &str,
    polls: usize,
    max_kills: usize,
    random: &mut Random,
) -> usize {
    let jobs = format!(
        "select count(*) from background_jobs where kind = '{kind}' and run_at <= now() + interval '5 min'"
    );
    let mut kills = 0;
    while kills < max_kills {
        let max_polls = 1 + random.below(2 * polls / (KILLS + 5));
        if Worker::start(sources).run(max_polls).await {
            break;
        }
        kills += 1;
        if sources.server.count(&jobs).await == 0 {
            // The worker was killed after its last step.
            break;
        }
        sources
            .server
            .execute(
                "update background_jobs set lease_until = null, run_at = now() - interval '1 s', attempts = 0
                 where lease_until is not null or run_at <= now()",
            )
            .await;
    }
    Worker::start(sources).run(usize::MAX).await;
    assert_eq!(sources.server.count(&jobs).await, 0);
    kills
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn ten_kills_during_imports_change_nothing(pool: PgPool) {
    let sources = Sources::start(pool, &messages(MESSAGES, 2)).await;
    let ada = sources.server.register("ada").await;
    let undisturbed = sources.begin_upload(&ada).await;
    let mut worker = Worker::start(&sources);
    worker.run(usize::MAX).await;
    let mut expected = sources.import(&ada, &undisturbed).await;
    expected["id"].take();
    assert_eq!(expected["state"], "done");
    let (mut random, mut kills) = (Random(11), 0);
    for user in USERS {
        if kills == KILLS {
            break;
        }
        let client = sources.server.register(user).await;
        let id = sources.begin_upload(&client).await;
        kills += run_with_kills(&sources, "import_mail", worker.polls, KILLS - kills, &mut random).await;
        assert_same(
            "after kills",
            &sources.result("ada").await,
            &sources.result(user).await,
        );
        let mut import = sources.import(&client, &id).await;
        import["id"].take();
        assert_eq!(import, expected);
    }
    assert_eq!(kills, KILLS);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn ten_kills_during_imap_syncs_change_nothing(pool: PgPool) {
    let sources = Sources::start(pool, &messages(MESSAGES, 2)).await;
    let ada = sources.server.register("ada").await;
    sources.connect_imap(&ada).await;
    let mut worker = Worker::start(&sources);
    worker.run(usize::MAX).await;
    let (mut random, mut kills, mut synced) = (Random(11), 0, 1);
    for user in USERS {
        if kills == KILLS {
            break;
        }
        let client = sources.server.register(user).await;
        sources.connect_imap(&client).await;
        kills += run_with_kills(&sources, "sync_imap", worker.polls, KILLS - kills, &mut random).await;
        synced += 1;
        assert_eq!(sources.unsynced().await, 0);
        assert_same(
            "after kills",
            &sources.result("ada").await,
            &sources.result(user).await,
        );
    }
    assert_eq!(kills, KILLS);
    let folders = format!(
        "select count(*) from (
           select name, last_uid, uid_validity from imap_folders group by 1, 2, 3 having count(*) <> {synced}) f"
    );
    assert_eq!(
        sources.server.count(&folders).await,
        0,
        "all read all folders to the end"
    );
}
