//! Where the cluster lies. Below the data folder, unless the account that Postgres runs as cannot reach it there.

use super::{PostgresError, account::Account};
use crate::config;
use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

/// Names the cluster's folder, in the data folder, when it lies elsewhere.
const SIGNPOST: &str = "postgres-lies-in.txt";
/// Where root keeps clusters of data folders that others cannot reach.
const ELSEWHERE: &str = "/var/lib/jobhax";
/// A Unix socket's path has 107 bytes at most; this one is used by libpq's convention.
const SOCKET: &str = ".s.PGSQL.5432";
const LONGEST_SOCKET: usize = 107;

/// The folders of one cluster.
#[derive(Clone, Debug)]
pub struct Place {
    /// Holds everything below, for the account alone.
    pub base: PathBuf,
    /// Where the socket is.
    pub socket: PathBuf,
    /// Whom Postgres runs as; nothing when that is ourselves.
    pub account: Option<Account>,
}

impl Place {
    /// Chooses and makes the folders for a data folder, which is absolute.
    pub async fn choose(data_dir: &Path) -> Result<Self, PostgresError> {
        let account = Account::to_run_as()?;
        let near = data_dir.join("postgres");
        let Some(account) = account else {
            return Self::at(near, None, data_dir);
        };
        if near.join("data").is_dir()
            && let Some(owner) = Account::owner_of(&near.join("data"))
        {
            return Self::at(near, Some(owner), data_dir);
        }
        make(&near, Some(account)).map_err(|e| PostgresError::Folder(near.clone(), e))?;
        if account.reaches(&near).await {
            return Self::at(near, Some(account), data_dir);
        }
        // An empty folder of ours; it would only mislead.
        let _ = fs::remove_dir(&near);
        let elsewhere = Path::new(ELSEWHERE).join(short_name(data_dir));
        let problem = |e| PostgresError::Folder(elsewhere.clone(), e);
        fs::create_dir_all(ELSEWHERE).map_err(problem)?;
        make(&elsewhere, Some(account)).map_err(problem)?;
        if !account.reaches(&elsewhere).await {
            return Err(problem(io::ErrorKind::PermissionDenied.into()));
        }
        let signpost = data_dir.join(SIGNPOST);
        fs::write(&signpost, format!("{}\n", elsewhere.display()))
            .map_err(|e| PostgresError::Folder(signpost, e))?;
        tracing::info!(
            "other users cannot reach {}, so Postgres keeps its data in {}",
            data_dir.display(),
            elsewhere.display()
        );
        Self::at(elsewhere, Some(account), data_dir)
    }

    fn at(base: PathBuf, account: Option<Account>, data_dir: &Path) -> Result<Self, PostgresError> {
        make(&base, account).map_err(|e| PostgresError::Folder(base.clone(), e))?;
        let mut socket = base.clone();
        if socket.join(SOCKET).as_os_str().len() > LONGEST_SOCKET {
            socket = config::temporary_folder().join(format!("jobhax-{}", short_name(data_dir)));
            make(&socket, account).map_err(|e| PostgresError::Folder(socket.clone(), e))?;
        }
        Ok(Self {
            base,
            socket,
            account,
        })
    }

    /// The cluster itself.
    pub fn data(&self) -> PathBuf {
        self.base.join("data")
    }
}

/// Makes a folder for the account alone, or checks that it is so.
fn make(folder: &Path, account: Option<Account>) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
        _ => {}
    }
    let meta = fs::symlink_metadata(folder)?;
    let us = rustix::process::geteuid().as_raw();
    let owner = account.map_or(us, Account::uid);
    if !meta.is_dir() || (meta.uid() != us && meta.uid() != owner) {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it belongs to another user",
        ));
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    account.map_or(Ok(()), |account| account.give(folder))
}

/// The same few letters for the same data folder.
fn short_name(data_dir: &Path) -> String {
    let hash = service::rng::sha256(data_dir.as_os_str().as_encoded_bytes());
    let first = hash
        .iter()
        .take(5)
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{first:010x}")
}
