//! A Postgres of our own, for whoever has none: made under the data folder, started with the server, stopped with it.
//!
//! It listens on a Unix socket only, takes two logins only, neither of them a superuser, and loses nothing that was
//! committed. When it dies while we serve it is started again.

pub mod account;
mod cluster;
mod place;
mod process;
pub mod programs;
pub mod roles;

use secrecy::ExposeSecret as _;
use service::{db::ConnectOptions, rng::Rng};
use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{sync::oneshot, task::JoinHandle, time::sleep};

/// Between tries to start a server that died.
const RETRY: Duration = Duration::from_millis(200);
/// The same, once many tries have failed.
const RETRY_SLOWLY: Duration = Duration::from_secs(5);

/// Why our own Postgres does not run.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// Root has no account to run it as.
    #[error(
        "Postgres does not run as root, and there is no user postgres or nobody to run it as. Start jobhax as a normal user, or set DATABASE_URL"
    )]
    NoAccount,
    /// No server programs, and they could not be downloaded.
    #[error(
        "no Postgres {major} server programs found, and downloading them failed: {detail}. Install them (Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; macOS: brew install postgresql@17), or set DATABASE_URL"
    )]
    NoPrograms {
        /// The version that was wanted.
        major: u32,
        /// What the download said.
        detail: String,
    },
    /// A folder or file that cannot be used.
    #[error(
        "cannot use {0}: {1}. Give it to this user, name another folder by JOBHAX_DATA_DIR, or set DATABASE_URL"
    )]
    Folder(PathBuf, io::Error),
    /// One of its programs failed.
    #[error("{what} failed: {detail}")]
    Program {
        /// What was done.
        what: &'static str,
        /// What it said.
        detail: String,
    },
    /// The server ended at once.
    #[error("it did not start: {0}")]
    Start(String),
    /// A server of an earlier run does not end.
    #[error("process {0} still works on the data and does not end. Stop it by hand")]
    Orphan(i32),
}

/// Our own Postgres, running.
pub struct Embedded {
    socket: PathBuf,
    passwords: cluster::Passwords,
    stop: oneshot::Sender<()>,
    watch: JoinHandle<()>,
}

impl Embedded {
    /// Makes what is missing, ends what an earlier run left, and starts. The data folder is absolute and locked.
    pub async fn start(data_dir: &Path, rng: &dyn Rng) -> Result<Self, PostgresError> {
        let place = place::Place::choose(data_dir).await?;
        process::stop_orphan(&place).await?;
        let programs = programs::Programs::find(
            programs::made_by(&place.data()),
            &place.base.join("programs"),
            place.account,
        )
        .await?;
        let passwords = cluster::prepare(&place, &programs, data_dir, rng).await?;
        let child = process::start(&place, &programs).await?;
        tracing::info!(version = programs.major, data = %place.data().display(), "embedded Postgres is ready");
        let (stop, stopped) = oneshot::channel();
        let socket = place.socket.clone();
        let watch = tokio::spawn(keep_running(place, programs, child, stopped));
        Ok(Self {
            socket,
            passwords,
            stop,
            watch,
        })
    }

    /// How migrations connect: as the schema's owner.
    pub fn owner(&self) -> ConnectOptions {
        self.options(roles::OWNER)
            .password(self.passwords.owner.expose_secret())
    }

    /// How serving connects: as a login that row level security binds.
    pub fn login(&self) -> ConnectOptions {
        self.options(roles::LOGIN)
            .password(self.passwords.login.expose_secret())
    }

    fn options(&self, role: &str) -> ConnectOptions {
        ConnectOptions::new_without_pgpass()
            .socket(&self.socket)
            .port(5432)
            .database(roles::DATABASE)
            .username(role)
    }

    /// Stops it cleanly.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.watch.await;
        tracing::info!("embedded Postgres has stopped");
    }
}

/// Starts the server again whenever it ends by itself.
async fn keep_running(
    place: place::Place,
    programs: programs::Programs,
    mut child: tokio::process::Child,
    mut stopped: oneshot::Receiver<()>,
) {
    loop {
        tokio::select! {
            status = child.wait() => tracing::error!(status = ?status.ok(), "embedded Postgres ended; starting it again"),
            _ = &mut stopped => return process::stop(child).await,
        }
        let mut tries = 0_u32;
        child = loop {
            // Its sessions may outlive it for a moment and still hold its memory; then it refuses, and is tried again.
            match process::start(&place, &programs).await {
                Ok(child) => break child,
                Err(error) => tracing::warn!(%error, "embedded Postgres does not start yet"),
            }
            tries += 1;
            let pause = if tries < 50 { RETRY } else { RETRY_SLOWLY };
            tokio::select! {
                () = sleep(pause) => {}
                _ = &mut stopped => return,
            }
        };
        tracing::info!("embedded Postgres is ready again");
    }
}
