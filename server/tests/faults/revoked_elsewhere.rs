//! TK-5, AZ-6, AT-41, AT-43: two servers on one database keep in memory who calls. What ends at one has ended at the other a
//! second later, however the other's connection that hears of it fares.

use crate::{
    client::{get_as, post, register},
    program::Program,
    system::{Cluster, Folder, signal, until},
};
use rustix::process::Signal;
use serde_json::json;
use server::postgres::roles;
use sqlx::{Connection as _, PgConnection};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{task::JoinHandle, time::sleep};

/// What the acceptance allows, and not more.
const AT_ONCE: Duration = Duration::from_secs(1);
const LISTENERS: &str = "select pid from pg_stat_activity where application_name = 'jobhax listener' and datname = current_database()";

struct Two {
    cluster: Cluster,
    a: Program,
    b: Program,
    _folder: Folder,
}

impl Two {
    async fn start() -> Self {
        let cluster = Cluster::start(&[]).await;
        let folder = Folder::new();
        let mut environment = cluster.environment();
        let key = folder.0.join("secret.key").display().to_string();
        environment.push(("JOBHAX_SECRET_KEY_FILE", key));
        let a = Program::start_unready(&folder, "a", &environment).await;
        a.until_ready(Duration::from_mins(1)).await;
        let b = Program::start_unready(&folder, "b", &environment).await;
        b.until_ready(Duration::from_mins(1)).await;
        let two = Self {
            cluster,
            a,
            b,
            _folder: folder,
        };
        two.until_both_listen().await;
        two
    }

    async fn until_both_listen(&self) {
        let mut look = self.superuser().await;
        until("both servers listen", Duration::from_secs(20), async || {
            listeners(&mut look).await.len() == 2
        })
        .await;
        sleep(Duration::from_millis(100)).await;
    }

    async fn superuser(&self) -> PgConnection {
        self.cluster.superuser(roles::DATABASE).await
    }

    /// Somebody who registered at A and whom B keeps in memory.
    async fn person(&self, name: &str) -> String {
        let token = register(self.a.address, name).await;
        for _ in 0..2 {
            assert_eq!(status(self.b.address, &token).await, 200);
        }
        token
    }

    async fn run(&self, sql: &'static str) {
        let done = sqlx::raw_sql(sql)
            .execute(&mut self.superuser().await)
            .await
            .expect(sql);
        assert!(done.rows_affected() > 0, "nothing was changed: {sql}");
    }
}

async fn listeners(look: &mut PgConnection) -> Vec<i32> {
    sqlx::query_scalar(LISTENERS)
        .fetch_all(look)
        .await
        .expect("listeners")
}

async fn status(address: SocketAddr, token: &str) -> u16 {
    let answer = get_as(address, token, "/api/jobapps/get_statuses").await;
    answer.expect("answer").status
}

async fn logout(address: SocketAddr, token: &str) {
    let answer = post(address, "/api/users/logout", token, &json!({})).await;
    assert_eq!(answer.expect("answer").status, 204);
    assert_eq!(status(address, token).await, 401, "at the same server at once");
}

/// The server refuses it within a second of now.
async fn refuses(address: SocketAddr, token: &str, what: &str) {
    let ended = Instant::now();
    let mut asked = ended;
    while status(address, token).await != 401 {
        // What counts is when the request was sent.
        assert!(asked - ended < AT_ONCE, "still taken a second later: {what}");
        sleep(Duration::from_millis(10)).await;
        asked = Instant::now();
    }
}

