//! Starts that cannot succeed end with a one-line error that says what to do and a non-zero exit code, and leave nothing behind.

use crate::support::{
    PostgresCluster, ServerProcess, TempDir, processes_in, raw_http::get, send_signal, server_command,
    wait_until,
};
use rustix::process::Signal;
use server::embedded_postgres::{os_user::OsUser, roles};
use std::{
    fs, net::TcpListener, os::unix::fs::PermissionsExt as _, path::Path, process::Stdio, time::Duration,
};
use tokio::process::Command;

/// Asserts that the command fails with one line. Returns the line.
async fn failure_line(mut command: Command) -> String {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = command.output().await.expect("jobhax");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it started:\n{text}");
    let lines: Vec<_> = text.lines().filter(|l| l.starts_with("jobhax: ")).collect();
    assert_eq!(lines.len(), 1, "{text}");
    assert!(
        !text.contains("panicked") && !text.contains("stack backtrace"),
        "{text}"
    );
    lines[0].to_owned()
}

fn assert_contains(line: &str, parts: &[&str]) {
    for part in parts {
        assert!(line.contains(part), "{part:?} is not in {line:?}");
    }
}

#[tokio::test]
async fn invalid_or_unreachable_database() {
    let dir = TempDir::new();
    let data = dir.0.join("data");
    let with_url = |url: &str| server_command(&data, &[("DATABASE_URL", url.to_owned())]);
    let line = failure_line(with_url("mysql://localhost/x")).await;
    assert_contains(&line, &["DATABASE_URL", "postgres://user:password@host"]);
    let closed = TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("port");
    let unreachable = format!("postgres://secret:hunter2@{closed}/x");
    let mut migrate = with_url(&unreachable);
    migrate.arg("migrate");
    let line = failure_line(migrate).await;
    assert_contains(&line, &["cannot reach the database of DATABASE_URL"]);
    assert!(!line.contains("hunter2"), "the password is in the line: {line}");
    // The server waits for a database that is not running, but not for one that rejects it.
    let cluster = PostgresCluster::start(&[]).await;
    let line = failure_line(with_url(&cluster.url(roles::LOGIN, "missing"))).await;
    assert_contains(&line, &["cannot reach the database of DATABASE_URL", "missing"]);
}

#[tokio::test]
async fn server_waits_for_database_that_is_not_running_at_start() {
    let mut cluster = PostgresCluster::start(&[]).await;
    cluster.kill().await;
    let dir = TempDir::new();
    let environment = cluster.environment();
    let start_database = async {
        let log = dir.0.join("data.log");
        wait_until("the second attempt", Duration::from_secs(20), async || {
            let text = fs::read_to_string(&log).unwrap_or_default();
            text.matches("database unreachable, waiting for it").count() >= 2
        })
        .await;
        cluster.run().await;
    };
    let (server, ()) = tokio::join!(ServerProcess::start(&dir, &environment), start_database);
    assert!(server.log().contains("DATABASE_URL"), "{}", server.log());

    // A signal ends the waiting.
    let (status, _) = server.stop(Signal::TERM, Duration::from_secs(15)).await;
    assert!(status.success());
    cluster.kill().await;
    let mut waiting = server_command(&dir.0.join("data"), &environment)
        .stderr(Stdio::null())
        .spawn()
        .expect("jobhax");
    tokio::time::sleep(Duration::from_secs(1)).await;
    send_signal(
        waiting
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .expect("running"),
        Signal::TERM,
    );
    let ended = tokio::time::timeout(Duration::from_secs(5), waiting.wait()).await;
    assert!(
        ended
            .expect("the signal ends the wait")
            .expect("status")
            .success()
    );
}

#[tokio::test]
async fn port_or_data_directory_in_use() {
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &[]).await;
    let mut same_port = server_command(&dir.0.join("other"), &[]);
    same_port.env("JOBHAX_LISTEN", server.address.to_string());
    let line = failure_line(same_port).await;
    assert_contains(&line, &["cannot listen on", "JOBHAX_LISTEN"]);
    let same_data_dir = server_command(&dir.0.join("data"), &[]);
    let line = failure_line(same_data_dir).await;
    assert_contains(&line, &["another jobhax server uses the data directory"]);
    let ready = get(server.address, "/readyz").await.expect("response");
    assert_eq!(ready.status, 200, "the first server is affected");

    // Ctrl-C stops the server and its Postgres, and the data directory can be used again.
    let data = dir.0.join("data");
    let (status, took) = server.stop(Signal::INT, Duration::from_secs(15)).await;
    assert!(
        status.success() && took < Duration::from_secs(10),
        "{status} after {took:?}"
    );
    assert_eq!(processes_in(&data), Vec::<i32>::new());
    let again = ServerProcess::start(&dir, &[]).await;
    assert!(
        !again.log().contains("orphaned Postgres"),
        "the stop was not clean:\n{}",
        again.log()
    );
}

#[tokio::test]
async fn role_that_bypasses_row_level_security() {
    const TABLES: &str = "select count(*) from pg_tables where schemaname = 'public'";
    let cluster = PostgresCluster::start(&[]).await;
    let dir = TempDir::new();
    for (user, reason) in [
        ("postgres", "is a superuser or bypasses row level security"),
        (roles::OWNER, "owns tables"),
    ] {
        if user == "postgres" {
            assert_eq!(cluster.count(TABLES).await, 0, "nothing is migrated yet");
        }
        let url = cluster.url(user, roles::DATABASE);
        let command = server_command(&dir.0.join("data"), &[("DATABASE_URL", url)]);
        let line = failure_line(command).await;
        assert_contains(&line, &[reason, "jobhax migrate --print-roles"]);
    }
    let server = ServerProcess::start(&dir, &cluster.environment()).await;
    assert!(server.is_ready().await);
}

#[tokio::test]
async fn data_directory_that_is_not_writable() {
    let dir = TempDir::new();
    let locked = dir.0.join("locked");
    fs::create_dir(&locked).expect("directory");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).expect("mode");
    let mut command = server_command(&locked.join("data"), &[]);
    // Root can write anywhere, so the server must run as another user.
    if let Some(user) = OsUser::unprivileged().expect("user") {
        if !can_enter(
            user,
            Path::new(env!("CARGO_BIN_EXE_jobhax")).parent().expect("parent"),
        )
        .await
        {
            eprintln!("skipped: the unprivileged user cannot reach the server binary");
            return;
        }
        let (uid, gid) = user.ids();
        command.uid(uid).gid(gid);
    }
    let line = failure_line(command).await;
    assert_contains(&line, &["cannot write to the data directory", "JOBHAX_DATA_DIR"]);
}

/// Whether the user can enter the directory, which also depends on its parents.
async fn can_enter(user: OsUser, dir: &Path) -> bool {
    let (uid, gid) = user.ids();
    let mut probe = Command::new("/bin/sh");
    probe.args(["-c", ":"]).current_dir(dir).uid(uid).gid(gid);
    probe.status().await.is_ok_and(|status| status.success())
}
