//! A worker that is killed while it reads email leaves nothing that the next one does not complete.

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

    /// Polls the worker at most this often. True if it ended by itself.
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

/// Runs the jobs of a kind and kills the worker ten times at random. Undisturbed, the worker is polled about this often.
async fn run_with_kills(sources: &Sources, kind: &str, polls: usize) {
    let mut random = Random(11);
    let jobs = format!(
        "select count(*) from background_jobs where kind = '{kind}' and run_at <= now() + interval '5 min'"
    );
    for kill in 1..=KILLS {
        let max_polls = 1 + random.below(2 * polls / (KILLS + 5));
        let is_done = Worker::start(sources).run(max_polls).await;
        assert!(!is_done, "the work was done before kill {kill}");
        assert_eq!(sources.server.count(&jobs).await, 1, "kill {kill}");
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
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn ten_kills_during_an_import_change_nothing(pool: PgPool) {
    let sources = Sources::start(pool, &messages(MESSAGES, 2)).await;
    let (ada, ben) = (
        sources.server.register("ada").await,
        sources.server.register("ben").await,
    );
    let undisturbed = sources.begin_upload(&ada).await;
    let mut worker = Worker::start(&sources);
    worker.run(usize::MAX).await;
    let disturbed = sources.begin_upload(&ben).await;
    run_with_kills(&sources, "import_mail", worker.polls).await;
    assert_same(
        "after kills",
        &sources.result("ada").await,
        &sources.result("ben").await,
    );
    let mut imports = Vec::new();
    for (client, id) in [(ada, undisturbed), (ben, disturbed)] {
        let mut import = sources.import(&client, &id).await;
        import["id"].take();
        imports.push(import);
    }
    assert_eq!(imports[0], imports[1]);
    assert_eq!(imports[0]["state"], "done");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn ten_kills_during_an_imap_sync_change_nothing(pool: PgPool) {
    let sources = Sources::start(pool, &messages(MESSAGES, 2)).await;
    let (ada, ben) = (
        sources.server.register("ada").await,
        sources.server.register("ben").await,
    );
    sources.connect_imap(&ada).await;
    let mut worker = Worker::start(&sources);
    worker.run(usize::MAX).await;
    sources.connect_imap(&ben).await;
    run_with_kills(&sources, "sync_imap", worker.polls).await;
    assert_eq!(sources.unsynced().await, 0);
    assert_same(
        "after kills",
        &sources.result("ada").await,
        &sources.result("ben").await,
    );
    let folders = "select count(*) from (select name, last_uid, uid_validity from imap_folders group by 1, 2, 3 having count(*) <> 2) f";
    assert_eq!(
        sources.server.count(folders).await,
        0,
        "both read all folders to the end"
    );
}
