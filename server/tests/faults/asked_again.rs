//! FT-02, HT-6: the program dies again and again while programs write with keys and ask once more for each answer that did
//! not come. Each wish is there exactly once, and no key stays claimed by the dead.

use crate::{
    client::{Answer, raw, register},
    program::Program,
    system::{Cluster, Folder},
};
use serde_json::json;
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{task::JoinSet, time::sleep};

const KILLS: u64 = 6;
const WRITERS: usize = 4;
/// Nobody waits longer for an answer to a wish, a restart of the program included.
const PATIENCE: Duration = Duration::from_secs(30);
const TWICE: &str = "select count(*) - count(distinct job_title) from job_application";

async fn ask(address: SocketAddr, token: &str, key: Option<&str>, title: &str) -> io::Result<Answer> {
    let body = json!({"job_title": title, "company": "Fernway"}).to_string();
    let key = key.map_or_else(String::new, |key| format!("Idempotency-Key: {key}\r\n"));
    let head = format!(
        "POST /api/jobapps/add_jobapp HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\n{key}Content-Length: {}\r\n\r\n",
        body.len()
    );
    raw(address, format!("{head}{body}").as_bytes()).await
}

#[tokio::test]
async fn ft_02_what_is_asked_again_with_its_key_is_done_once() {
    let cluster = Cluster::start(&[]).await;
    let folder = Folder::new();
    let mut program = Program::start(&folder, &cluster.environment()).await;
    let address = Arc::new(Mutex::new(program.address));
    let stop = Arc::new(AtomicBool::new(false));
    let again = Arc::new(AtomicU32::new(0));
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let token = register(program.address, &format!("person{writer}")).await;
        let (address, stop, again) = (address.clone(), stop.clone(), again.clone());
        writers.spawn(async move {
            let mut done = 0;
            while !stop.load(Ordering::Relaxed) {
                let wish = format!("wish-{writer}-{done}");
                let began = Instant::now();
                loop {
                    let address = *address.lock().expect("sound");
                    match ask(address, &token, Some(&wish), &wish).await {
                        Ok(answer) if answer.status == 201 => break,
                        Ok(answer) => assert!(matches!(answer.status, 409 | 503), "{answer:?}"),
                        Err(_) => {}
                    }
                    assert!(began.elapsed() < PATIENCE, "no answer to {wish}");
                    again.fetch_add(1, Ordering::Relaxed);
                    sleep(Duration::from_millis(10)).await;
                }
                done += 1;
            }
            done
        });
    }
    for kill in 0..KILLS {
        // Another moment each time, the same in each run.
        sleep(Duration::from_millis(300 + kill * 41)).await;
        program.kill().await;
        program = Program::start(&folder, &cluster.environment()).await;
        *address.lock().expect("sound") = program.address;
    }
    sleep(Duration::from_millis(300)).await;
    stop.store(true, Ordering::Relaxed);
    let done: i64 = writers.join_all().await.into_iter().sum();
    assert!(done > 20, "there was no load: {done}");
    assert!(again.load(Ordering::Relaxed) > 0, "nobody had to ask again");
    assert_eq!(cluster.count("select count(*) from job_application").await, done);
    assert_eq!(cluster.count(TWICE).await, 0);
    assert_eq!(cluster.count("select count(*) from idempotency_key").await, done);

    // The control: asked twice without a key it is there twice, and that is seen.
    let token = register(program.address, "control").await;
    for _ in 0..2 {
        let answer = ask(program.address, &token, None, "control")
            .await
            .expect("an answer");
        assert_eq!(answer.status, 201);
    }
    assert_eq!(cluster.count(TWICE).await, 1);
}
