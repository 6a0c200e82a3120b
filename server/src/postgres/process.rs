//! The running server: started, watched, stopped.

use super::{
    PostgresError,
    place::Place,
    programs::{self, Programs},
};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::{fs, os::unix::fs::OpenOptionsExt as _, path::Path, process::Stdio, time::Duration};
use tokio::{
    process::Child,
    time::{Instant, sleep, timeout},
};

/// How often the server's state is looked at.
const LOOK: Duration = Duration::from_millis(25);
/// Recovery after a crash may take a while; longer than this is a failure.
const START: Duration = Duration::from_mins(1);
/// A fast shutdown ends sessions at once and writes a checkpoint.
const STOP: Duration = Duration::from_secs(20);

/// A process that has been killed is gone from the list by then.
const GONE: Duration = Duration::from_secs(3);

/// Settings of a small server that loses nothing.
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

/// Starts the server and waits until it takes connections.
///
/// # Errors
/// [`PostgresError::Start`] with the last line of its log when it ends before that.
pub async fn start(place: &Place, programs: &Programs) -> Result<Child, PostgresError> {
    let log_file = place.base.join("postgres.log");
    let log = fs::OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(&log_file)
        .map_err(|e| PostgresError::Folder(log_file.clone(), e))?;
    let mut command = programs::command(programs, "postgres", place.account);
    command.current_dir(&place.base).arg("-D").arg(place.data());
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command
        .arg("-c")
        .arg(format!("unix_socket_directories={}", place.socket.display()));
    // A group of its own: Ctrl-C in the terminal must not stop it before the server has drained.
    command
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log);
    let mut child = command.spawn().map_err(|e| PostgresError::Start(e.to_string()))?;
    let began = Instant::now();
    loop {
        if is_ready(&place.data(), child.id()) {
            return Ok(child);
        }
        if let Ok(Some(_)) = child.try_wait() {
            return Err(PostgresError::Start(last_words(&log_file)));
        }
        if began.elapsed() > START {
            let _ = child.start_kill();
            return Err(PostgresError::Start(format!(
                "it was not ready after {} seconds",
                START.as_secs()
            )));
        }
        sleep(LOOK).await;
    }
}

/// Stops the server, with its sessions, cleanly; harder when it does not listen.
pub async fn stop(mut child: Child) {
    for signal in [Signal::INT, Signal::QUIT, Signal::KILL] {
        if let Some(pid) = child.id().and_then(pid) {
            let _ = kill_process(pid, signal);
        }
        if timeout(STOP, child.wait()).await.is_ok() {
            return;
        }
    }
}

/// Stops a server that was left running on this data by a parent that died, and waits for its sessions to end.
///
/// # Errors
/// [`PostgresError::Orphan`] when it does not end.
pub async fn stop_orphan(place: &Place) -> Result<(), PostgresError> {
    let data = &place.data();
    let file = data.join("postmaster.pid");
    let Some(named) = fs::read_to_string(&file)
        .ok()
        .and_then(|text| pid(text.lines().next()?.trim().parse().ok()?))
    else {
        return Ok(());
    };
    for signal in [Signal::INT, Signal::QUIT, Signal::KILL] {
        if works_on(named, data) {
            tracing::info!(
                pid = named.as_raw_nonzero().get(),
                "stopping the Postgres that an earlier server left running"
            );
            let _ = kill_process(named, signal);
        }
        // Its sessions hold its memory until they notice. A second server on the same data would destroy it, so the
        // file that lets Postgres see this stays where it is.
        let began = Instant::now();
        while anybody_on(data) && began.elapsed() < STOP {
            sleep(LOOK).await;
        }
    }
    if anybody_on(data) {
        return Err(PostgresError::Orphan(named.as_raw_nonzero().get()));
    }
    // One that has just been killed keeps its number until somebody has taken note.
    let began = Instant::now();
    while test_kill_process(named).is_ok() && began.elapsed() < GONE {
        sleep(LOOK).await;
    }
    if test_kill_process(named).is_ok() {
        // The number belongs to another program by now, which Postgres would take for itself and refuse to start.
        let _ = fs::remove_file(&file);
        let _ = fs::remove_file(place.socket.join(".s.PGSQL.5432.lock"));
    }
    Ok(())
}

/// Whether the process is a Postgres of this data: its working folder is the data.
fn works_on(process: Pid, data: &Path) -> bool {
    let folder = fs::read_link(format!("/proc/{}/cwd", process.as_raw_nonzero()));
    match (folder, fs::canonicalize(data)) {
        (Ok(folder), Ok(data)) => folder == data,
        // Where there is no /proc, the file's word has to do.
        _ => !Path::new("/proc/self").exists() && test_kill_process(process).is_ok(),
    }
}

/// Whether any process at all works on this data.
fn anybody_on(data: &Path) -> bool {
    let Ok(processes) = fs::read_dir("/proc") else {
        return false;
    };
    processes
        .flatten()
        .filter_map(|entry| pid(entry.file_name().to_str()?.parse().ok()?))
        .any(|process| works_on(process, data))
}

/// The eighth line of `postmaster.pid` says `ready` once connections are taken.
fn is_ready(data: &Path, process: Option<u32>) -> bool {
    let Ok(text) = fs::read_to_string(data.join("postmaster.pid")) else {
        return false;
    };
    let mut lines = text.lines().map(str::trim);
    lines.next().and_then(|line| line.parse().ok()) == process && lines.nth(6) == Some("ready")
}

fn last_words(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let line = text
        .lines()
        .rev()
        .find(|l| l.contains("FATAL") || l.contains("PANIC"))
        .or(text.lines().last());
    format!(
        "{} (see {})",
        line.unwrap_or("it ended without a word"),
        log.display()
    )
}

fn pid(raw: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(raw).ok()?)
}
