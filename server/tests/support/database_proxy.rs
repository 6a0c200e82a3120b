//! A database proxy that can drop the statements of a server's pool, like a broken network device.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy},
    net::{TcpListener, TcpStream},
};

/// Bytes that identify connections of the pool: only these send them when they begin.
const POOL: &[u8] = b"application_name\0jobhax\0";

/// The proxy. Its connections end with the test's runtime.
pub struct DatabaseProxy {
    pub address: SocketAddr,
    is_silent: Arc<AtomicBool>,
}

impl DatabaseProxy {
    pub async fn start(database: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let address = listener.local_addr().expect("address");
        let is_silent = Arc::new(AtomicBool::new(false));
        let silent = is_silent.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, database, silent.clone()));
            }
        });
        Self { address, is_silent }
    }

    /// Enables the silent mode: connections of the pool begin as usual, but their statements do not arrive.
    pub fn set_silent(&self, is_silent: bool) {
        self.is_silent.store(is_silent, Ordering::Relaxed);
    }
}

async fn forward(client: TcpStream, database: SocketAddr, is_silent: Arc<AtomicBool>) {
    let Ok(server) = TcpStream::connect(database).await else {
        return;
    };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::spawn(async move {
        let _ = copy(&mut from_server, &mut to_client).await;
    });
    let mut buffer = vec![0; 16 * 1024];
    let mut is_pool = false;
    while let Ok(length @ 1..) = from_client.read(&mut buffer).await {
        let bytes = &buffer[..length];
        // The startup message begins with its length; all later messages begin with a letter.
        let is_startup = bytes[0] == 0;
        is_pool |= is_startup && bytes.windows(POOL.len()).any(|window| window == POOL);
        let is_lost = is_pool && !is_startup && is_silent.load(Ordering::Relaxed);
        if !is_lost && to_server.write_all(bytes).await.is_err() {
            return;
        }
    }
}
