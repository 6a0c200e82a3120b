//! Folders and processes of these tests, and a Postgres that they start, kill and start again.

use rustix::process::{Pid, Signal, kill_process};
use server::postgres::{
    account::{self, Account},
    programs::Programs,
    roles,
};
use sqlx::{Connection as _, PgConnection};
use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};
use tokio::{process::Child, time::sleep};

/// A folder that is removed at the end. Other users may pass through it.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "jobhax-fault-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).expect("folder");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("mode");
        Self(fs::canonicalize(path).expect("path"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        kill_all_in(&self.0);
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Processes whose working folder is this one or below it: a Postgres and its sessions.
pub fn processes_in(folder: &Path) -> Vec<i32> {
    let entries = fs::read_dir("/proc").expect("these tests need /proc");
    let pids = entries
        .flatten()
        .filter_map(|e| e.file_name().to_str()?.parse().ok());
    pids.filter(|pid| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd.starts_with(folder)))
        .collect()
}

/// The processes that work in the folder, killed without a word, the eldest first.
pub fn kill_all_in(folder: &Path) {
    for pid in processes_in(folder) {
        signal(pid, Signal::KILL);
    }
}

pub fn signal(pid: i32, signal: Signal) {
    let _ = kill_process(Pid::from_raw(pid).expect("a process"), signal);
}

/// Looks again and again until it is so.
pub async fn until(what: &str, limit: Duration, mut so: impl AsyncFnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !so().await {
        assert!(began.elapsed() < limit, "not within {limit:?}: {what}");
        sleep(Duration::from_millis(20)).await;
    }
    began.elapsed()
}

/// A Postgres for one test, outside of the program's hands.
pub struct Cluster {
    folder: Folder,
    programs: Programs,
    account: Option<Account>,
    port: u16,
    settings: &'static [&'static str],
    child: Option<Child>,
}

impl Cluster {
    /// Makes one with these settings beyond the usual, and the roles in it.
    pub async fn start(settings: &'static [&'static str]) -> Self {
        let folder = Folder::new();
        let account = Account::to_run_as().expect("account");
        let programs = Programs::find(None, Path::new("/nowhere"), None)
            .await
            .expect("Postgres server programs");
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|l| l.local_addr())
            .expect("port")
            .port();
        if let Some(account) = account {
            account.give(&folder.0).expect("give");
        }
        let mut initdb = account::command(&programs.path("initdb"), account);
        initdb.current_dir(&folder.0).args([
            "-U",
            "postgres",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ]);
        let made = initdb.arg(folder.0.join("data")).output().await.expect("initdb");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut cluster = Self {
            folder,
            programs,
            account,
            port,
            settings,
            child: None,
        };
        cluster.run().await;
        let mut superuser = cluster.superuser("postgres").await;
        for statement in roles::statements("unused", "unused") {
            sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
                .execute(&mut superuser)
                .await
                .expect("roles");
        }
        cluster
    }

    /// Starts it, again.
    pub async fn run(&mut self) {
        let mut command = account::command(&self.programs.path("postgres"), self.account);
        command
            .current_dir(&self.folder.0)
            .arg("-D")
            .arg(self.folder.0.join("data"));
        command.args([
            "-p",
            &self.port.to_string(),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
        ]);
        command.args(["-c", "max_connections=150"]);
        for setting in self.settings {
            command.args(["-c", setting]);
        }
        command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        self.child = Some(command.spawn().expect("postgres"));
        let url = self.url("postgres", "postgres");
        until(
            "Postgres takes connections",
            Duration::from_secs(30),
            async || PgConnection::connect(&url).await.is_ok(),
        )
        .await;
    }

    /// All of it dies at once, with everything in its memory.
    pub async fn kill(&mut self) {
        kill_all_in(&self.folder.0.join("data"));
        if let Some(mut child) = self.child.take() {
            let _ = child.wait().await;
        }
        let data = self.folder.0.join("data");
        until("Postgres is gone", Duration::from_secs(10), async || {
            processes_in(&data).is_empty()
        })
        .await;
    }

    /// Makes everything so far safe, whatever the settings say.
    pub async fn checkpoint(&self) {
        let mut superuser = self.superuser("postgres").await;
        sqlx::raw_sql("checkpoint")
            .execute(&mut superuser)
            .await
            .expect("checkpoint");
    }

    pub fn url(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/{database}", self.port)
    }

    /// What the program is given.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("DATABASE_URL", self.url(roles::LOGIN, roles::DATABASE)),
            (
                "JOBHAX_MIGRATE_DATABASE_URL",
                self.url(roles::OWNER, roles::DATABASE),
            ),
        ]
    }

    /// A look at everything, whatever the policies say.
    pub async fn superuser(&self, database: &str) -> PgConnection {
        PgConnection::connect(&self.url("postgres", database))
            .await
            .expect("superuser")
    }

    /// One number.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let mut superuser = self.superuser(roles::DATABASE).await;
        sqlx::query_scalar(sql)
            .fetch_one(&mut superuser)
            .await
            .expect("a number")
    }
}
