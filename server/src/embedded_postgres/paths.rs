//! The directories of the cluster. They are in the data directory, unless the user that runs Postgres cannot enter it.

use super::{PostgresError, os_user::OsUser};
use crate::config;
use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

/// File in the data directory with the path of the cluster, if the cluster is elsewhere.
const REDIRECT_FILE: &str = "postgres-location.txt";
/// Parent directory of clusters that are not in their data directory.
const FALLBACK_PARENT: &str = "/var/lib/jobhax";
/// File name of the socket, by convention of libpq.
const SOCKET_NAME: &str = ".s.PGSQL.5432";
/// Maximum length of the path of a Unix socket on Linux.
const MAX_SOCKET_PATH_LEN: usize = 107;

/// The directories of one cluster.
#[derive(Clone, Debug)]
pub(super) struct ClusterPaths {
    /// Parent of all other directories; only the user can access it.
    pub base: PathBuf,
    /// Contains the socket.
    pub socket_dir: PathBuf,
    /// The user that runs Postgres, if it is not the current user.
    pub user: Option<OsUser>,
}

impl ClusterPaths {
    /// Chooses and creates the directories for an absolute data directory.
    pub async fn prepare(data_dir: &Path) -> Result<Self, PostgresError> {
        let user = OsUser::unprivileged()?;
        let base = data_dir.join("postgres");
        let Some(user) = user else {
            return Self::at(base, None, data_dir);
        };
        let existing = base.join("data");
        if existing.is_dir()
            && let Some(owner) = OsUser::owner_of(&existing)
        {
            return Self::at(base, Some(owner), data_dir);
        }
        ensure_private_dir(&base, Some(user)).map_err(|e| PostgresError::Path(base.clone(), e))?;
        if user.can_enter(&base).await {
            return Self::at(base, Some(user), data_dir);
        }
        // The directory was just created and is empty.
        let _ = fs::remove_dir(&base);
        let fallback = Path::new(FALLBACK_PARENT).join(short_hash(data_dir));
        let error = |e| PostgresError::Path(fallback.clone(), e);
        fs::create_dir_all(FALLBACK_PARENT).map_err(error)?;
        ensure_private_dir(&fallback, Some(user)).map_err(error)?;
        if !user.can_enter(&fallback).await {
            return Err(error(io::ErrorKind::PermissionDenied.into()));
        }
        let redirect = data_dir.join(REDIRECT_FILE);
        fs::write(&redirect, format!("{}\n", fallback.display()))
            .map_err(|e| PostgresError::Path(redirect, e))?;
        tracing::info!(
            data_dir = %data_dir.display(),
            fallback = %fallback.display(),
            "data directory not accessible for the Postgres user, using fallback"
        );
        Self::at(fallback, Some(user), data_dir)
    }

    fn at(base: PathBuf, user: Option<OsUser>, data_dir: &Path) -> Result<Self, PostgresError> {
        ensure_private_dir(&base, user).map_err(|e| PostgresError::Path(base.clone(), e))?;
        let mut socket_dir = base.clone();
        if socket_dir.join(SOCKET_NAME).as_os_str().len() > MAX_SOCKET_PATH_LEN {
            socket_dir = config::temp_dir().join(format!("jobhax-{}", short_hash(data_dir)));
            ensure_private_dir(&socket_dir, user).map_err(|e| PostgresError::Path(socket_dir.clone(), e))?;
        }
        Ok(Self {
            base,
            socket_dir,
            user,
        })
    }

    /// The cluster's data directory (`PGDATA`).
    pub fn pgdata(&self) -> PathBuf {
        self.base.join("data")
    }

    /// The path of the socket's lock file.
    pub fn socket_lock(&self) -> PathBuf {
        self.socket_dir.join(format!("{SOCKET_NAME}.lock"))
    }
}

/// Creates a directory that only `user` can access, or restricts an existing one.
fn ensure_private_dir(dir: &Path, user: Option<OsUser>) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(dir) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
        _ => {}
    }
    let meta = fs::symlink_metadata(dir)?;
    let current_uid = rustix::process::geteuid().as_raw();
    let uid = user.map_or(current_uid, OsUser::uid);
    if !meta.is_dir() || (meta.uid() != current_uid && meta.uid() != uid) {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it belongs to another user",
        ));
    }
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))?;
    user.map_or(Ok(()), |user| user.take_ownership(dir))
}

/// A short name that is derived from the path of the data directory.
fn short_hash(data_dir: &Path) -> String {
    let hash = service::platform::rng::sha256(data_dir.as_os_str().as_encoded_bytes());
    hex::encode(&hash[..5])
}
