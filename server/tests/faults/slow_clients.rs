//! FT-07: clients that hold a place and do nothing with it are let go, each kind at its limit, and nobody else notices.

use crate::{
    client::get,
    program::Program,
    system::{Folder, until},
};
use std::{
    fs,
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};

const HEADER: Duration = Duration::from_secs(1);
const IDLE: Duration = Duration::from_millis(1800);
const STALL: Duration = Duration::from_millis(1400);
/// A busy machine is late, never early.
const LATE: Duration = Duration::from_secs(4);
const OF_EACH: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Silent,
    HalfHeader,
    SlowHeader,
    StalledBody,
    SlowBody,
    NeverReads,
    IdleKeepAlive,
}

impl Kind {
    const ALL: [Self; 7] = [
        Self::Silent,
        Self::HalfHeader,
        Self::SlowHeader,
        Self::StalledBody,
        Self::SlowBody,
        Self::NeverReads,
        Self::IdleKeepAlive,
    ];

    const fn limit(self) -> Duration {
        match self {
            Self::Silent | Self::IdleKeepAlive => IDLE,
            Self::HalfHeader | Self::SlowHeader => HEADER,
            Self::StalledBody | Self::SlowBody | Self::NeverReads => STALL,
        }
    }

    /// Behaves so until the server closes; gives the time from the moment at which it began to be slow.
    async fn live(self, address: SocketAddr) -> Duration {
        let mut stream = TcpStream::connect(address).await.expect("connect");
        let post = format!(
            "POST /api/users/login HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n{{"
        );
        let first = match self {
            Self::Silent => String::new(),
            Self::HalfHeader | Self::SlowHeader => {
                format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nX-Slow: ")
            }
            Self::StalledBody | Self::SlowBody => post,
            Self::NeverReads => format!("GET /fonts/big.bin HTTP/1.1\r\nHost: {address}\r\n\r\n"),
            Self::IdleKeepAlive => format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\n\r\n"),
        };
        stream.write_all(first.as_bytes()).await.expect("write");
        if self == Self::IdleKeepAlive {
            let mut answer = [0; 4096];
            assert!(stream.read(&mut answer).await.expect("answer") > 0);
        }
        let began = Instant::now();
        match self {
            Self::SlowHeader | Self::SlowBody => {
                // A byte now and then, until the other side is gone or has answered.
                let (mut read, mut write) = stream.split();
                let mut scrap = [0; 4096];
                let drip = async {
                    while write.write_all(b"x").await.is_ok() {
                        sleep(Duration::from_millis(100)).await;
                    }
                };
                tokio::select! {
                    () = drip => {}
                    _ = read.read(&mut scrap) => {}
                }
            }
            Self::NeverReads => {
                // It would notice only by reading; the server's files show that it was let go.
                sleep(self.limit() + LATE / 2).await;
                let mut all = Vec::new();
                let _ = stream.read_to_end(&mut all).await;
                assert!(all.len() < BIG, "the whole answer came although nobody read it");
                return self.limit();
            }
            _ => {
                let mut scrap = Vec::new();
                let _ = stream.read_to_end(&mut scrap).await;
            }
        }
        began.elapsed()
    }
}

const BIG: usize = 64 << 20;

/// A folder of built files with one that does not fit into any socket's buffer.
fn site(folder: &Folder) -> String {
    let root = folder.0.join("site");
    fs::create_dir_all(root.join("pkg")).expect("pkg");
    fs::create_dir_all(root.join("fonts")).expect("fonts");
    fs::File::create(root.join("fonts/big.bin"))
        .and_then(|f| f.set_len(BIG as u64))
        .expect("big file");
    root.to_string_lossy().into_owned()
}

fn environment(folder: &Folder) -> Vec<(&'static str, String)> {
    vec![
        ("LEPTOS_SITE_ROOT", site(folder)),
        ("JOBHAX_HEADER_TIMEOUT_MS", HEADER.as_millis().to_string()),
        ("JOBHAX_IDLE_TIMEOUT_MS", IDLE.as_millis().to_string()),
        ("JOBHAX_STALL_TIMEOUT_MS", STALL.as_millis().to_string()),
    ]
}

#[tokio::test]
async fn ft_07_each_kind_of_slow_client_is_let_go_at_its_limit() {
    let folder = Folder::new();
    let program = Program::start(&folder, &environment(&folder)).await;
    let before = program.open_files();

    let mut slow = JoinSet::new();
    for kind in Kind::ALL {
        for _ in 0..OF_EACH {
            let address = program.address;
            slow.spawn(async move { (kind, timeout(Duration::from_secs(30), kind.live(address)).await) });
        }
    }
    // Meanwhile everybody else is served as ever.
    let mut worst = Duration::ZERO;
    for _ in 0..40 {
        let began = Instant::now();
        assert_eq!(
            get(program.address, "/healthz").await.expect("answer").status,
            200
        );
        worst = worst.max(began.elapsed());
        sleep(Duration::from_millis(25)).await;
    }
    assert!(worst < Duration::from_secs(1), "others waited {worst:?}");

    while let Some(ended) = slow.join_next().await {
        let (kind, after) = ended.expect("client");
        let after = after.unwrap_or_else(|_| panic!("{kind:?} was never let go"));
        let limit = kind.limit();
        assert!(
            after + Duration::from_millis(150) >= limit,
            "{kind:?} was let go after {after:?}, before {limit:?}"
        );
        assert!(after < limit + LATE, "{kind:?} was let go only after {after:?}");
    }
    until("all files are closed", LATE, async || {
        program.open_files() <= before + 2
    })
    .await;
    assert!(!program.log().contains("panic"), "{}", program.log());
}

/// A client that is slow but fair is served: a body in many parts, each within the limit.
#[tokio::test]
async fn ft_07_a_fair_client_is_not_let_go() {
    let folder = Folder::new();
    let program = Program::start(&folder, &environment(&folder)).await;
    let body = format!("{{\"email\":\"{}\",\"password\":\"x\"}}", "a".repeat(16_000));
    let mut stream = TcpStream::connect(program.address).await.expect("connect");
    let head = format!(
        "POST /api/users/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("head");
    for part in body.as_bytes().chunks(4_000) {
        sleep(STALL / 2).await;
        stream.write_all(part).await.expect("part");
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answer");
    assert!(
        answer.starts_with("HTTP/1.1 4") && !answer.starts_with("HTTP/1.1 408"),
        "{answer}"
    );
}

/// The control: the stock server keeps them all.
#[tokio::test]
async fn ft_07_control_the_stock_server_never_lets_them_go() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
    let address = listener.local_addr().expect("address");
    let routes = axum::Router::new().route("/healthz", axum::routing::get(async || "up"));
    let server = tokio::spawn(async move { axum::serve(listener, routes).await });
    let mut kept = JoinSet::new();
    for kind in [Kind::Silent, Kind::HalfHeader, Kind::IdleKeepAlive] {
        kept.spawn(async move { timeout(kind.limit() + LATE, kind.live(address)).await });
    }
    while let Some(ended) = kept.join_next().await {
        assert!(
            ended.expect("client").is_err(),
            "the stock server lets go by itself: this test proves nothing any more"
        );
    }
    server.abort();
}