#[tokio::test]
async fn what_ends_at_one_server_has_ended_at_the_other() {
    let two = Two::start().await;
    let (a, b) = (two.a.address, two.b.address);

    let token = two.person("ada").await;
    logout(a, &token).await;
    refuses(b, &token, "signed out").await;

    // Everywhere: the other session of the same person.
    let first = two.person("ben").await;
    let input = json!({"email": "ben@example.org", "password": "a quiet harbour at dawn"});
    let again = post(a, "/api/users/login", "", &input)
        .await
        .expect("answer")
        .json();
    let second = again["data"]["access_token"].as_str().expect("token").to_owned();
    assert_eq!(status(b, &second).await, 200);
    let everywhere = post(a, "/api/users/logout", &first, &json!({"everywhere": true})).await;
    assert_eq!(everywhere.expect("answer").status, 204);
    refuses(b, &second, "signed out everywhere").await;

    // By hand in the database, past every program.
    for (name, sql, what) in [
        (
            "cleo",
            "delete from sessions s using users u where u.id = s.user_id and u.email = 'cleo@example.org'",
            "session removed",
        ),
        (
            "dan",
            "delete from memberships m using users u where u.id = m.user_id and u.email = 'dan@example.org'",
            "removed from the workspace",
        ),
        (
            "eve",
            "delete from users where email = 'eve@example.org'",
            "person deleted",
        ),
        (
            "fay",
            "delete from tenants t using memberships m, users u where m.tenant_id = t.id and u.id = m.user_id and u.email = 'fay@example.org'",
            "workspace deleted",
        ),
        (
            "gus",
            "update sessions s set expires_at = now() from users u where u.id = s.user_id and u.email = 'gus@example.org'",
            "session cut short",
        ),
    ] {
        let token = two.person(name).await;
        two.run(sql).await;
        refuses(b, &token, what).await;
    }

    // Demoted: still let in, no longer let write.
    let token = two.person("hal").await;
    let new = json!({"job_title": "Clerk", "company": "Fernway"});
    let add = async |token: &str| {
        post(b, "/api/jobapps/add_jobapp", token, &new)
            .await
            .expect("answer")
            .status
    };
    assert_eq!(add(&token).await, 201);
    two.run("update memberships m set role = 'coach' from users u where u.id = m.user_id and u.email = 'hal@example.org'")
        .await;
    let limit = until("the demoted person is refused", AT_ONCE, async || {
        add(&token).await == 403
    })
    .await;
    assert_eq!(status(b, &token).await, 200);
    println!("demoted after {limit:?}");
}

/// Ends every listening connection again and again.
fn cut_listeners(url: String) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut superuser = PgConnection::connect(&url).await.expect("superuser");
        loop {
            sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'jobhax listener'")
                .execute(&mut superuser)
                .await
                .expect("ended");
            sleep(Duration::from_millis(20)).await;
        }
    })
}

#[tokio::test]
async fn a_server_that_cannot_hear_asks_the_database() {
    let two = Two::start().await;
    let (a, b) = (two.a.address, two.b.address);

    let token = two.person("ada").await;
    let cutting = cut_listeners(two.cluster.url("postgres", roles::DATABASE));
    sleep(Duration::from_millis(300)).await;
    assert_eq!(status(b, &token).await, 200);
    logout(a, &token).await;
    refuses(b, &token, "signed out while connections are cut").await;
    cutting.abort();
    two.until_both_listen().await;
    let token = two.person("ben").await;
    logout(a, &token).await;
    refuses(b, &token, "signed out after the connections came back").await;

    // No word comes any more, and no end either: both backends are frozen.
    let token = two.person("cleo").await;
    let mut look = two.superuser().await;
    let frozen = listeners(&mut look).await;
    assert_eq!(frozen.len(), 2);
    for pid in &frozen {
        signal(*pid, Signal::STOP);
    }
    logout(a, &token).await;
    refuses(b, &token, "signed out while the connections are silent").await;
    until("new connections listen", Duration::from_secs(10), async || {
        listeners(&mut look)
            .await
            .iter()
            .filter(|pid| !frozen.contains(pid))
            .count()
            == 2
    })
    .await;
    for pid in frozen {
        signal(pid, Signal::CONT);
    }
}

/// A server that slept through the end does not rely on what it kept before it fell asleep.
#[tokio::test]
async fn a_server_that_slept_believes_nothing() {
    let two = Two::start().await;
    let token = two.person("ada").await;
    signal(two.b.id(), Signal::STOP);
    logout(two.a.address, &token).await;
    sleep(Duration::from_millis(800)).await;
    signal(two.b.id(), Signal::CONT);
    assert_eq!(status(two.b.address, &token).await, 401, "the very first request");
}
