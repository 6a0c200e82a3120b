//! The Postgres server process.

use super::{
    PostgresError,
    binaries::{self, Binaries},
    paths::ClusterPaths,
};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::{
    fs,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    process::Child,
    time::{Instant, sleep, timeout},
};

/// How often the state of the server is checked.
const POLL_INTERVAL: Duration = Duration::from_millis(25);
/// Includes crash recovery.
const START_TIMEOUT: Duration = Duration::from_mins(1);
/// Timeout for each stop signal. A fast shutdown ends sessions and writes a checkpoint.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a killed process may stay in the process table as a zombie.
const REAP_TIMEOUT: Duration = Duration::from_secs(3);

/// Stop signals in order of severity: fast shutdown, immediate shutdown, kill.
const STOP_SIGNALS: [Signal; 3] = [Signal::INT, Signal::QUIT, Signal::KILL];

/// Settings of a small server that does not lose committed transactions.
const SETTINGS: [&str; 9] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "max_connections=40",
    "shared_buffers=64MB",
    "log_timezone=UTC",
    "timezone=UTC",
];

/// Starts the server and waits until it accepts connections.
///
/// # Errors
/// [`PostgresError::Start`] with the last log line if the server exits before that.
pub(super) async fn start(paths: &ClusterPaths, binaries: &Binaries) -> Result<Child, PostgresError> {
    let log_file = paths.base.join("postgres.log");
    let log = fs::OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(&log_file)
        .map_err(|e| PostgresError::Path(log_file.clone(), e))?;
    let mut command = binaries.command("postgres", paths.user);
    command.current_dir(&paths.base).arg("-D").arg(paths.pgdata());
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command
        .arg("-c")
        .arg(format!("unix_socket_directories={}", paths.socket_dir.display()));
    // Use a separate process group, because Ctrl-C in the terminal must not stop Postgres before the server has drained.
    command
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log);
    let mut child = command.spawn().map_err(|e| PostgresError::Start(e.to_string()))?;
    let started_at = Instant::now();
    loop {
        if is_ready(&paths.pgdata(), child.id()) {
            return Ok(child);
        }
        if let Ok(Some(_)) = child.try_wait() {
            return Err(PostgresError::Start(last_log_line(&log_file)));
        }
        if started_at.elapsed() > START_TIMEOUT {
            let _ = child.start_kill();
            return Err(PostgresError::Start(format!(
                "not ready after {} seconds",
                START_TIMEOUT.as_secs()
            )));
        }
        sleep(POLL_INTERVAL).await;
    }
}

/// Stops the server cleanly, or by force if it does not respond.
pub(super) async fn stop(mut child: Child) {
    for signal in STOP_SIGNALS {
        if let Some(pid) = child.id().and_then(to_pid) {
            let _ = kill_process(pid, signal);
        }
        if timeout(STOP_TIMEOUT, child.wait()).await.is_ok() {
            return;
        }
    }
}

/// Stops a Postgres that a crashed jobhax process left running on this cluster.
///
/// # Errors
/// [`PostgresError::Orphan`] if it does not exit.
pub(super) async fn stop_orphan(paths: &ClusterPaths) -> Result<(), PostgresError> {
    let pgdata = &paths.pgdata();
    let pid_file = pid_file(pgdata);
    let Some(pid) = fs::read_to_string(&pid_file)
        .ok()
        .and_then(|text| to_pid(text.lines().next()?.trim().parse().ok()?))
    else {
        return Ok(());
    };
    for signal in STOP_SIGNALS {
        if owns_data_dir(pid, pgdata) {
            tracing::info!(
                pid = pid.as_raw_nonzero().get(),
                "stopping orphaned Postgres of an earlier process"
            );
            let _ = kill_process(pid, signal);
        }
        // Sessions use the shared memory until they exit, and a second server on the same data would corrupt it. Postgres detects this by
        // the pid file, so that file is not deleted here.
        let signaled_at = Instant::now();
        while is_data_dir_in_use(pgdata) && signaled_at.elapsed() < STOP_TIMEOUT {
            sleep(POLL_INTERVAL).await;
        }
    }
    if is_data_dir_in_use(pgdata) {
        return Err(PostgresError::Orphan(pid.as_raw_nonzero().get()));
    }
    let stopped_at = Instant::now();
    while test_kill_process(pid).is_ok() && stopped_at.elapsed() < REAP_TIMEOUT {
        sleep(POLL_INTERVAL).await;
    }
    if test_kill_process(pid).is_ok() {
        // An unrelated process has this pid now, and Postgres would refuse to start because of it.
        let _ = fs::remove_file(&pid_file);
        let _ = fs::remove_file(paths.socket_lock());
    }
    Ok(())
}

/// Whether the process is a Postgres of this cluster: its working directory is the cluster's data directory.
fn owns_data_dir(process: Pid, pgdata: &Path) -> bool {
    let cwd = fs::read_link(format!("/proc/{}/cwd", process.as_raw_nonzero()));
    match (cwd, fs::canonicalize(pgdata)) {
        (Ok(cwd), Ok(pgdata)) => cwd == pgdata,
        // Without `/proc`, rely on the pid file.
        _ => !Path::new("/proc/self").exists() && test_kill_process(process).is_ok(),
    }
}

/// Whether the working directory of any process is the data directory.
fn is_data_dir_in_use(pgdata: &Path) -> bool {
    let Ok(processes) = fs::read_dir("/proc") else {
        return false;
    };
    processes
        .flatten()
        .filter_map(|entry| to_pid(entry.file_name().to_str()?.parse().ok()?))
        .any(|process| owns_data_dir(process, pgdata))
}

/// The eighth line of `postmaster.pid` is `ready` once Postgres accepts connections.
fn is_ready(pgdata: &Path, process: Option<u32>) -> bool {
    let Ok(text) = fs::read_to_string(pid_file(pgdata)) else {
        return false;
    };
    let mut lines = text.lines().map(str::trim);
    lines.next().and_then(|line| line.parse().ok()) == process && lines.nth(6) == Some("ready")
}

fn pid_file(pgdata: &Path) -> PathBuf {
    pgdata.join("postmaster.pid")
}

/// The last fatal error in the log, or else its last line.
fn last_log_line(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let line = binaries::last_error_line(&text, &["FATAL", "PANIC"]);
    format!(
        "{} (see {})",
        line.unwrap_or("it exited without a message"),
        log.display()
    )
}

fn to_pid(raw: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(raw).ok()?)
}
