//! Makes the cluster and its roles. No superuser can log in to it, ever: what needs one is done before the server runs,
//! in Postgres' single-user mode.

use super::{
    PostgresError,
    place::Place,
    programs::{self, Programs},
    roles,
};
use secrecy::{ExposeSecret as _, SecretString};
use service::rng::{self, Rng};
use std::{
    fs, io,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::io::AsyncWriteExt as _;

const PASSWORDS: &str = "postgres-passwords";

/// The passwords of the two roles that log in.
pub struct Passwords {
    /// Of the schema's owner.
    pub owner: SecretString,
    /// Of the pool's login.
    pub login: SecretString,
}

/// Makes what is missing: the cluster, the rule who may log in, the roles, the database.
pub async fn prepare(
    place: &Place,
    programs: &Programs,
    data_dir: &Path,
    rng: &dyn Rng,
) -> Result<Passwords, PostgresError> {
    let data = place.data();
    if programs::made_by(&data).is_none() {
        tracing::info!("making a Postgres cluster in {}", data.display());
        create(place, programs).await?;
    }
    write_for(place, &data.join("pg_hba.conf"), &host_based_access())?;
    let file = data_dir.join(PASSWORDS);
    if let Some(passwords) = read(&file) {
        return Ok(passwords);
    }
    let (owner, login) = (rng::secret(rng), rng::secret(rng));
    let mut statements = roles::statements(&owner, &login);
    statements.extend(roles::new_passwords(&owner, &login));
    single_user(place, programs, &statements).await?;
    // Written last: while it is missing, the step above is repeated.
    write(&file, &owner, &login).map_err(|e| PostgresError::Folder(file, e))?;
    Ok(Passwords {
        owner: owner.into(),
        login: login.into(),
    })
}

/// Beside its place first, so that one interrupted is never taken for a cluster.
async fn create(place: &Place, programs: &Programs) -> Result<(), PostgresError> {
    let unfinished = place.base.join("data.new");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(|e| PostgresError::Folder(unfinished.clone(), e))?;
    }
    let initdb = |locale: &str| {
        let mut command = programs::command(programs, "initdb", place.account);
        command
            .current_dir(&place.base)
            .arg("--pgdata")
            .arg(&unfinished)
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
    if programs::run(initdb("C.UTF-8"), "initdb").await.is_err() {
        // Some systems do not have that locale.
        programs::run(initdb("C"), "initdb").await?;
    }
    fs::rename(&unfinished, place.data()).map_err(|e| PostgresError::Folder(unfinished, e))
}

/// The two logins, by password, through the socket. Nobody else, from nowhere else.
fn host_based_access() -> String {
    format!(
        "# Written by jobhax at each start.\nlocal {db} {owner} scram-sha-256\nlocal {db} {login} scram-sha-256\n",
        db = roles::DATABASE,
        owner = roles::OWNER,
        login = roles::LOGIN
    )
}

/// Runs statements as the superuser while no server runs. What exists already is reported by Postgres and passed over.
async fn single_user(place: &Place, programs: &Programs, statements: &[String]) -> Result<(), PostgresError> {
    let problem = |e: io::Error| PostgresError::Program {
        what: "making the roles",
        detail: e.to_string(),
    };
    let mut command = programs::command(programs, "postgres", place.account);
    command
        .current_dir(&place.base)
        .args(["--single", "-j", "-D"])
        .arg(place.data())
        .arg("postgres")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn().map_err(problem)?;
    if let Some(mut stdin) = child.stdin.take() {
        let text = statements.join(";\n\n") + ";\n\n";
        stdin.write_all(text.as_bytes()).await.map_err(problem)?;
    }
    let output = child.wait_with_output().await.map_err(problem)?;
    let said = String::from_utf8_lossy(&output.stderr);
    let wrong = said.lines().find(|l| {
        l.contains("FATAL") || l.contains("PANIC") || (l.contains("ERROR") && !l.contains("already exists"))
    });
    match wrong {
        Some(line) => Err(PostgresError::Program {
            what: "making the roles",
            detail: line.to_owned(),
        }),
        None if output.status.success() => Ok(()),
        None => Err(PostgresError::Program {
            what: "making the roles",
            detail: format!("it ended with {}", output.status),
        }),
    }
}

fn write_for(place: &Place, file: &Path, text: &str) -> Result<(), PostgresError> {
    let written =
        fs::write(file, text).and_then(|()| place.account.map_or(Ok(()), |account| account.give(file)));
    written.map_err(|e| PostgresError::Folder(file.to_owned(), e))
}

fn read(file: &Path) -> Option<Passwords> {
    let text = fs::read_to_string(file).ok()?;
    let mut lines = text.lines().map(|line| SecretString::from(line.to_owned()));
    let (owner, login) = (lines.next()?, lines.next()?);
    (!login.expose_secret().is_empty()).then_some(Passwords { owner, login })
}

fn write(file: &Path, owner: &str, login: &str) -> io::Result<()> {
    let unfinished: PathBuf = file.with_extension("new");
    let mut out = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&unfinished)?;
    write!(out, "{owner}\n{login}\n")?;
    out.sync_all()?;
    fs::rename(unfinished, file)
}
