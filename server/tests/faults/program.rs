//! The program under test.

use crate::{
    client::{Answer, get},
    system::{Folder, signal, until},
};
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

/// Making a cluster on a busy machine takes a while.
const START: Duration = Duration::from_mins(1);

/// The same however the port changes: tokens name it, and outlive a restart.
const PUBLIC_URL: &str = "http://jobhax.test";

/// The program, running.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
    log: PathBuf,
}

/// The program with nothing of this environment but what is said here.
pub fn command(data: &Path, environment: &[(&str, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jobhax"));
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
        // These tests ask much and from one address.
        .env("JOBHAX_LIMITS", "register=0,login_address=0,api=0")
        .envs(environment.iter().map(|(n, v)| (*n, v)));
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

impl Program {
    /// Starts it and waits until it is ready.
    pub async fn start(folder: &Folder, environment: &[(&str, String)]) -> Self {
        let program = Self::start_unready(folder, "data", environment).await;
        program.until_ready(START).await;
        program
    }

    /// Starts it with this data folder and waits until it listens.
    pub async fn start_unready(folder: &Folder, data: &str, environment: &[(&str, String)]) -> Self {
        let log = folder.0.join(format!("{data}.log"));
        let mut command = command(&folder.0.join(data), environment);
        command
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).expect("log"));
        let mut child = command.spawn().expect("jobhax");
        let mut address = None;
        until("jobhax listens", START, async || {
            let text = fs::read_to_string(&log).unwrap_or_default();
            if let Ok(Some(status)) = child.try_wait() {
                panic!("jobhax ended with {status}:\n{text}");
            }
            address = text
                .split_once("listening")
                .map(|(_, rest)| rest.trim_start_matches(['"', ':', '=']))
                .and_then(|rest| rest.split([' ', '"', '\n']).next()?.parse().ok());
            address.is_some()
        })
        .await;
        Self {
            child,
            address: address.expect("address"),
            log,
        }
    }

    pub async fn until_ready(&self, limit: Duration) -> Duration {
        until("jobhax is ready", limit, async || self.is_ready().await).await
    }

    pub async fn is_ready(&self) -> bool {
        get(self.address, "/readyz")
            .await
            .is_ok_and(|Answer { status, .. }| status == 200)
    }

    pub fn id(&self) -> i32 {
        i32::try_from(self.child.id().expect("running")).expect("a process")
    }

    /// Files that it holds open.
    pub fn open_files(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.id()))
            .expect("/proc")
            .count()
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Dies without a word.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("killed");
    }

    /// Is told to stop, and how that went.
    pub async fn stop(mut self, how: Signal, limit: Duration) -> (ExitStatus, Duration) {
        signal(self.id(), how);
        let told = Instant::now();
        let status = timeout(limit, self.child.wait()).await;
        let status = status.unwrap_or_else(|_| panic!("still there after {limit:?}:\n{}", self.log()));
        (status.expect("status"), told.elapsed())
    }
}
