//! The real server in a separate process.

use super::{TempDir, raw_http, send_signal, wait_until};
use rustix::process::Signal;
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};
use tokio::{
    process::{Child, Command},
    time::timeout,
};

/// Creating the embedded cluster takes a while on a busy machine.
pub(super) const START_TIMEOUT: Duration = Duration::from_mins(1);

/// Independent of the port, because tokens contain the URL and are used across restarts.
const PUBLIC_URL: &str = "http://jobhax.test";

pub(super) const PROGRAM: &str = env!("CARGO_BIN_EXE_jobhax");

/// A running server.
pub struct ServerProcess {
    child: Child,
    pub address: SocketAddr,
    log: PathBuf,
}

/// The command `jobhax` with these environment variables, without variables of the caller that would change its behavior.
pub fn server_command(data: &Path, environment: &[(&str, String)]) -> Command {
    let mut command = Command::new(PROGRAM);
    configure(&mut command, data, environment);
    command
}

/// Sets these environment variables and removes those of the caller that would change the server's behavior.
pub(super) fn configure(command: &mut Command, data: &Path, environment: &[(&str, String)]) {
    for name in [
        "DATABASE_URL",
        "JOBHAX_MIGRATE_DATABASE_URL",
        "JOBHAX_SECRET_KEY_FILE",
    ] {
        command.env_remove(name);
    }
    command
        .env("JOBHAX_DATA_DIR", data)
        .env("JOBHAX_LISTEN", "127.0.0.1:0")
        .env("JOBHAX_PUBLIC_URL", PUBLIC_URL)
        // Only the test of the shutdown notice needs one.
        .env("JOBHAX_SHUTDOWN_NOTICE_MS", "0")
        // These tests send many requests from one address.
        .env("JOBHAX_LIMITS", "register=0,login_address=0,api=0,api_user=0")
        .envs(environment.iter().map(|(n, v)| (*n, v)));
    command.stdin(Stdio::null()).kill_on_drop(true);
}

impl ServerProcess {
    /// Starts a server and waits until it is ready.
    pub async fn start(dir: &TempDir, environment: &[(&str, String)]) -> Self {
        Self::start_in(dir, "data", environment).await
    }

    /// Starts a server with this data folder and waits until it is ready.
    pub async fn start_in(dir: &TempDir, data: &str, environment: &[(&str, String)]) -> Self {
        let log = dir.0.join(format!("{data}.log"));
        let mut command = server_command(&dir.0.join(data), environment);
        command
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).expect("log"));
        let mut child = command.spawn().expect("jobhax");
        let mut address = None;
        wait_until("jobhax listens", START_TIMEOUT, async || {
            let text = fs::read_to_string(&log).unwrap_or_default();
            if let Ok(Some(status)) = child.try_wait() {
                panic!("jobhax ended with {status}:\n{text}");
            }
            address = logged_address(&text, "listening");
            address.is_some()
        })
        .await;
        let server = Self {
            child,
            address: address.expect("address"),
            log,
        };
        server.wait_until_ready(START_TIMEOUT).await;
        server
    }

    pub async fn wait_until_ready(&self, limit: Duration) -> Duration {
        wait_until("jobhax is ready", limit, async || self.is_ready().await).await
    }

    pub async fn is_ready(&self) -> bool {
        raw_http::get(self.address, "/readyz")
            .await
            .is_ok_and(|response| response.status == 200)
    }

    pub fn pid(&self) -> i32 {
        i32::try_from(self.child.id().expect("running")).expect("a process")
    }

    /// The number of open file descriptors.
    pub fn open_files(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.pid()))
            .expect("/proc")
            .count()
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Sends SIGKILL.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("killed");
    }

    /// Sends a signal and waits until the process has ended. Returns the exit status and how long it took.
    pub async fn stop(mut self, signal: Signal, limit: Duration) -> (ExitStatus, Duration) {
        send_signal(self.pid(), signal);
        let start = Instant::now();
        let status = timeout(limit, self.child.wait()).await;
        let status = status.unwrap_or_else(|_| panic!("still running after {limit:?}:\n{}", self.log()));
        (status.expect("status"), start.elapsed())
    }
}

/// The address in this field of the log, in text or JSON format.
pub fn logged_address(log: &str, field: &str) -> Option<SocketAddr> {
    log.match_indices(field).find_map(|(start, _)| {
        let value = log[start + field.len()..].trim_start_matches(['"', ':', '=']);
        value.split([' ', '"', '\n']).next()?.parse().ok()
    })
}
