//! A Postgres that the test starts and kills, instead of the server.

use super::{TempDir, kill_all_in, processes_in, wait_until};
use server::embedded_postgres::{
    binaries::Binaries,
    os_user::{OsUser, command_as},
    roles,
};
use sqlx::{Connection as _, PgConnection};
use std::{
    net::{SocketAddr, TcpListener},
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::process::Child;

/// A cluster for one test.
pub struct PostgresCluster {
    dir: TempDir,
    binaries: Binaries,
    os_user: Option<OsUser>,
    port: u16,
    settings: &'static [&'static str],
    child: Option<Child>,
}

impl PostgresCluster {
    /// Creates and starts a cluster with the roles of the server. `settings` are added to the defaults.
    pub async fn start(settings: &'static [&'static str]) -> Self {
        let dir = TempDir::new();
        let os_user = OsUser::unprivileged().expect("user");
        let binaries = Binaries::find(None, Path::new("/nowhere"), None)
            .await
            .expect("Postgres server programs");
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|l| l.local_addr())
            .expect("port")
            .port();
        if let Some(user) = os_user {
            let (uid, gid) = user.ids();
            chown(&dir.0, Some(uid), Some(gid)).expect("owner of the folder");
        }
        let mut initdb = command_as(&binaries.path("initdb"), os_user);
        initdb.current_dir(&dir.0).args([
            "-U",
            "postgres",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ]);
        let output = initdb.arg(dir.0.join("data")).output().await.expect("initdb");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let mut cluster = Self {
            dir,
            binaries,
            os_user,
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

    /// Starts Postgres on the existing data.
    pub async fn run(&mut self) {
        let mut command = command_as(&self.binaries.path("postgres"), self.os_user);
        command
            .current_dir(&self.dir.0)
            .arg("-D")
            .arg(self.dir.0.join("data"));
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
        wait_until(
            "Postgres accepts connections",
            Duration::from_secs(30),
            async || PgConnection::connect(&url).await.is_ok(),
        )
        .await;
    }

    /// The working directory of its processes.
    pub fn data(&self) -> PathBuf {
        self.dir.0.join("data")
    }

    /// Kills all its processes at once. Data that is only in their memory is lost.
    pub async fn kill(&mut self) {
        let data = self.data();
        kill_all_in(&data);
        if let Some(mut child) = self.child.take() {
            let _ = child.wait().await;
        }
        wait_until("Postgres has ended", Duration::from_secs(10), async || {
            processes_in(&data).is_empty()
        })
        .await;
    }

    /// Writes all data to disk, regardless of the settings.
    pub async fn checkpoint(&self) {
        let mut superuser = self.superuser("postgres").await;
        sqlx::raw_sql("checkpoint")
            .execute(&mut superuser)
            .await
            .expect("checkpoint");
    }

    pub fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    pub fn url(&self, user: &str, database: &str) -> String {
        url_at(self.address(), user, database)
    }

    /// The environment of a server that uses this cluster.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        Self::environment_at(self.address())
    }

    /// The environment of a server that connects to a cluster at this address.
    pub fn environment_at(address: SocketAddr) -> Vec<(&'static str, String)> {
        vec![
            ("DATABASE_URL", url_at(address, roles::LOGIN, roles::DATABASE)),
            (
                "JOBHAX_MIGRATE_DATABASE_URL",
                url_at(address, roles::OWNER, roles::DATABASE),
            ),
        ]
    }

    /// A connection that bypasses row level security.
    pub async fn superuser(&self, database: &str) -> PgConnection {
        PgConnection::connect(&self.url("postgres", database))
            .await
            .expect("superuser")
    }

    /// Runs a query with one number as its result, as the superuser.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let mut superuser = self.superuser(roles::DATABASE).await;
        sqlx::query_scalar(sql)
            .fetch_one(&mut superuser)
            .await
            .expect("a number")
    }
}

fn url_at(address: SocketAddr, user: &str, database: &str) -> String {
    format!("postgres://{user}@{address}/{database}")
}
