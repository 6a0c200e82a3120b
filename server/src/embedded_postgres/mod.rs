//! Embedded Postgres, used when no database is configured: created in the data directory, started and stopped with the
//! server, restarted when it crashes.
//!
//! It listens on a Unix socket only and accepts two logins, neither of them a superuser.

pub mod binaries;
mod cluster;
pub mod os_user;
mod paths;
mod process;
pub mod roles;

use binaries::Binaries;
use paths::ClusterPaths;
use secrecy::{ExposeSecret as _, SecretString};
use service::platform::{db::ConnectOptions, rng::Rng};
use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{process::Child, sync::oneshot, task::JoinHandle, time::sleep};

/// Delay between attempts to restart the server.
const RESTART_DELAY: Duration = Duration::from_millis(200);
/// Delay after many failed attempts.
const MAX_RESTART_DELAY: Duration = Duration::from_secs(5);
const FAST_RESTART_ATTEMPTS: u32 = 50;

/// Why the embedded Postgres cannot run.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// Root needs an unprivileged user to run it as.
    #[error(
        "Postgres cannot run as root, and there is no user postgres or nobody to run it as. Start jobhax as another user, or set DATABASE_URL"
    )]
    NoUnprivilegedUser,
    /// There are no binaries, and they could not be downloaded.
    #[error(
        "no Postgres {major} server binaries found, and the download failed: {detail}. Install them (Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; macOS: brew install postgresql@17), or set DATABASE_URL"
    )]
    NoBinaries {
        /// The required major version.
        major: u32,
        /// Why the download failed.
        detail: String,
    },
    /// A file or directory cannot be used.
    #[error(
        "cannot use {0}: {1}. Make this user its owner, set JOBHAX_DATA_DIR to another directory, or set DATABASE_URL"
    )]
    Path(PathBuf, io::Error),
    /// One of the binaries failed.
    #[error("{what} failed: {detail}")]
    Command {
        /// The command.
        what: &'static str,
        /// Its error message.
        detail: String,
    },
    /// The server exited during its start.
    #[error("it did not start: {0}")]
    Start(String),
    /// A server of an earlier process does not exit.
    #[error("process {0} still uses the data and does not exit. Stop it by hand")]
    Orphan(i32),
}

fn role_options(socket_dir: &Path, role: &str) -> ConnectOptions {
    ConnectOptions::new_without_pgpass()
        .socket(socket_dir)
        .port(5432)
        .database(roles::DATABASE)
        .username(role)
}

/// Connection options of owner and login for the embedded Postgres that a server runs in this data directory. `None` if it was never
/// created.
pub async fn connect_options(
    data_dir: &Path,
) -> Result<Option<(ConnectOptions, ConnectOptions)>, PostgresError> {
    let Some(passwords) = cluster::existing_passwords(data_dir) else {
        return Ok(None);
    };
    let socket_dir = ClusterPaths::prepare(data_dir).await?.socket_dir;
    let options =
        |role, password: &SecretString| role_options(&socket_dir, role).password(password.expose_secret());
    Ok(Some((
        options(roles::OWNER, &passwords.owner),
        options(roles::LOGIN, &passwords.login),
    )))
}

/// The running embedded Postgres.
pub struct EmbeddedPostgres {
    socket_dir: PathBuf,
    passwords: cluster::Passwords,
    stop: oneshot::Sender<()>,
    supervisor: JoinHandle<()>,
}

impl EmbeddedPostgres {
    /// Creates whatever is missing, stops a server that an earlier process left running, and starts Postgres. The data directory must be an
    /// absolute path and locked.
    ///
    /// # Errors
    /// [`PostgresError`] explains what to do.
    pub async fn start(data_dir: &Path, rng: &dyn Rng) -> Result<Self, PostgresError> {
        let paths = ClusterPaths::prepare(data_dir).await?;
        process::stop_orphan(&paths).await?;
        let binaries = Binaries::find(
            binaries::cluster_version(&paths.pgdata()),
            &paths.base.join("binaries"),
            paths.user,
        )
        .await?;
        let passwords = cluster::prepare(&paths, &binaries, data_dir, rng).await?;
        let child = process::start(&paths, &binaries).await?;
        tracing::info!(version = binaries.major, pgdata = %paths.pgdata().display(), "embedded Postgres ready");
        let (stop, stopped) = oneshot::channel();
        let socket_dir = paths.socket_dir.clone();
        let supervisor = tokio::spawn(supervise(paths, binaries, child, stopped));
        Ok(Self {
            socket_dir,
            passwords,
            stop,
            supervisor,
        })
    }

    /// Connection options of the schema owner, for migrations.
    pub fn owner(&self) -> ConnectOptions {
        self.options(roles::OWNER)
            .password(self.passwords.owner.expose_secret())
    }

    /// Connection options of the login for serving, which is subject to row level security.
    pub fn login(&self) -> ConnectOptions {
        self.options(roles::LOGIN)
            .password(self.passwords.login.expose_secret())
    }

    fn options(&self, role: &str) -> ConnectOptions {
        role_options(&self.socket_dir, role)
    }

    /// Stops it cleanly.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.supervisor.await;
        tracing::info!("embedded Postgres stopped");
    }
}

/// Restarts the server whenever it exits.
async fn supervise(
    paths: ClusterPaths,
    binaries: Binaries,
    mut child: Child,
    mut stopped: oneshot::Receiver<()>,
) {
    loop {
        tokio::select! {
            status = child.wait() => tracing::error!(status = ?status.ok(), "embedded Postgres exited, restarting"),
            _ = &mut stopped => return process::stop(child).await,
        }
        let mut attempts = 0_u32;
        child = loop {
            // Starting fails while sessions of the crashed server still use its shared memory.
            match process::start(&paths, &binaries).await {
                Ok(child) => break child,
                Err(error) => tracing::warn!(%error, "embedded Postgres restart failed, will retry"),
            }
            attempts += 1;
            let delay = if attempts < FAST_RESTART_ATTEMPTS {
                RESTART_DELAY
            } else {
                MAX_RESTART_DELAY
            };
            tokio::select! {
                () = sleep(delay) => {}
                _ = &mut stopped => return,
            }
        };
        tracing::info!("embedded Postgres restarted");
    }
}
