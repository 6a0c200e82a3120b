//! A server that is restarted when it crashes, as with `make run`.

use super::{
    TempDir, raw_http, send_signal,
    server_process::{PROGRAM, START_TIMEOUT, configure},
    wait_until,
};
use rustix::process::Signal;
use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    process::{Child, Command},
    time::timeout,
};

/// A running server and the script that supervises it.
pub struct SupervisedServer {
    supervisor: Child,
    pub address: SocketAddr,
    log: PathBuf,
}

impl SupervisedServer {
    /// Starts a server and waits until it is ready.
    pub async fn start(dir: &TempDir, environment: &[(&str, String)]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/supervise");
        let log = dir.0.join("supervised.log");
        let address = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("port");
        let mut command = Command::new(fs::canonicalize(script).expect("script"));
        configure(&mut command, &dir.0.join("data"), environment);
        // Dropping the folder kills the server, even if the supervisor has failed.
        command
            .current_dir(&dir.0)
            .env("JOBHAX_LISTEN", address.to_string())
            .args([PROGRAM, "serve"])
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).expect("log"));
        let supervisor = command.spawn().expect("supervisor");
        let server = Self {
            supervisor,
            address,
            log,
        };
        server.wait_until_ready().await;
        server
    }

    pub async fn wait_until_ready(&self) {
        wait_until("jobhax is ready", START_TIMEOUT, async || {
            raw_http::get(self.address, "/readyz")
                .await
                .is_ok_and(|response| response.status == 200)
        })
        .await;
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Sends SIGTERM to the supervisor and waits until it has ended. Returns its status.
    pub async fn stop(&mut self) -> Option<i32> {
        let pid = i32::try_from(self.supervisor.id().expect("running")).expect("a process");
        send_signal(pid, Signal::TERM);
        let status = timeout(Duration::from_secs(20), self.supervisor.wait()).await;
        status.expect("in time").expect("status").code()
    }
}
