//! Starts that cannot succeed: one line that says what to do, exit code not 0, nothing left behind.

use crate::{
    client::{get, raw},
    program::{Program, command},
    system::{Cluster, Folder, processes_in, until},
};
use rustix::process::Signal;
use server::postgres::{account::Account, roles};
use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt as _, process::Stdio, time::Duration};
use tokio::process::Command;

/// The one line, when the command fails as it should.
async fn refused(mut command: Command) -> String {
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

#[tokio::test]
async fn a_wrong_or_unreachable_database_is_one_line() {
    let folder = Folder::new();
    let data = folder.0.join("data");
    let with = |url: &str| command(&data, &[("DATABASE_URL", url.to_owned())]);
    let line = refused(with("mysql://localhost/x")).await;
    assert!(
        line.contains("DATABASE_URL") && line.contains("postgres://user:password@host"),
        "{line}"
    );
    let closed = TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("port");
    let line = refused(with(&format!("postgres://secret:hunter2@{closed}/x"))).await;
    assert!(
        line.contains("cannot reach the database of DATABASE_URL"),
        "{line}"
    );
    assert!(!line.contains("hunter2"), "the password is in the line: {line}");
}

#[tokio::test]
async fn a_taken_port_and_a_taken_folder_are_one_line() {
    let folder = Folder::new();
    let program = Program::start(&folder, &[]).await;
    let mut second = command(&folder.0.join("other"), &[]);
    second.env("JOBHAX_LISTEN", program.address.to_string());
    let line = refused(second).await;
    assert!(
        line.contains("cannot listen on") && line.contains("JOBHAX_LISTEN"),
        "{line}"
    );
    let line = refused(command(&folder.0.join("data"), &[])).await;
    assert!(
        line.contains("another jobhax serves from the data folder"),
        "{line}"
    );
    assert_eq!(
        get(program.address, "/readyz").await.expect("answer").status,
        200,
        "the first is disturbed"
    );

    // Ctrl-C stops both, cleanly, and the folder is free again.
    let data = folder.0.join("data");
    let (status, took) = program.stop(Signal::INT, Duration::from_secs(15)).await;
    assert!(
        status.success() && took < Duration::from_secs(10),
        "{status} after {took:?}"
    );
    assert_eq!(processes_in(&data), Vec::<i32>::new());
    let again = Program::start(&folder, &[]).await;
    assert!(
        !again.log().contains("earlier server"),
        "the stop was not clean:\n{}",
        again.log()
    );
}

/// RLS-2: a login that row level security does not bind never serves.
#[tokio::test]
async fn rls_2_a_role_above_row_level_security_is_refused() {
    let cluster = Cluster::start(&[]).await;
    let folder = Folder::new();
    for (user, reason) in [("postgres", "superuser"), (roles::OWNER, "owns tables")] {
        assert!(
            reason != "superuser" || cluster.count(TABLES).await == 0,
            "the database is touched already"
        );
        let url = cluster.url(user, roles::DATABASE);
        let line = refused(command(&folder.0.join("data"), &[("DATABASE_URL", url)])).await;
        assert!(
            line.contains(reason) && line.contains("jobhax migrate --print-roles"),
            "{line}"
        );
    }
    let program = Program::start(&folder, &cluster.environment()).await;
    assert!(program.is_ready().await);
}

const TABLES: &str = "select count(*) from pg_tables where schemaname = 'public'";

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_one_line() {
    let folder = Folder::new();
    let locked = folder.0.join("locked");
    fs::create_dir(&locked).expect("folder");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).expect("mode");
    let mut start = command(&locked.join("data"), &[]);
    // Root may write everywhere: somebody else is needed.
    if let Some(account) = Account::to_run_as().expect("account") {
        let (uid, gid) = account.ids();
        start.uid(uid).gid(gid);
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_jobhax"));
        if !account.reaches(program.parent().expect("folder")).await {
            eprintln!("skipped: the account cannot reach the program under test");
            return;
        }
    }
    let line = refused(start).await;
    assert!(
        line.contains("cannot write to the data folder") && line.contains("JOBHAX_DATA_DIR"),
        "{line}"
    );
}

/// F6, WB-9, AT-81: what two parsers could read in two ways is refused, and the connection with it.
#[tokio::test]
async fn requests_that_can_be_read_in_two_ways_are_refused() {
    let folder = Folder::new();
    let program = Program::start(&folder, &[]).await;
    let chunked = "5\r\nhello\r\n0\r\n\r\n";
    let smuggled = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    for (what, request) in [
        ("no host", "GET /healthz HTTP/1.1\r\n\r\n".to_owned()),
        (
            "two hosts",
            "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(),
        ),
        (
            "both lengths",
            format!(
                "POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\nTransfer-Encoding: chunked\r\n\r\n{chunked}{smuggled}"
            ),
        ),
        (
            "both lengths, the other way",
            format!(
                "POST /api/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 15\r\n\r\n{chunked}{smuggled}"
            ),
        ),
        (
            "two different lengths",
            "POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"
                .to_owned(),
        ),
        (
            "another target",
            "GET http://evil.example/healthz HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        ),
    ] {
        let answer = raw(program.address, request.as_bytes())
            .await
            .unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(answer.status, 400, "{what}: {}", answer.head);
        assert_eq!(
            answer.body.matches("HTTP/1.1").count(),
            0,
            "{what}: a second request was answered"
        );
    }
    // A head of ten megabytes, and a long address.
    let big = format!(
        "GET / HTTP/1.1\r\nHost: x\r\nX-Big: {}\r\n\r\n",
        "a".repeat(10 << 20)
    );
    let answer = raw(program.address, big.as_bytes()).await;
    assert!(answer.as_ref().map_or(true, |a| a.status == 431), "{answer:?}");
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(70_000));
    assert_eq!(
        raw(program.address, long.as_bytes())
            .await
            .expect("answer")
            .status,
        414
    );
    until("it goes on serving", Duration::from_secs(5), async || {
        program.is_ready().await
    })
    .await;
}
