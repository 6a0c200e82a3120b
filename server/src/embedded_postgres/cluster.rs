//! Creates the cluster and its roles. No superuser can log in: statements that need one run in Postgres' single-user mode before the server
//! starts.

use super::{
    PostgresError,
    binaries::{self, Binaries},
    paths::ClusterPaths,
    roles,
};
use secrecy::{ExposeSecret as _, SecretString};
use service::platform::rng::{self, Rng};
use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    process::Stdio,
};
use tokio::io::AsyncWriteExt as _;

const PASSWORD_FILE: &str = "postgres-passwords";
const CREATE_ROLES: &str = "creating the database roles";

/// The passwords of the two login roles.
pub(super) struct Passwords {
    /// Password of the schema owner.
    pub owner: SecretString,
    /// Password of the connection pool's login.
    pub login: SecretString,
}

/// Creates whatever is missing: cluster, `pg_hba.conf`, roles, database.
pub(super) async fn prepare(
    paths: &ClusterPaths,
    binaries: &Binaries,
    data_dir: &Path,
    rng: &dyn Rng,
) -> Result<Passwords, PostgresError> {
    let pgdata = paths.pgdata();
    if binaries::cluster_version(&pgdata).is_none() {
        tracing::info!(pgdata = %pgdata.display(), "creating Postgres cluster");
        create(paths, binaries).await?;
    }
    write_config(paths, &pgdata.join("pg_hba.conf"), &pg_hba())?;
    let file = data_dir.join(PASSWORD_FILE);
    if let Some(passwords) = read_passwords(&file) {
        return Ok(passwords);
    }
    let (owner, login) = (rng::secret(rng), rng::secret(rng));
    let mut statements = roles::statements(&owner, &login);
    statements.extend(roles::password_statements(&owner, &login));
    run_as_superuser(paths, binaries, &statements).await?;
    // Written last: if the process is interrupted before that, the next start sets new passwords.
    write_passwords(&file, &owner, &login).map_err(|e| PostgresError::Path(file, e))?;
    Ok(Passwords {
        owner: owner.into(),
        login: login.into(),
    })
}

/// Creates the cluster in a temporary directory and renames it, so that an incomplete cluster is never used.
async fn create(paths: &ClusterPaths, binaries: &Binaries) -> Result<(), PostgresError> {
    let temporary = paths.base.join("data.new");
    if temporary.exists() {
        fs::remove_dir_all(&temporary).map_err(|e| PostgresError::Path(temporary.clone(), e))?;
    }
    let initdb = |locale: &str| {
        let mut command = binaries.command("initdb", paths.user);
        command
            .current_dir(&paths.base)
            .arg("--pgdata")
            .arg(&temporary)
            .args([
                "--username=postgres",
                "--auth=reject",
                "--encoding=UTF8",
                "--data-checksums",
                "--no-instructions",
            ])
            .arg(format!("--locale={locale}"));
        command
    };
    if binaries::run(initdb("C.UTF-8"), "initdb").await.is_err() {
        // Fall back to the C locale, because some systems do not have the preferred one.
        binaries::run(initdb("C"), "initdb").await?;
    }
    fs::rename(&temporary, paths.pgdata()).map_err(|e| PostgresError::Path(temporary, e))
}

/// Allows only the two logins, with a password, through the Unix socket.
fn pg_hba() -> String {
    format!(
        "# Written by jobhax on each start.\nlocal {db} {owner} scram-sha-256\nlocal {db} {login} scram-sha-256\n",
        db = roles::DATABASE,
        owner = roles::OWNER,
        login = roles::LOGIN
    )
}

/// Runs statements in single-user mode. Errors about objects that already exist are ignored.
async fn run_as_superuser(
    paths: &ClusterPaths,
    binaries: &Binaries,
    statements: &[String],
) -> Result<(), PostgresError> {
    let error = |detail: String| PostgresError::Command {
        what: CREATE_ROLES,
        detail,
    };
    let io_error = |e: io::Error| error(e.to_string());
    let mut command = binaries.command("postgres", paths.user);
    command
        .current_dir(&paths.base)
        .args(["--single", "-j", "-D"])
        .arg(paths.pgdata())
        .arg("postgres")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn().map_err(io_error)?;
    if let Some(mut stdin) = child.stdin.take() {
        let text = statements.join(";\n\n") + ";\n\n";
        stdin.write_all(text.as_bytes()).await.map_err(io_error)?;
    }
    let output = child.wait_with_output().await.map_err(io_error)?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    let failure = stderr.lines().find(|l| {
        l.contains("FATAL") || l.contains("PANIC") || (l.contains("ERROR") && !l.contains("already exists"))
    });
    match failure {
        Some(line) => Err(error(line.to_owned())),
        None if output.status.success() => Ok(()),
        None => Err(error(output.status.to_string())),
    }
}

fn write_config(paths: &ClusterPaths, file: &Path, text: &str) -> Result<(), PostgresError> {
    fs::write(file, text)
        .and_then(|()| paths.user.map_or(Ok(()), |user| user.take_ownership(file)))
        .map_err(|e| PostgresError::Path(file.to_owned(), e))
}

/// The passwords of an existing cluster.
pub(super) fn existing_passwords(data_dir: &Path) -> Option<Passwords> {
    read_passwords(&data_dir.join(PASSWORD_FILE))
}

fn read_passwords(file: &Path) -> Option<Passwords> {
    let text = fs::read_to_string(file).ok()?;
    let mut lines = text.lines().map(|line| SecretString::from(line.to_owned()));
    let (owner, login) = (lines.next()?, lines.next()?);
    (!login.expose_secret().is_empty()).then_some(Passwords { owner, login })
}

fn write_passwords(file: &Path, owner: &str, login: &str) -> io::Result<()> {
    let temporary = file.with_extension("new");
    let mut out = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)?;
    write!(out, "{owner}\n{login}\n")?;
    out.sync_all()?;
    fs::rename(temporary, file)
}
