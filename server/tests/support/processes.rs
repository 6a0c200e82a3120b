//! Temporary folders and the processes that run in them.

use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// A temporary folder. On drop, its processes are killed and the folder is removed.
pub struct TempDir(pub PathBuf);

impl TempDir {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "jobhax-resilience-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).expect("folder");
        // If the tests run as root, Postgres runs as another user, who must be able to traverse this folder.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("mode");
        Self(fs::canonicalize(path).expect("path"))
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        kill_all_in(&self.0);
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The processes whose working directory is this folder or below it, such as a Postgres and its backends.
pub fn processes_in(folder: &Path) -> Vec<i32> {
    let entries = fs::read_dir("/proc").expect("these tests need /proc");
    let pids = entries
        .flatten()
        .filter_map(|e| e.file_name().to_str()?.parse().ok());
    pids.filter(|pid| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd.starts_with(folder)))
        .collect()
}

/// Sends SIGKILL to the processes in the folder, oldest first.
pub fn kill_all_in(folder: &Path) {
    for pid in processes_in(folder) {
        send_signal(pid, Signal::KILL);
    }
}

pub fn send_signal(pid: i32, signal: Signal) {
    let _ = kill_process(Pid::from_raw(pid).expect("a process"), signal);
}

/// Polls a condition. Returns how long that took; fails the test at the limit.
pub async fn wait_until(what: &str, limit: Duration, mut condition: impl AsyncFnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !condition().await {
        assert!(start.elapsed() < limit, "not within {limit:?}: {what}");
        sleep(Duration::from_millis(20)).await;
    }
    start.elapsed()
}
