//! FT-19: told to stop, the program finishes what is at work and is gone at its deadline, whoever holds on.

use crate::{
    client::get,
    program::Program,
    system::{Folder, processes_in, until},
};
use rustix::process::Signal;
use std::{fs, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

const DEADLINE: Duration = Duration::from_millis(2500);
/// Closing the pool and stopping Postgres come after the deadline.
const AFTER: Duration = Duration::from_secs(8);

fn environment() -> Vec<(&'static str, String)> {
    vec![("JOBHAX_DRAIN_TIMEOUT_MS", DEADLINE.as_millis().to_string())]
}

/// A request whose body is on its way: its head is here, the work has begun.
async fn half_sent(program: &Program) -> (TcpStream, &'static str) {
    let body = r#"{"email":"nobody@example.org","password":"a quiet harbour at dawn"}"#;
    let (first, rest) = body.split_at(20);
    let mut stream = TcpStream::connect(program.address).await.expect("connect");
    let head = format!(
        "POST /api/users/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{first}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("head");
    (stream, rest)
}

#[tokio::test]
async fn ft_19_what_is_at_work_is_finished_and_the_rest_is_let_go_at_once() {
    let folder = Folder::new();
    let program = Program::start(&folder, &environment()).await;
    let data = folder.0.join("data");
    let address = program.address;
    let mut idle = TcpStream::connect(address).await.expect("connect");
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .expect("write");
    let mut scrap = [0; 4096];
    assert!(idle.read(&mut scrap).await.expect("answer") > 0);
    let (mut working, rest) = half_sent(&program).await;
    sleep(Duration::from_millis(300)).await;

    let stopping = tokio::spawn(program.stop(Signal::INT, DEADLINE + AFTER));
    until("nobody new is taken", DEADLINE, async || {
        TcpStream::connect(address).await.is_err()
    })
    .await;
    assert_eq!(
        timeout(DEADLINE, idle.read(&mut scrap))
            .await
            .expect("in time")
            .unwrap_or(0),
        0,
        "idle is closed"
    );
    working.write_all(rest.as_bytes()).await.expect("rest");
    let mut answer = String::new();
    working.read_to_string(&mut answer).await.expect("answer");
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(
        answer.to_ascii_lowercase().contains("connection: close"),
        "{answer}"
    );
    drop(working);
    let (status, _) = stopping.await.expect("stopped");
    assert!(status.success(), "{status}");
    assert_eq!(processes_in(&data), Vec::<i32>::new(), "Postgres is left behind");
}

#[tokio::test]
async fn ft_19_clients_that_hold_on_do_not_keep_it() {
    let folder = Folder::new();
    let mut environment = environment();
    let root = folder.0.join("site");
    fs::create_dir_all(root.join("pkg")).expect("pkg");
    fs::create_dir_all(root.join("fonts")).expect("fonts");
    fs::File::create(root.join("fonts/big.bin"))
        .and_then(|f| f.set_len(64 << 20))
        .expect("big file");
    environment.push(("LEPTOS_SITE_ROOT", root.to_string_lossy().into_owned()));
    let program = Program::start(&folder, &environment).await;
    let mut half_open = TcpStream::connect(program.address).await.expect("connect");
    half_open
        .write_all(b"GET / HTTP/1.1\r\nHost:")
        .await
        .expect("write");
    let mut reader = TcpStream::connect(program.address).await.expect("connect");
    reader
        .write_all(b"GET /fonts/big.bin HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .expect("write");
    let (sender, _) = half_sent(&program).await;
    assert_eq!(get(program.address, "/readyz").await.expect("answer").status, 200);
    sleep(Duration::from_millis(300)).await;

    let (status, took) = program.stop(Signal::TERM, DEADLINE + AFTER).await;
    assert!(status.success(), "{status}");
    assert!(
        took + Duration::from_millis(150) >= DEADLINE,
        "it did not wait: {took:?}"
    );
    drop((half_open, reader, sender));
}

/// The control: the stock server waits for them for ever.
#[tokio::test]
async fn ft_19_control_the_stock_server_never_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
    let address = listener.local_addr().expect("address");
    let (tell, told) = tokio::sync::oneshot::channel::<()>();
    let routes = axum::Router::new().route("/", axum::routing::get(async || "up"));
    let serving = axum::serve(listener, routes).with_graceful_shutdown(async move {
        let _ = told.await;
    });
    let serving = tokio::spawn(async move { serving.await });
    let mut half_open = TcpStream::connect(address).await.expect("connect");
    half_open
        .write_all(b"GET / HTTP/1.1\r\nHost:")
        .await
        .expect("write");
    sleep(Duration::from_millis(300)).await;
    tell.send(()).expect("told");
    assert!(
        timeout(DEADLINE + AFTER / 2, serving).await.is_err(),
        "the stock server ends: this test proves nothing any more"
    );
    drop(half_open);
}
